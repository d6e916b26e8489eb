//! Parses the list of voices that `say -v '?'` prints on macOS.

/// Returns the first voice that speaks a language, from a list with lines such as `Anna   de_DE    # Hallo!`.
pub(super) fn voice_of(list: &str, wanted: &str) -> Option<String> {
    let voices = list.lines().filter_map(|line| {
        let (voice, _) = line.split_once('#')?;
        let (name, language) = voice.trim_end().rsplit_once(char::is_whitespace)?;
        Some((name.trim_end(), language))
    });
    let mut speaking = voices.filter(|(_, language)| language.split('_').next() == Some(wanted));
    speaking.next().map(|(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_is_found_by_its_language() {
        let list = "Alice               it_IT    # Ciao!\nAnna (Premium)      de_DE    # Hallo!\nEddy (German (Germany)) de_DE # Hallo!\n";
        assert_eq!(voice_of(list, "de").as_deref(), Some("Anna (Premium)"));
        assert_eq!(voice_of(list, "en"), None);
    }
}
