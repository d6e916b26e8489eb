//! Checks that the texts in the code and the catalogues match: every English text is translated into every language, with
//! the same placeholders and all plural forms.
//!
//! `BLESS=1 cargo test --test languages` updates the catalogues: it adds new texts without a translation, and removes old ones.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use polib::catalog::Catalog;
use polib::message::{Message, MessageMutView as _};
use polib::metadata::CatalogMetadata;
use polib::po_file;
use unhunch::config::user_library;
use unhunch::lang::{LANGUAGES, Language};
use unhunch::paths::Paths;
use unhunch::{help, lang, reason};

/// A translatable text, whose key is its English singular: the English plural, if any, and the programs that use the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Text {
    many: Option<String>,
    program: bool,
    window: bool,
}

type Texts = BTreeMap<String, Text>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            paths.extend(files(&path, ending));
        } else if path
            .extension()
            .is_some_and(|extension| extension == ending)
        {
            paths.push(path);
        }
    }
    paths.sort();
    paths
}

/// All translatable texts of both programs and of the desktop entry.
fn texts() -> Texts {
    let mut texts = Texts::new();
    for file in files(&root().join("src"), "rs") {
        let code = fs::read_to_string(&file).unwrap();
        let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap();
        if !file.ends_with("lang.rs") {
            of_code(code, &mut texts);
        }
    }
    for file in files(&root().join("src/window/ui"), "slint") {
        of_markup(&fs::read_to_string(&file).unwrap(), &mut texts);
    }
    for file in files(&root().join("config"), "toml") {
        if !file.ends_with("settings.toml") {
            let file: toml::Table = fs::read_to_string(&file).unwrap().parse().unwrap();
            of_table(&file, &mut texts);
        }
    }
    of_command(&unhunch::cli::command(), &mut texts);
    of_settings(&mut texts);
    // The texts of the desktop entry are used by neither program.
    let menu = fs::read_to_string(entry()).unwrap();
    for (_, text) in menu.lines().filter_map(of_entry) {
        texts.entry(text.to_owned()).or_default();
    }
    texts
}

/// The path of the desktop entry, which desktops show in their menus.
fn entry() -> PathBuf {
    root().join("config/linux/unhunch.desktop")
}

/// The key and the text of a translatable line of the desktop entry. The name of the program is not translated.
fn of_entry(line: &str) -> Option<(&str, &str)> {
    let (key, text) = line.split_once('=')?;
    let is_read = ["Name", "GenericName", "Comment"].contains(&key) && text != "Unhunch";
    is_read.then_some((key, text))
}

/// The desktop entry in English, with the existing translations below each translatable line.
fn entry_in_all_languages() -> String {
    let text = fs::read_to_string(entry()).unwrap();
    let catalogues: Vec<_> = translated()
        .map(|language| (language, read(language)))
        .collect();
    let mut all = String::new();
    for line in text.lines().filter(|line| !is_translation(line)) {
        all += &format!("{line}\n");
        let Some((key, text)) = of_entry(line) else {
            continue;
        };
        for (language, catalogue) in &catalogues {
            let message = catalogue.find_message(None, text, None);
            if let Some(message) = message.filter(|message| message.is_translated()) {
                let locale = language.tag.replace('-', "_");
                all += &format!("{key}[{locale}]={}\n", message.msgstr().unwrap());
            }
        }
    }
    all
}

fn is_translation(line: &str) -> bool {
    line.split('=')
        .next()
        .is_some_and(|key| key.ends_with(']') && !key.starts_with('['))
}

/// Adds the texts of `--help`.
fn of_command(command: &clap::Command, texts: &mut Texts) {
    let mut add = |text: Option<&clap::builder::StyledStr>| {
        if let Some(text) = text {
            texts.entry(text.to_string()).or_default().program = true;
        }
    };
    add(command.get_about());
    add(command.get_after_help());
    for argument in command.get_arguments() {
        add(argument.get_help());
    }
    for sub in command.get_subcommands() {
        of_command(sub, texts);
    }
}

