//! The languages of the user interface.
//!
//! English texts are in the code and in `config/`. Translations are gettext catalogues in
//! `config/lang/*/LC_MESSAGES/unhunch.po` with the English text as the key. The build script compresses the texts of both
//! programs into a table per language; only the selected one is decompressed. `tests/languages.rs` checks that code,
//! texts and catalogues match.

use std::fmt::Display;
use std::sync::{OnceLock, RwLock};

pub use crate::{tr, trn};

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// A supported language of the user interface.
#[derive(Debug)]
pub struct Language {
    /// The BCP 47 tag, such as `pt-BR`, as used in the settings and for the catalogues.
    pub tag: &'static str,
    /// The name of the language in that language.
    pub name: &'static str,
    /// Maps a number to a plural form, as `Plural-Forms` in the catalogue does.
    plural: fn(u64) -> usize,
    unpacked: OnceLock<Catalogue>,
}

const fn language(tag: &'static str, name: &'static str, plural: fn(u64) -> usize) -> Language {
    Language {
        tag,
        name,
        plural,
        unpacked: OnceLock::new(),
    }
}

/// All supported languages. English comes first, since the others are translated from it.
pub static LANGUAGES: [Language; 14] = [
    language("en", "English", one_is_one),
    language("de", "Deutsch", one_is_one),
    language("fr", "Français", two_are_many),
    language("es", "Español", one_is_one),
    language("pt-BR", "Português (Brasil)", two_are_many),
    language("nl", "Nederlands", one_is_one),
    language("pl", "Polski", polish),
    language("uk", "Українська", ukrainian),
    language("tr", "Türkçe", one_is_one),
    language("ar", "العربية", arabic),
    language("hi", "हिन्दी", two_are_many),
    language("ja", "日本語", always_the_same),
    language("zh-CN", "简体中文", always_the_same),
    language("ko", "한국어", always_the_same),
];

// The plural rules of the Unicode CLDR for whole numbers.

fn one_is_one(n: u64) -> usize {
    usize::from(n != 1)
}

fn two_are_many(n: u64) -> usize {
    usize::from(n > 1)
}

fn always_the_same(_: u64) -> usize {
    0
}

fn polish(n: u64) -> usize {
    match (n, n % 10, n % 100) {
        (1, ..) => 0,
        (_, 2..=4, tens) if !(12..=14).contains(&tens) => 1,
        _ => 2,
    }
}

fn ukrainian(n: u64) -> usize {
    match (n % 10, n % 100) {
        (1, tens) if tens != 11 => 0,
        (2..=4, tens) if !(12..=14).contains(&tens) => 1,
        _ => 2,
    }
}

fn arabic(n: u64) -> usize {
    match (n, n % 100) {
        (0..=2, _) => n as usize,
        (_, 3..=10) => 3,
        (_, 11..) => 4,
        _ => 5,
    }
}

/// The selected language. `None` means English.
static CURRENT: RwLock<Option<&'static Language>> = RwLock::new(None);

/// Selects the language of the user interface.
pub fn set_current(language: &'static Language) {
    if let Ok(mut current) = CURRENT.write() {
        *current = Some(language);
    }
}

/// Returns the selected language.
#[must_use]
pub fn current() -> &'static Language {
    CURRENT
        .read()
        .ok()
        .and_then(|current| *current)
        .unwrap_or(&LANGUAGES[0])
}

/// Replaces backticks with quotation marks, since a desktop would show them literally.
#[must_use]
pub fn without_backticks(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for (at, part) in text.split('`').enumerate() {
        match at {
            0 => {}
            at if at % 2 == 1 => plain.push('“'),
            _ => plain.push('”'),
        }
        plain.push_str(part);
    }
    plain
}

/// Returns a name as it is written within a sentence: "Next: desk stretch". Names like "YMCA" or "T-spine" stay as they are.
#[must_use]
pub fn lower_first(name: &str) -> String {
    let mut chars = name.chars();
    let (first, second) = (chars.next(), chars.clone().next());
    match first {
        // Only English does this; other languages have their own rules.
        Some(first) if current().tag == "en" && second.is_some_and(char::is_lowercase) => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => name.to_owned(),
    }
}

/// Returns the language with this tag, if it is supported.
#[must_use]
pub fn by_tag(tag: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.tag == tag)
}

