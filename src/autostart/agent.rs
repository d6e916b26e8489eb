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
        escape_xml(program)
    )
}

/// Returns the program that the file starts. `None` if none can be read from it.
pub(super) fn program(plist: &str) -> Option<String> {
    let array = value_after(plist, "<key>ProgramArguments</key>")?;
    let array = array.strip_prefix("<array>")?.trim_start();
    let (program, _) = array.strip_prefix("<string>")?.split_once("</string>")?;
    Some(unescape_xml(program))
}

/// Returns `true` if the file sets the key `Disabled`.
pub(super) fn has_disabled_key(plist: &str) -> bool {
    value_after(plist, "<key>Disabled</key>").is_some_and(|value| value.starts_with("<true"))
}

fn value_after<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (_, value) = text.split_once(key)?;
    Some(value.trim_start())
}

/// Returns `true` if `launchctl print-disabled` lists the agent as disabled. Older systems print `true` instead of `disabled`.
pub(super) fn is_listed_as_disabled(output: &str) -> bool {
    let name = format!("\"{LABEL}\" => ");
    let state = output
        .lines()
        .find_map(|line| line.trim().strip_prefix(&name));
    state.is_some_and(|state| ["disabled", "true"].contains(&state))
}

fn escape_xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn unescape_xml(text: &str) -> String {
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
    fn the_path_of_the_program_survives_a_round_trip() {
        for path in ["/Applications/Unhunch.app/unhunch", "/a & b/<c>/&amp;\"'"] {
            let file = plist(path);
            assert_eq!(program(&file).as_deref(), Some(path));
            assert!(!has_disabled_key(&file));
        }
        assert_eq!(program("bplist00"), None);
    }

    #[test]
    fn disabled_agents_are_detected() {
        let file = plist("/a").replace("<dict>", "<dict>\n<key>Disabled</key>\n<true/>");
        assert!(has_disabled_key(&file));
        let output = |how: &str| {
            format!(
                "disabled services = {{\n\t\"com.other\" => disabled\n\t\"unhunch\" => {how}\n}}\n"
            )
        };
        assert!(
            is_listed_as_disabled(&output("disabled")) && is_listed_as_disabled(&output("true"))
        );
        assert!(
            !is_listed_as_disabled(&output("enabled")) && !is_listed_as_disabled(&output("false"))
        );
        assert!(!is_listed_as_disabled(""));
    }
}
