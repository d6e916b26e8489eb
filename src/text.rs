//! Text that people type, and text that leaves the program: one function for each place where it comes from or goes to.
//!
//! Names of routines, lines of files and arguments may contain anything. What is read is [`normalized`] first, what is
//! quoted in a message is [`visible`], and every output has a function here that escapes for it.

/// Returns the text as it is compared: all white space is a single space, with none at the ends, and digits are ASCII.
///
/// A no-break space or a full-width digit looks right, so it is right. Characters that cannot be seen at all stay, since
/// nobody types them on purpose; [`visible`] names them.
#[must_use]
pub fn normalized(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().map(ascii_digit).collect()
}

fn ascii_digit(char: char) -> char {
    // Full-width, Arabic-Indic (also as in Persian) and Devanagari digits, which the keyboards of our languages have.
    const ZEROS: [char; 4] = ['\u{FF10}', '\u{0660}', '\u{06F0}', '\u{0966}'];
    let digit = |zero: char| (char as u32).checked_sub(zero as u32);
    let mut digits = ZEROS.into_iter().filter_map(digit);
    match (char, digits.find_map(|digit| char::from_digit(digit, 10))) {
        (_, Some(digit)) => digit,
        ('\u{FF1A}', None) => ':',
        (char, None) => char,
    }
}

/// Characters that look like nothing, or like an ASCII character, with their names in Unicode.
const LOOK_ALIKES: [(char, &str); 28] = [
    ('\u{00AD}', "SOFT HYPHEN"),
    ('\u{034F}', "COMBINING GRAPHEME JOINER"),
    ('\u{061C}', "ARABIC LETTER MARK"),
    ('\u{200B}', "ZERO WIDTH SPACE"),
    ('\u{200C}', "ZERO WIDTH NON-JOINER"),
    ('\u{200D}', "ZERO WIDTH JOINER"),
    ('\u{200E}', "LEFT-TO-RIGHT MARK"),
    ('\u{200F}', "RIGHT-TO-LEFT MARK"),
    ('\u{2010}', "HYPHEN"),
    ('\u{2011}', "NON-BREAKING HYPHEN"),
    ('\u{2012}', "FIGURE DASH"),
    ('\u{2013}', "EN DASH"),
    ('\u{2014}', "EM DASH"),
    ('\u{2015}', "HORIZONTAL BAR"),
    ('\u{202A}', "LEFT-TO-RIGHT EMBEDDING"),
    ('\u{202B}', "RIGHT-TO-LEFT EMBEDDING"),
    ('\u{202C}', "POP DIRECTIONAL FORMATTING"),
    ('\u{202D}', "LEFT-TO-RIGHT OVERRIDE"),
    ('\u{202E}', "RIGHT-TO-LEFT OVERRIDE"),
    ('\u{2060}', "WORD JOINER"),
    ('\u{2066}', "LEFT-TO-RIGHT ISOLATE"),
    ('\u{2067}', "RIGHT-TO-LEFT ISOLATE"),
    ('\u{2068}', "FIRST STRONG ISOLATE"),
    ('\u{2069}', "POP DIRECTIONAL ISOLATE"),
    ('\u{2212}', "MINUS SIGN"),
    ('\u{301C}', "WAVE DASH"),
    ('\u{FEFF}', "ZERO WIDTH NO-BREAK SPACE"),
    ('\u{FF0D}', "FULLWIDTH HYPHEN-MINUS"),
];

/// Returns `true` for the characters that people type for a hyphen between two times or in a date.
#[must_use]
pub fn is_dash(char: char) -> bool {
    matches!(
        char,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '~' | '\u{301C}' | '\u{FF0D}' | '\u{FF5E}'
    )
}

/// Returns the text as a message quotes it: characters that cannot be seen, or that look like others, are named, such
/// as `2 mi[U+00AD SOFT HYPHEN]n`. White space is a space.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for word in text.split_inclusive(|char: char| !char.is_alphabetic()) {
        let is_latin = word.contains(|char: char| char.is_ascii_alphabetic());
        for char in word.chars() {
            if char.is_whitespace() {
                result.push(' ');
            } else if let Some((_, name)) = LOOK_ALIKES
                .iter()
                .find(|(look_alike, _)| *look_alike == char)
            {
                result += &format!("[U+{:04X} {name}]", char as u32);
            } else if is_unseen(char) || is_latin && is_like_latin(char) {
                result += &format!("[U+{:04X}]", char as u32);
            } else {
                result.push(char);
            }
        }
    }
    result
}

/// The longest text that is quoted, in characters.
const MAX_QUOTE: usize = 40;

/// Returns the beginning of a text, as [`visible`], so that it can be quoted in a sentence.
#[must_use]
pub fn clip(text: &str) -> String {
    let mut clipped: String = text.chars().take(MAX_QUOTE).collect();
    if clipped.len() < text.len() {
        clipped.push('…');
    }
    visible(&clipped)
}

/// Returns `true` for a Greek or Cyrillic letter. Within a Latin word it is there by mistake.
fn is_like_latin(char: char) -> bool {
    matches!(char, '\u{0370}'..='\u{052F}')
}