/// Returns the first supported language in the user's preferences, or English.
#[must_use]
pub fn desktop_language() -> &'static Language {
    first_known(sys_locale::get_locales())
}

fn first_known(wanted: impl IntoIterator<Item = String>) -> &'static Language {
    let language = wanted.into_iter().find_map(|tag| nearest(&tag));
    language.unwrap_or(&LANGUAGES[0])
}

/// Returns the language of a locale such as `de-AT`, `pt_PT.UTF-8` or `zh-Hans-CN`. Traditional Chinese is not matched, because
/// it uses another script than the simplified one.
fn nearest(locale: &str) -> Option<&'static Language> {
    let plain = locale.split(['.', '@']).next().unwrap_or_default();
    let mut parts = plain.split(['-', '_']);
    let tongue = match parts.next().unwrap_or_default().to_ascii_lowercase() {
        // The C locale means the language that the program was written in.
        c if c == "c" || c == "posix" => "en".to_owned(),
        tongue => tongue,
    };
    let traditional =
        parts.any(|part| ["hant", "tw", "hk", "mo"].contains(&&*part.to_ascii_lowercase()));
    if tongue == "zh" && traditional {
        return None;
    }
    let base = |language: &&Language| language.tag.split('-').next() == Some(tongue.as_str());
    LANGUAGES.iter().find(base)
}

impl Language {
    /// Returns a plural form of the translation of an English text, if there is one.
    fn find(&'static self, text: &str, form: usize) -> Option<&'static str> {
        let packed = PACKED.iter().find(|(tag, _)| *tag == self.tag)?.1;
        let catalogue = self.unpacked.get_or_init(|| Catalogue::unpack(packed));
        catalogue.find(text)?.split('\0').nth(form)
    }

    /// Returns `true` if the language is written from right to left.
    #[must_use]
    pub fn is_rtl(&self) -> bool {
        self.tag == "ar"
    }

    /// Returns the index of the plural form for this number, from 0.
    #[must_use]
    pub fn form(&self, n: u64) -> usize {
        (self.plural)(n)
    }

    /// Returns the translation, or the text itself if it has none.
    #[must_use]
    pub fn translate<'a>(&'static self, text: &'a str) -> &'a str {
        self.find(text, 0).unwrap_or(text)
    }

    /// Returns the translation in the plural form for this number, or the English text if it has none.
    #[must_use]
    pub fn count<'a>(&'static self, n: u64, one: &'a str, many: &'a str) -> &'a str {
        let english = if n == 1 { one } else { many };
        self.find(one, self.form(n)).unwrap_or(english)
    }
}

/// The decompressed texts of a language.
#[derive(Debug)]
struct Catalogue {
    /// The texts, separated by a byte 1. Plural forms within a text are separated by a zero byte.
    texts: String,
    /// The start offset of each text.
    begins: Vec<u32>,
}

/// The length of a row of [`KEYS`] in bytes: a hash and an index.
const ROW: usize = 8 + 2;

impl Catalogue {
    /// Decompresses a table of the build script. If it is damaged, nothing is translated.
    fn unpack(packed: &[u8]) -> Self {
        let bytes = miniz_oxide::inflate::decompress_to_vec(packed).unwrap_or_default();
        let texts = String::from_utf8(bytes).unwrap_or_default();
        let ends = texts.bytes().zip(1..).filter(|(byte, _)| *byte == 1);
        let begins = std::iter::once(0).chain(ends.map(|(_, at)| at)).collect();
        Self { texts, begins }
    }

    fn find(&self, text: &str) -> Option<&str> {
        let begin = *self.begins.get(key_index(text)?)?;
        let rest = self.texts.get(begin as usize..)?;
        rest.split('\u{1}')
            .next()
            .filter(|translation| !translation.is_empty())
    }
}

/// Returns the index of a text among the keys.
fn key_index(text: &str) -> Option<usize> {
    let (rows, _) = KEYS.as_chunks::<ROW>();
    let row_hash = |row: &[u8; ROW]| {
        let [a, b, c, d, e, f, g, h, ..] = *row;
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    };
    let row = rows.binary_search_by_key(&hash(text), row_hash).ok()?;
    let [.., low, high] = rows[row];
    Some(usize::from(u16::from_le_bytes([low, high])))
}