/// Adds the descriptions of the settings, from the comments in the shipped file. The code generates the allowed values.
fn of_settings(texts: &mut Texts) {
    let lines: Vec<&str> = unhunch::config::SHIPPED.lines().collect();
    for pair in lines.windows(2).filter(|pair| pair[1].contains(" = ")) {
        if let Some((what, _)) = pair[0]
            .strip_prefix("# ")
            .and_then(|line| line.split_once(": "))
        {
            texts.entry(format!("{what}.")).or_default().program = true;
        }
    }
}

/// Adds the texts in `tr("…")`, `tr!("…", …)`, `mark("…")` and `trn!(n, "…", "…", …)`.
fn of_code(code: &str, texts: &mut Texts) {
    let is_start = |at: usize| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    for opening in ["tr(", "tr!(", "mark("] {
        for (at, _) in code.match_indices(opening).filter(|(at, _)| is_start(*at)) {
            if let Some((text, _)) = literal(&code[at + opening.len()..]) {
                texts.entry(text).or_default().program = true;
            }
        }
    }
    for (at, opening) in code.match_indices("trn!(").filter(|(at, _)| is_start(*at)) {
        let after = &code[at + opening.len()..];
        let quote = after.find('"').expect("a text in trn!");
        let (singular, rest) = literal(&after[quote..]).expect("the form for one");
        let rest = rest.trim_start().strip_prefix(',').expect("two forms");
        let (many, _) = literal(rest).expect("the form for many");
        let text = texts.entry(singular).or_default();
        text.many = Some(many);
        text.program = true;
    }
}

/// Adds the texts in `@tr("…")`, `@tr("…", …)` and `@tr("…" | "…" % n)`.
fn of_markup(markup: &str, texts: &mut Texts) {
    for (at, opening) in markup.match_indices("@tr(") {
        let (singular, rest) = literal(&markup[at + opening.len()..]).expect("a text in @tr");
        let text = texts.entry(singular).or_default();
        text.window = true;
        if let Some(rest) = rest.trim_start().strip_prefix('|') {
            text.many = Some(literal(rest).expect("the form for many").0);
        }
    }
}

/// Parses a string literal at the beginning, and returns its value and the rest of the code.
fn literal(code: &str) -> Option<(String, &str)> {
    let mut chars = code.trim_start().strip_prefix('"')?.char_indices();
    let body = code.trim_start().strip_prefix('"')?;
    let mut text = String::new();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((text, &body[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => text.push('\n'),
                '\n' => {
                    while chars.clone().next().is_some_and(|(_, c)| c.is_whitespace()) {
                        chars.next();
                    }
                }
                escaped => text.push(escaped),
            },
            c => text.push(c),
        }
    }
    None
}

/// The keys in the files of `config/` whose values are translated.
const READ: [&str; 12] = [
    "name", "about", "cue", "way", "details", "cautions", "easier", "harder", "text", "title",
    "body", "points",
];

fn of_table(table: &toml::Table, texts: &mut Texts) {
    for (key, value) in table {
        of_value(value, READ.contains(&key.as_str()), texts);
    }
}

fn of_value(value: &toml::Value, is_read: bool, texts: &mut Texts) {
    match value {
        toml::Value::String(text) if is_read => {
            texts.entry(text.clone()).or_default().program = true;
        }
        toml::Value::Array(values) => values
            .iter()
            .for_each(|value| of_value(value, is_read, texts)),
        toml::Value::Table(table) => of_table(table, texts),
        toml::Value::String(_)
        | toml::Value::Integer(_)
        | toml::Value::Float(_)
        | toml::Value::Boolean(_)
        | toml::Value::Datetime(_) => {}
    }
}

fn catalogue(language: &Language) -> PathBuf {
    let file = format!("config/lang/{}/LC_MESSAGES/unhunch.po", language.tag);
    root().join(file)
}

