//! Desktop entries according to the specification of freedesktop.org: parsing them and quoting commands.

/// The characters that require quotes in a command.
const RESERVED: &str = " \t\n\r\"'\\><~|&;$*?#()`";

/// The characters that need a backslash within quotes.
const SPECIAL: &str = "\"`$\\";

/// A program that only starts another one.
const ENV_PROGRAM: &str = "/usr/bin/env";

/// The key-value pairs of an entry's main group.
#[derive(Debug)]
pub(super) struct Entry(Vec<(String, String)>);

impl Entry {
    /// Parses an entry. Malformed lines are skipped, as desktops do.
    pub(super) fn read(text: &str) -> Self {
        let lines = text.lines().map(str::trim);
        let group = lines
            .skip_while(|line| *line != "[Desktop Entry]")
            .skip(1)
            .take_while(|line| !line.starts_with('['));
        let keys = group
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once('='))
            .map(|(key, value)| (key.trim_end().to_owned(), unescaped(value.trim_start())));
        Self(keys.collect())
    }

    /// Returns a value unless it is missing or empty.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let entry = self.0.iter().find(|(name, _)| name == key);
        entry
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Returns `true` if the key has this value.
    pub(super) fn has(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    /// Returns the items of a list. `None` if the key is missing.
    pub(super) fn list(&self, key: &str) -> Option<Vec<&str>> {
        let words = self.get(key)?.split(';');
        Some(words.filter(|word| !word.is_empty()).collect())
    }

    /// Returns the program that the entry starts: the first word of the command, or the second one if the first is [`ENV_PROGRAM`].
    pub(super) fn program(&self) -> Option<String> {
        let (first, rest) = word(self.get("Exec")?)?;
        if first == ENV_PROGRAM {
            return word(rest).map(|(second, _)| second);
        }
        Some(first)
    }
}

/// Returns the text of an entry in which every command that starts `before` starts `program`, with the same arguments or, if it has
/// none, with `flag`. All other lines stay as they are.
pub(super) fn with_other_program(
    text: &str,
    before: &str,
    program: &str,
    flag: Option<&str>,
) -> String {
    let replaced = |line: &str| {
        let (key, value) = line.split_once('=')?;
        match key.trim_end() {
            "Exec" => {
                let value = unescaped(value.trim());
                let (_, arguments) = word(&value).filter(|(first, _)| first == before)?;
                let arguments = match (arguments.trim(), flag) {
                    ("", Some(flag)) => format!(" {flag}"),
                    ("", None) => String::new(),
                    (arguments, _) => format!(" {}", escaped(arguments)),
                };
                Some(format!("Exec={}{arguments}", command(program)))
            }
            "TryExec" => {
                (unescaped(value.trim()) == before).then(|| format!("TryExec={}", escaped(program)))
            }
            _ => None,
        }
    };
    let lines = text
        .lines()
        .map(|line| replaced(line).unwrap_or_else(|| line.to_owned()) + "\n");
    lines.collect()
}

/// Splits off the first word of a command.
fn word(command: &str) -> Option<(String, &str)> {
    let command = command.trim_start();
    let (word, rest) = match command.strip_prefix('"') {
        Some(quoted) => within_quotes(quoted)?,
        None => {
            let end = command.find(char::is_whitespace).unwrap_or(command.len());
            (command[..end].to_owned(), &command[end..])
        }
    };
    (!word.is_empty()).then(|| (word.replace("%%", "%"), rest))
}

/// Splits at the closing quote. `None` if there is none.
fn within_quotes(text: &str) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut letters = text.char_indices();
    loop {
        match letters.next()? {
            (at, '"') => return Some((word, &text[at + 1..])),
            (_, '\\') => word.push(letters.next()?.1),
            (_, letter) => word.push(letter),
        }
    }
}

/// Returns a program's path as the value of `Exec`: quoted if necessary, with `%` doubled, and escaped.
pub(super) fn command(program: &str) -> String {
    if !program.contains('%') {
        return quoted(program);
    }
    // GLib looks up the program before it replaces `%%` and doesn't find it. In arguments it handles `%%` correctly.
    format!("{ENV_PROGRAM} {}", quoted(&program.replace('%', "%%")))
}

