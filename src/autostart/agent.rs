//! A macOS launch agent: its file, and the state reported by the system.

/// The label of the agent.
pub(super) const LABEL: &str = "unhunch";

/// Returns the contents of a file that starts the program once at each login.
pub(super) fn plist(program: &str) -> String {
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
        <string>--at-login</string>
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

/// Returns the program that the file starts. `None` if none can be read from it.
pub(super) fn program(file: &str) -> Option<String> {
    let array = after(file, "<key>ProgramArguments</key>")?;
    let array = array.strip_prefix("<array>")?.trim_start();
    let (program, _) = array.strip_prefix("<string>")?.split_once("</string>")?;
    Some(unescaped(program))
}

/// Returns `true` if the file disables its agent.
pub(super) fn is_disabled(file: &str) -> bool {
    after(file, "<key>Disabled</key>").is_some_and(|value| value.starts_with("<true"))
}

fn after<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (_, value) = text.split_once(key)?;
    Some(value.trim_start())
}

/// Returns `true` if `launchctl print-disabled` lists the agent as disabled. Older systems print `true` instead of `disabled`.
pub(super) fn is_disabled_by_launchctl(output: &str) -> bool {
    let name = format!("\"{LABEL}\" => ");
    let said = output
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
            let file = plist(path);
            assert_eq!(program(&file).as_deref(), Some(path));
            assert!(!is_disabled(&file));
        }
        assert_eq!(program("bplist00"), None);
    }

    #[test]
    fn disabled_agents_are_detected() {
        let file = plist("/a").replace("<dict>", "<dict>\n<key>Disabled</key>\n<true/>");
        assert!(is_disabled(&file));
        let output = |how: &str| {
            format!(
                "disabled services = {{\n\t\"com.other\" => disabled\n\t\"unhunch\" => {how}\n}}\n"
            )
        };
        assert!(
            is_disabled_by_launchctl(&output("disabled"))
                && is_disabled_by_launchctl(&output("true"))
        );
        assert!(
            !is_disabled_by_launchctl(&output("enabled"))
                && !is_disabled_by_launchctl(&output("false"))
        );
        assert!(!is_disabled_by_launchctl(""));
    }
}
