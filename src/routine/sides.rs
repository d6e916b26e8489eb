//! The words for right and left in instructions, which are exchanged when the other side's turn comes.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The side of the body that texts are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// They name no side.
    Neither,
    /// They name the right side first.
    Right,
    /// They name the left side first.
    Left,
}

/// Words for right and left, in all languages of the program. Where one word has several translations, the first row counts.
const WORDS: &[(&str, &str)] = &[
    ("right", "left"),
    ("rights", "lefts"),
    ("rightward", "leftward"),
    ("rightwards", "leftwards"),
    ("rechts", "links"),
    ("rechte", "linke"),
    ("rechten", "linken"),
    ("rechter", "linker"),
    ("rechtes", "linkes"),
    ("rechtem", "linkem"),
    ("droite", "gauche"),
    ("droit", "gauche"),
    ("droites", "gauches"),
    ("droits", "gauches"),
    ("derecha", "izquierda"),
    ("derecho", "izquierdo"),
    ("derechas", "izquierdas"),
    ("derechos", "izquierdos"),
    ("direita", "esquerda"),
    ("direito", "esquerdo"),
    ("direitas", "esquerdas"),
    ("direitos", "esquerdos"),
    ("prawy", "lewy"),
    ("prawa", "lewa"),
    ("prawą", "lewą"),
    ("prawe", "lewe"),
    ("prawego", "lewego"),
    ("prawej", "lewej"),
    ("prawemu", "lewemu"),
    ("prawym", "lewym"),
    ("prawo", "lewo"),
    ("правий", "лівий"),
    ("права", "ліва"),
    ("праву", "ліву"),
    ("праве", "ліве"),
    ("правого", "лівого"),
    ("правої", "лівої"),
    ("правому", "лівому"),
    ("правій", "лівій"),
    ("правою", "лівою"),
    ("правим", "лівим"),
    ("праворуч", "ліворуч"),
    ("вправо", "вліво"),
    ("sağ", "sol"),
    ("sağa", "sola"),
    ("sağda", "solda"),
    ("sağdan", "soldan"),
    ("sağdaki", "soldaki"),
    ("اليمنى", "اليسرى"),
    ("يمنى", "يسرى"),
    ("الأيمن", "الأيسر"),
    ("أيمن", "أيسر"),
    ("اليمين", "اليسار"),
    ("يمين", "يسار"),
    ("لليمين", "لليسار"),
    ("दाएँ", "बाएँ"),
    ("दाएं", "बाएं"),
    ("दाईं", "बाईं"),
    ("दायाँ", "बायाँ"),
    ("दायां", "बायां"),
    ("दायीं", "बायीं"),
    ("दाहिना", "बायाँ"),
    ("दाहिने", "बाएँ"),
    ("दाहिनी", "बाईं"),
    ("rechterarm", "linkerarm"),
    ("rechterbeen", "linkerbeen"),
    ("rechterhand", "linkerhand"),
    ("rechterknie", "linkerknie"),
    ("rechterschouder", "linkerschouder"),
];

/// The opposite of each word, and whether the word is for the right.
static OPPOSITES: LazyLock<HashMap<&str, (&str, bool)>> = LazyLock::new(|| {
    let mut opposites = HashMap::new();
    for (right, left) in WORDS {
        opposites.entry(*right).or_insert((*left, true));
        opposites.entry(*left).or_insert((*right, false));
    }
    opposites
});

/// The same in languages that write no spaces, or join the word to the next one.
const PARTS: [(&str, &str); 2] = [("右", "左"), ("오른", "왼")];

/// Words after which "right" is no side, as in "right angle" and "right away".
const NO_SIDE_BEFORE: [&str; 10] = [
    "angle", "angles", "away", "after", "before", "now", "there", "above", "below", "behind",
];