fn read(language: &Language) -> Catalog {
    let file = catalogue(language);
    po_file::parse(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// All languages except English.
fn translated() -> impl Iterator<Item = &'static Language> {
    LANGUAGES.iter().skip(1)
}

fn source(text: &Text) -> String {
    let by = [(text.program, "program"), (text.window, "window")];
    let by: Vec<_> = by
        .iter()
        .filter(|(says, _)| *says)
        .map(|(_, who)| *who)
        .collect();
    by.join(" ")
}

/// A catalogue with exactly these texts, which keeps the existing translations.
fn renewed(before: &Catalog, texts: &Texts, forms: usize) -> Catalog {
    let mut metadata = CatalogMetadata::new();
    metadata.clone_from(&before.metadata);
    let mut after = Catalog::new(metadata);
    for (key, text) in texts {
        let earlier = before.find_message(None, key, text.many.as_deref());
        let mut message = match &text.many {
            Some(many) => Message::build_plural()
                .with_msgid(key.clone())
                .with_msgid_plural(many.clone())
                .with_msgstr_plural(vec![String::new(); forms])
                .done(),
            None => Message::build_singular().with_msgid(key.clone()).done(),
        };
        if let Some(earlier) = earlier {
            match (earlier.msgstr(), earlier.msgstr_plural()) {
                (Ok(text), _) => message.set_msgstr(text.to_owned()).unwrap(),
                (_, Ok(forms)) => message.msgstr_plural_mut().unwrap().clone_from(forms),
                (Err(_), Err(_)) => {}
            }
        }
        *message.source_mut() = source(text);
        after.append_or_update(message);
    }
    after
}

fn bless(texts: &Texts) -> bool {
    if std::env::var_os("BLESS").is_none() {
        return false;
    }
    for language in translated() {
        let before = read(language);
        let forms = before.metadata.plural_rules.nplurals;
        po_file::write_to_file(&renewed(&before, texts, forms), &catalogue(language)).unwrap();
    }
    true
}

/// The names of the placeholders, sorted.
fn places(text: &str) -> Vec<String> {
    let mut places: Vec<String> = text
        .split('{')
        .skip(1)
        .map(|rest| rest.split('}').next().unwrap().to_owned())
        .collect();
    places.sort();
    places
}

#[test]
fn every_text_is_translated_into_every_language() {
    let texts = texts();
    if bless(&texts) {
        return;
    }
    let mut wrong = Vec::new();
    for language in translated() {
        let catalogue = read(language);
        for (key, text) in &texts {
            let message = catalogue.find_message(None, key, text.many.as_deref());
            match message {
                None => wrong.push(format!("{}: is missing: {key:?}", language.tag)),
                Some(message) if !message.is_translated() || message.is_fuzzy() => {
                    wrong.push(format!("{}: is not translated: {key:?}", language.tag));
                }
                Some(message) if message.source() != source(text) => {
                    wrong.push(format!("{}: names other places: {key:?}", language.tag));
                }
                Some(_) => {}
            }
        }
        for message in catalogue.messages() {
            if !texts.contains_key(message.msgid()) {
                wrong.push(format!(
                    "{}: nobody says {:?}",
                    language.tag,
                    message.msgid()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_desktop_entry_matches_the_catalogues() {
    let all = entry_in_all_languages();
    if std::env::var_os("BLESS").is_some() {
        fs::write(entry(), &all).unwrap();
    }
    let same = fs::read_to_string(entry()).unwrap() == all;
    assert!(
        same,
        "BLESS=1 writes the translations into {}",
        entry().display()
    );
}

#[test]
fn translations_have_the_same_placeholders() {
    let mut wrong = Vec::new();
    for language in translated() {
        for message in read(language).messages() {
            let singular = message.msgid();
            let forms = match message.msgstr_plural() {
                Ok(forms) => forms.clone(),
                Err(_) => vec![message.msgstr().unwrap().to_owned()],
            };
            let many = message.msgid_plural().unwrap_or(singular);
            for form in forms {
                // The form for one or two may have no number, if the language has a word for it.
                let mut without_number = places(many);
                without_number.retain(|place| place != "n");
                let same = places(&form) == places(singular) || places(&form) == places(many);
                let unnumbered = message.is_plural() && places(&form) == without_number;
                if !same && !unnumbered {
                    wrong.push(format!("{}: {singular:?} -> {form:?}", language.tag));
                }
                let edges = |text: &str| {
                    let (first, last) = (text.chars().next(), text.chars().last());
                    (
                        first.map(char::is_whitespace),
                        last.map(char::is_whitespace),
                    )
                };
                if edges(singular) != edges(&form) || form.contains("  ") {
                    wrong.push(format!(
                        "{}: spaces: {singular:?} -> {form:?}",
                        language.tag
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_plural_rules_of_catalogue_and_code_are_the_same() {
    for language in translated() {
        let rules = read(language).metadata.plural_rules;
        let used = (0..1000).map(|n| language.form(n)).max().unwrap();
        assert_eq!(rules.nplurals, used + 1, "{}", language.tag);
    }
}

#[test]
fn translations_are_found_at_run_time() {
    for language in translated() {
        let mut count = 0;
        for message in read(language).messages() {
            if message.source().contains("program") && message.is_singular() {
                let translated = language.translate(message.msgid());
                assert_eq!(translated, message.msgstr().unwrap(), "{}", language.tag);
                count += 1;
            }
        }
        assert!(count > 100, "{}: {count}", language.tag);
    }
}

/// This is the only test here that depends on the selected language.
#[test]
fn errors_and_help_are_in_the_selected_language() {
    lang::set_current(lang::by_tag("de").unwrap());
    for (kind, text) in [
        (ErrorKind::PermissionDenied, "du hast keine Berechtigung"),
        (ErrorKind::StorageFull, "der Datenträger ist voll"),
        (
            ErrorKind::ReadOnlyFilesystem,
            "der Datenträger ist schreibgeschützt",
        ),
    ] {
        let error = anyhow::Error::from(io::Error::from(kind)).context("settings.toml");
        assert_eq!(reason::of(&error), format!("settings.toml: {text}"));
    }
    let home = tempfile::tempdir().unwrap();
    let paths = Paths::under(home.path());
    fs::create_dir_all(paths.exercises()).unwrap();
    let exercise = "id = \"mine\"\ncolour = \"red\"\n";
    fs::write(paths.exercises().join("mine.toml"), exercise).unwrap();
    let problems = user_library::library(&paths).1;
    let messages: Vec<&str> = problems
        .iter()
        .map(|problem| problem.what.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "der Schlüssel `steps` fehlt",
            "es gibt keinen Schlüssel `colour`"
        ]
    );
    let colours = clap::Arg::new("theme").help("The colours");
    let command = clap::Command::new("picture").arg(colours);
    let help_text = help::translate(command, &[]).render_help().to_string();
    assert!(
        help_text.contains("Die Farben") && !help_text.contains("Print help"),
        "{help_text}"
    );
}

#[test]
fn a_literal_is_read_as_the_compiler_reads_it() {
    let parsed = |code| literal(code).map(|(text, rest)| (text, rest.to_owned()));
    assert_eq!(
        parsed(r#" "a \"b\" {c}", d)"#),
        Some(("a \"b\" {c}".into(), ", d)".into()))
    );
    assert_eq!(parsed("\"a \\\n   b\")"), Some(("a b".into(), ")".into())));
    assert_eq!(parsed("word, \"a\""), None);
    let mut texts = Texts::new();
    of_code(
        "str(\"x\") tr(\"a\") tr!(\n\"b {c}\", c = 1) trn!(n.len(), \"{n} d\", \"{n} ds\") mark(\"e\")",
        &mut texts,
    );
    let keys: Vec<_> = texts.keys().map(String::as_str).collect();
    assert_eq!(keys, ["a", "b {c}", "e", "{n} d"]);
    assert_eq!(texts["{n} d"].many.as_deref(), Some("{n} ds"));
}
