//! A launch agent of macOS: the file that asks for it, and what the system says of it.

/// What the agent is called.
pub(super) const LABEL: &str = "unhunch";

/// The file that starts a program at each login, and again only then.
pub(super) fn written(program: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
    <key>Label</key>
    <string>{LABEL}</string>
    <key>ProgramArguments</key>
    <array>
        <string>{}</string>
    </array>
    <key>RunAtLoad</key>
    <true/>
    <key>LimitLoadToSessionType</key>
    <string>Aqua</string>
    <key>ProcessType</key>
    <string>Interactive</string>
</dict>
</plist>
"#,
        escaped(program)
    )
}

/// The program that a file starts; none: it names none that we could read.
pub(super) fn program(file: &str) -> Option<String> {
    let array = after(file, "<key>ProgramArguments</key>")?;
    let array = array.strip_prefix("<array>")?.trim_start();
    let (program, _) = array.strip_prefix("<string>")?.split_once("</string>")?;
    Some(unescaped(program))
}

/// Whether a file says that its agent is not to run.
pub(super) fn is_disabled(file: &str) -> bool {
    after(file, "<key>Disabled</key>").is_some_and(|value| value.starts_with("<true"))
}

fn after<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (_, value) = text.split_once(key)?;
    Some(value.trim_start())
}

/// Whether the system has it switched off, as `launchctl print-disabled` tells; older systems say `true` for what is disabled.
pub(super) fn is_switched_off(told: &str) -> bool {
    let name = format!("\"{LABEL}\" => ");
    let said = told
        .lines()
        .find_map(|line| line.trim().strip_prefix(&name));
    said.is_some_and(|said| ["disabled", "true"].contains(&said))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_read_as_it_was_written() {
        for path in ["/Applications/Unhunch.app/unhunch", "/a & b/<c>/&amp;\"'"] {
            let file = written(path);
            assert_eq!(program(&file).as_deref(), Some(path));
            assert!(!is_disabled(&file));
        }
        assert_eq!(program("bplist00"), None);
    }

    #[test]
    fn what_is_switched_off_is_seen() {
        let file = written("/a").replace("<dict>", "<dict>\n<key>Disabled</key>\n<true/>");
        assert!(is_disabled(&file));
        let told = |how: &str| {
            format!(
                "disabled services = {{\n\t\"com.other\" => disabled\n\t\"unhunch\" => {how}\n}}\n"
            )
        };
        assert!(is_switched_off(&told("disabled")) && is_switched_off(&told("true")));
        assert!(!is_switched_off(&told("enabled")) && !is_switched_off(&told("false")));
        assert!(!is_switched_off(""));
    }
}