/// Returns the side that the first of these texts with a side is written for.
pub(super) fn written_for<'a>(mut texts: impl Iterator<Item = &'a str>) -> Written {
    let side = texts.find_map(|text| exchange(text).1);
    match side {
        Some(true) => Written::Right,
        Some(false) => Written::Left,
        None => Written::Neither,
    }
}

/// Returns the text for the other side, or `None` if it names no side.
pub(super) fn mirrored(text: &str) -> Option<String> {
    let (other, side) = exchange(text);
    side.map(|_| other)
}

/// Returns the text with right and left exchanged, and whether the first of them was the right one.
fn exchange(text: &str) -> (String, Option<bool>) {
    let mut other = String::with_capacity(text.len());
    let mut first = None;
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if let Some((from, to, is_right)) = part_at(rest) {
            other.push_str(to);
            first = first.or(Some(is_right));
            rest = &rest[from.len()..];
            continue;
        }
        let end = rest.find(|char| !is_of_word(char)).unwrap_or(rest.len());
        if end == 0 {
            other.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        }
        // A Korean or Japanese word may have such a part further on.
        let end = rest[..end]
            .char_indices()
            .skip(1)
            .map(|(at, _)| at)
            .find(|at| part_at(&rest[*at..]).is_some())
            .unwrap_or(end);
        let (word, after) = rest.split_at(end);
        match word_for_other_side(word, after) {
            Some((opposite, is_right)) => {
                other.push_str(&like(word, opposite));
                first = first.or(Some(is_right));
            }
            None => other.push_str(word),
        }
        rest = after;
    }
    (other, first)
}

/// Letters, and the signs of Devanagari that belong to them.
fn is_of_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '\u{0900}'..='\u{0903}' | '\u{093A}'..='\u{094F}')
}

fn part_at(text: &str) -> Option<(&'static str, &'static str, bool)> {
    PARTS.iter().find_map(|(right, left)| {
        if text.starts_with(right) {
            Some((*right, *left, true))
        } else if text.starts_with(left) {
            Some((*left, *right, false))
        } else {
            None
        }
    })
}

fn word_for_other_side(word: &str, after: &str) -> Option<(&'static str, bool)> {
    let word = word.to_lowercase();
    let next = after.split_whitespace().next().unwrap_or_default();
    if word == "right" && NO_SIDE_BEFORE.contains(&next.trim_end_matches(['.', ',', ';'])) {
        return None;
    }
    OPPOSITES.get(word.as_str()).copied()
}

/// Returns the word with an initial capital if the model has one.
fn like(model: &str, word: &str) -> String {
    if model.chars().next().is_some_and(char::is_uppercase) {
        super::phases::capital(word)
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_and_left_change_places() {
        for (right, left) in [
            (
                "Let your right ear sink toward your right shoulder",
                "Let your left ear sink toward your left shoulder",
            ),
            (
                "Right hand on your left knee",
                "Left hand on your right knee",
            ),
            ("Den rechten Arm heben", "Den linken Arm heben"),
            ("Levante el brazo derecho", "Levante el brazo izquierdo"),
            ("Podnieś prawą rękę", "Podnieś lewą rękę"),
            ("右手を上げる", "左手を上げる"),
            ("抬起右臂", "抬起左臂"),
            ("오른팔을 드세요", "왼팔을 드세요"),
            ("ارفع ذراعك اليمنى", "ارفع ذراعك اليسرى"),
            ("दाएँ हाथ को उठाएँ", "बाएँ हाथ को उठाएँ"),
        ] {
            assert_eq!(mirrored(right).as_deref(), Some(left));
            assert_eq!(mirrored(left).as_deref(), Some(right));
            assert_eq!(written_for([right].into_iter()), Written::Right);
            assert_eq!(written_for(["Sit.", left].into_iter()), Written::Left);
        }
    }

    #[test]
    fn other_meanings_stay() {
        assert_eq!(mirrored("Knees at a right angle"), None);
        assert_eq!(mirrored("Breathe out brightly"), None);
        assert_eq!(written_for(["Sit tall."].into_iter()), Written::Neither);
    }
}