/// FNV-1a, as in the build script.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Marks a text for the catalogues. It is translated where it is shown.
#[must_use]
pub const fn mark(text: &'static str) -> &'static str {
    text
}

/// Returns the text in the selected language.
#[must_use]
pub fn tr(text: &str) -> &str {
    current().translate(text)
}

/// Returns the plural form for this number in the selected language. Use [`trn!`](crate::trn) instead.
#[must_use]
pub fn count<'a>(n: u64, one: &'a str, many: &'a str) -> &'a str {
    current().count(n, one, many)
}

/// Replaces placeholders `{name}` with values. Unknown placeholders are kept.
#[must_use]
pub fn fill(pattern: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut text = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let place = after.split_once('}');
        let value =
            place.and_then(|(name, _)| values.iter().find(|(placeholder, _)| *placeholder == name));
        match (place, value) {
            (Some((_, behind)), Some((_, value))) => {
                text.push_str(&value.to_string());
                rest = behind;
            }
            _ => {
                text.push('{');
                rest = after;
            }
        }
    }
    text + rest
}

/// Translates a text and fills in values: `tr!("Snooze {length}", length = span)`.
#[macro_export]
macro_rules! tr {
    ($text:literal $(, $name:ident = $value:expr)+ $(,)?) => {
        $crate::lang::fill($crate::lang::tr($text), &[$((stringify!($name), &$value)),+])
    };
}

/// Translates a text that depends on a number `{n}`: `trn!(reps, "{n} rep", "{n} reps")`.
#[macro_export]
macro_rules! trn {
    ($n:expr, $one:literal, $many:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        let n = u64::from($n);
        $crate::lang::fill($crate::lang::count(n, $one, $many), &[("n", &n) $(, (stringify!($name), &$value))*])
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_supported_language_of_the_desktop_is_chosen() {
        for (wanted, tag) in [
            (&["de-AT"][..], "de"),
            (&["pt_PT.UTF-8"], "pt-BR"),
            (&["zh-Hans-CN"], "zh-CN"),
            (&["zh-TW", "ja-JP"], "ja"),
            (&["zh-Hant"], "en"),
            (&["sv-SE", "nl"], "nl"),
            (&["sr@latin", "uk_UA.UTF-8"], "uk"),
            (&["C"], "en"),
            (&["POSIX", ""], "en"),
            (&["C", "de-DE"], "en"),
            (&[], "en"),
        ] {
            let wanted = wanted.iter().map(|&tag| tag.to_owned());
            assert_eq!(first_known(wanted).tag, tag);
        }
    }

    #[test]
    fn values_come_into_their_places() {
        let filled = fill("{b} and {a}, {b}", &[("a", &1), ("b", &"two")]);
        assert_eq!(filled, "two and 1, two");
        assert_eq!(fill("{c} {a", &[("a", &1)]), "{c} {a");
        assert_eq!(fill("{a}", &[("a", &"{b}"), ("b", &2)]), "{b}");
    }

    #[test]
    fn english_is_not_translated() {
        assert_eq!(tr("Snooze"), "Snooze");
        assert_eq!(trn!(1_u32, "{n} rep", "{n} reps"), "1 rep");
        assert_eq!(trn!(3_u32, "{n} rep", "{n} reps"), "3 reps");
    }

    #[test]
    fn plurals_follow_the_rules() {
        let forms = |tag: &str| {
            let language = by_tag(tag).unwrap();
            [0, 1, 2, 3, 5, 11, 12, 21, 22, 100, 103, 111].map(|n| (language.plural)(n))
        };
        assert_eq!(forms("de"), [1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(forms("fr"), [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(forms("pl"), [2, 0, 1, 1, 2, 2, 2, 2, 1, 2, 1, 2]);
        assert_eq!(forms("uk"), [2, 0, 1, 1, 2, 2, 2, 0, 1, 2, 1, 2]);
        assert_eq!(forms("ar"), [0, 1, 2, 3, 3, 4, 4, 4, 4, 5, 3, 4]);
        assert_eq!(forms("ja"), [0; 12]);
    }

    #[test]
    fn a_damaged_table_translates_nothing() {
        assert_eq!(Catalogue::unpack(b"nonsense").find("Snooze"), None);
        assert_eq!(Catalogue::unpack(&[]).find("Snooze"), None);
    }
}