/// Returns `true` for characters without a picture that [`LOOK_ALIKES`] does not name.
fn is_unseen(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
                | '\u{2061}'..='\u{2065}'
                | '\u{206A}'..='\u{206F}'
                | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// Returns the text as it may reach a terminal or a plain-text field: characters that move the cursor, ring the bell or
/// change the direction of writing are each replaced by a character of the same width. Line breaks and tabs stay.
#[must_use]
pub fn printable(text: &str) -> String {
    let replace = |char: char| match char {
        '\n' | '\t' => char,
        '\u{061C}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}'
        | '\u{FEFF}' => char::REPLACEMENT_CHARACTER,
        char if char.is_control() => char::REPLACEMENT_CHARACTER,
        char => char,
    };
    text.chars().map(replace).collect()
}

/// Returns the text on one line, as [`printable`].
#[must_use]
pub fn printable_line(text: &str) -> String {
    printable(text).replace(['\n', '\t'], " ")
}

/// Returns the text as the markup of notifications, tray tooltips and Pango, as [`printable`]. Quotation marks need no
/// escaping outside of tags, and programs that show markup as plain text would show the escapes.
#[must_use]
pub fn markup(text: &str) -> String {
    printable(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Returns the text for a program that may parse markup without saying so: it has no tags and no entities, but looks the
/// same.
#[must_use]
pub fn without_markup(text: &str) -> String {
    let text = printable(text).replace('<', "‹").replace('>', "›");
    let mut plain = String::with_capacity(text.len());
    for (at, part) in text.split('&').enumerate() {
        if at > 0 {
            plain.push(if begins_entity(part) { '＆' } else { '&' });
        }
        plain.push_str(part);
    }
    plain
}

/// Returns the text for a voice: one line without characters that cannot be spoken. `[[` would begin phonemes in eSpeak, and
/// commands on macOS.
#[must_use]
pub fn spoken(text: &str) -> String {
    let plain = |char: char| if is_unseen(char) { ' ' } else { char };
    let text: String = text.chars().map(plain).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    // Twice, for three brackets in a row.
    let apart = |text: String| text.replace("[[", "[ [");
    apart(apart(words.join(" ")))
}

/// The longest entity that such programs know, in bytes: `#x10FFFF`.
const MAX_ENTITY: usize = 8;

/// Returns `true` if this follows the `&` of an entity, such as `amp;` or `#38;`.
fn begins_entity(text: &str) -> bool {
    text.split_once(';').is_some_and(|(name, _)| {
        (1..=MAX_ENTITY).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookalikes_are_the_same() {
        for (typed, text) in [
            ("45\u{A0}min", "45 min"),
            ("5\u{202F}min", "5 min"),
            ("10\u{3000}min", "10 min"),
            ("\u{2009} 9:00\t- 17:00\r\n", "9:00 - 17:00"),
            ("４５ min", "45 min"),
            ("٤٥ min", "45 min"),
            ("۴۵ min", "45 min"),
            ("४५ min", "45 min"),
            ("９：３０", "9:30"),
            ("größe", "größe"),
            ("2 mi\u{AD}n", "2 mi\u{AD}n"),
        ] {
            assert_eq!(normalized(typed), text, "{typed:?}");
        }
    }

    #[test]
    fn invisible_characters_are_named() {
        for (text, seen) in [
            ("2 mi\u{AD}n", "2 mi[U+00AD SOFT HYPHEN]n"),
            ("9:00\u{2212}17:00", "9:00[U+2212 MINUS SIGN]17:00"),
            ("a\u{1b}[2J", "a[U+001B][2J"),
            ("dark\u{FE0F}", "dark[U+FE0F]"),
            ("d\u{430}rk", "d[U+0430]rk"),
            ("45\u{A0}мин, größe", "45 мин, größe"),
        ] {
            assert_eq!(visible(text), seen, "{text:?}");
        }
        for (char, _) in LOOK_ALIKES {
            assert!(visible(&char.to_string()).starts_with("[U+"), "{char:?}");
        }
    }

    #[test]
    fn nothing_printed_can_move_the_cursor() {
        assert_eq!(
            printable("a\u{1b}[2J\u{7}\u{202e}b\tc\nd"),
            "a\u{fffd}[2J\u{fffd}\u{fffd}b\tc\nd"
        );
        assert_eq!(printable_line("b\tc\nd"), "b c d");
    }

    #[test]
    fn a_voice_gets_one_line_of_words() {
        assert_eq!(
            spoken(" & < > \" ' </b>\u{1b}[2J\0\n.\r\nQUIT [[slnc 9]] [[[x"),
            "& < > \" ' </b> [2J . QUIT [ [slnc 9]] [ [ [x"
        );
    }

    #[test]
    fn markup_shows_the_same_text() {
        let text = "a & b &amp; <b>\"it's\"</b>\u{1b}";
        assert_eq!(
            markup(text),
            "a &amp; b &amp;amp; &lt;b&gt;\"it's\"&lt;/b&gt;\u{fffd}"
        );
        assert_eq!(without_markup(text), "a & b ＆amp; ‹b›\"it's\"‹/b›\u{fffd}");
        assert_eq!(
            without_markup("R&D; you & me; &#38;"),
            "R＆D; you & me; ＆#38;"
        );
    }
}