fn quoted(program: &str) -> String {
    if !program.contains(|letter| RESERVED.contains(letter)) {
        return program.to_owned();
    }
    let mut quoted = String::from('"');
    for letter in program.chars() {
        if SPECIAL.contains(letter) {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted.push('"');
    escaped(&quoted)
}

/// Escapes a text for use as a value.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', r"\\")
        .replace('\n', r"\n")
        .replace('\t', r"\t")
        .replace('\r', r"\r")
}

fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match letters.next() {
            Some('s') => text.push(' '),
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('\\') | None => text.push('\\'),
            Some(other) => text.extend(['\\', other]),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_back(program: &str) -> Option<String> {
        let text = format!("[Desktop Entry]\nExec={}\n", command(program));
        assert_eq!(text.lines().count(), 2, "{text}");
        Entry::read(&text).program()
    }

    #[test]
    fn a_command_is_quoted_as_the_specification_says() {
        for (program, value) in [
            ("/usr/bin/unhunch", "/usr/bin/unhunch"),
            ("/opt/straße/unhunch", "/opt/straße/unhunch"),
            ("/opt/a b/unhunch", r#""/opt/a b/unhunch""#),
            ("/opt/100%/unhunch", "/usr/bin/env /opt/100%%/unhunch"),
            ("/opt/%u b/unhunch", r#"/usr/bin/env "/opt/%%u b/unhunch""#),
            (r#"/opt/"q"/unhunch"#, r#""/opt/\\"q\\"/unhunch""#),
            (r"/opt/it's/unhunch", r#""/opt/it's/unhunch""#),
            (r"/opt/$HOME/unhunch", r#""/opt/\\$HOME/unhunch""#),
            (r"/opt/back\slash/u", r#""/opt/back\\\\slash/u""#),
            ("/opt/two\nlines", r#""/opt/two\nlines""#),
            (r#"/opt/& < > " ' </b>/u"#, r#""/opt/& < > \\" ' </b>/u""#),
        ] {
            assert_eq!(command(program), value);
            assert_eq!(read_back(program).as_deref(), Some(program));
        }
    }

    proptest! {
        #[test]
        fn every_path_is_read_as_it_was_written(path in "/[ -~\\n\\t\\rß道]{1,40}") {
            prop_assert_eq!(read_back(&path), Some(path));
        }
    }

    #[test]
    fn only_the_main_group_counts() {
        let entry = Entry::read(
            "# first\n[Desktop Entry]\nExec = unhunch --flag %u\nOnlyShowIn=GNOME;KDE;\nHidden=true\nIcon=\n\n\
             [Desktop Action Pause]\nExec=other\nTryExec=other\n",
        );
        assert_eq!(entry.program().as_deref(), Some("unhunch"));
        assert_eq!(entry.list("OnlyShowIn"), Some(vec!["GNOME", "KDE"]));
        assert!(entry.has("Hidden", "true") && !entry.has("Type", "Application"));
        assert_eq!(
            (
                entry.get("TryExec"),
                entry.get("Icon"),
                entry.list("NotShowIn")
            ),
            (None, None, None)
        );
        assert_eq!(Entry::read("[Desktop Entry]\nExec=\"open").program(), None);
        assert_eq!(Entry::read("Exec=unhunch").program(), None);
    }

    #[test]
    fn another_program_gets_the_commands_of_one_that_is_gone() {
        let before = "[Desktop Entry]\n# mine\nExec=/opt/0.1/unhunch\nTryExec=/opt/0.1/unhunch\nOnlyShowIn=GNOME;\n\n\
             [Desktop Action Stretch]\nExec=\"/opt/0.1/unhunch\" stretch --start\n[Desktop Action Other]\nExec=other\n";
        let after = with_other_program(
            before,
            "/opt/0.1/unhunch",
            "/a b/unhunch",
            Some("--at-login"),
        );
        assert_eq!(
            after,
            "[Desktop Entry]\n# mine\nExec=\"/a b/unhunch\" --at-login\nTryExec=/a b/unhunch\nOnlyShowIn=GNOME;\n\n\
             [Desktop Action Stretch]\nExec=\"/a b/unhunch\" stretch --start\n[Desktop Action Other]\nExec=other\n"
        );
        assert_eq!(with_other_program(&after, "/elsewhere", "/c", None), after);
    }
}
