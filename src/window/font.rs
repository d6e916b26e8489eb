//! Fonts for scripts with joining letters.
//!
//! If the letters of a text come from several fonts, because the desktop's font lacks the script, Slint's text layout loses the
//! width of some joined letters and the end of the text is cut off. (In every run but the first, parley 0.11.1 looks for the
//! rest of a joined letter at the wrong index.) With a font that covers the script, including spaces, a line stays in one run.

use unhunch::lang::Language;

/// Returns the font family for a language. Empty for the desktop's own font.
pub(crate) fn family(language: &Language) -> String {
    match language.tag {
        "hi" => devanagari(),
        _ => String::new(),
    }
}

/// Asks fontconfig, preferring the font that matches our Latin letters.
#[cfg(target_os = "linux")]
fn devanagari() -> String {
    const USUAL: &str = "Noto Sans Devanagari";
    let output = std::process::Command::new("fc-match")
        .args(["--format", "%{family[0]}"])
        .arg(format!("{USUAL},sans-serif:lang=hi"))
        .output();
    let name = match output {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout).ok(),
        Ok(_) | Err(_) => None,
    };
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| USUAL.to_owned())
}

#[cfg(windows)]
fn devanagari() -> String {
    "Nirmala UI".to_owned()
}

#[cfg(not(any(target_os = "linux", windows)))]
fn devanagari() -> String {
    "Kohinoor Devanagari".to_owned()
}

#[cfg(test)]
mod tests {
    use unhunch::lang::by_tag;

    use super::*;

    #[test]
    fn only_a_joining_script_needs_a_font_of_its_own() {
        assert_eq!(family(by_tag("de").unwrap()), "");
        assert_eq!(family(by_tag("ja").unwrap()), "");
        assert!(!family(by_tag("hi").unwrap()).is_empty());
    }
}
