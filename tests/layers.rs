//! Who may know whom: imports point inward.

use std::fs;
use std::path::{Path, PathBuf};

/// Each module, and the modules of ours that it may name. The most exact row of a file is the one that holds.
const MAY_KNOW: &[(&str, &[&str])] = &[
    // Its own macros, which Rust puts at the root of the crate.
    ("lang", &["tr", "trn"]),
    ("time", &["lang"]),
    ("figure", &["lang", "time"]),
    ("routine", &["lang", "figure", "time"]),
    ("schedule", &["lang", "routine", "time"]),
    ("simulate", &["lang", "schedule", "time"]),
    ("paths", &[]),
    ("history", &["lang", "routine", "schedule", "time", "paths"]),
    ("history/day", &["schedule"]),
    ("history/entry", &["lang", "routine", "schedule", "time"]),
    ("history/render", &["lang", "routine", "schedule", "time"]),
    ("history/stats", &["routine", "schedule"]),
    ("history/sums", &["schedule"]),
    ("history/words", &["lang", "time"]),
    (
        "config",
        &["figure", "lang", "schedule", "routine", "time", "paths"],
    ),
    ("config/guidance", &["lang"]),
    ("config/own", &["lang", "paths", "routine"]),
    (
        "config/settings",
        &["figure", "lang", "schedule", "routine", "time"],
    ),
    ("config/problem", &["lang", "schedule", "routine", "time"]),
    ("config/check", &["lang", "schedule", "routine", "time"]),
    ("child", &[]),
    ("watch", &["child", "lang", "schedule", "time"]),
    ("sound", &["lang", "routine", "time"]),
    ("tray", &["lang", "paths", "schedule", "time"]),
    ("notify", &["child", "lang", "paths", "schedule", "time"]),
    ("ipc", &["lang", "routine", "schedule", "time", "paths"]),
    ("autostart", &["lang", "paths"]),
    (
        "app",
        &[
            "autostart",
            "config",
            "history",
            "ipc",
            "lang",
            "notify",
            "paths",
            "routine",
            "schedule",
            "simulate",
            "time",
            "tray",
            "watch",
        ],
    ),
    (
        "cli",
        &[
            "app",
            "autostart",
            "config",
            "history",
            "ipc",
            "lang",
            "notify",
            "paths",
            "routine",
            "schedule",
            "simulate",
            "time",
        ],
    ),
    ("main", &["cli", "lang"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Path below src without its ending, and the text without comments and tests.
fn modules() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let module = |file: &PathBuf| {
        let name = file
            .strip_prefix(&src)
            .unwrap()
            .with_extension("")
            .display()
            .to_string();
        let text = fs::read_to_string(file).unwrap();
        let text = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap()
            .to_owned();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        (name, code.collect::<Vec<_>>().join("\n"))
    };
    files.iter().map(module).collect()
}

fn row(module: &str) -> &'static (&'static str, &'static [&'static str]) {
    let belongs =
        |row: &&(&str, &[&str])| module == row.0 || module.starts_with(&format!("{}/", row.0));
    MAY_KNOW
        .iter()
        .filter(belongs)
        .max_by_key(|row| row.0.len())
        .unwrap_or_else(|| panic!("{module} has no row"))
}

/// The modules of the crate that are named: as `crate::NAME`, in `crate::{NAME, …}`, or by as many `super::` as lead there
/// from a module of that depth.
fn named(code: &str, depth: usize) -> Vec<String> {
    let root = "super::".repeat(depth);
    let mut named: Vec<String> = code.split("crate::").skip(1).flat_map(roots).collect();
    named.extend(code.split(&root).skip(1).flat_map(roots));
    named
}

/// The first word of a path, or of each path in a group.
fn roots(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else {
        return word(path).into_iter().collect();
    };
    let (mut level, mut begins, mut found) = (0, true, Vec::new());
    for (place, c) in group.char_indices() {
        match c {
            '{' => level += 1,
            '}' if level == 0 => break,
            '}' => level -= 1,
            ',' if level == 0 => begins = true,
            _ if begins && !c.is_whitespace() => {
                found.extend(word(&group[place..]));
                begins = false;
            }
            _ => {}
        }
    }
    found
}

/// The name of a module at the beginning; none if it is something else.
fn word(path: &str) -> Option<String> {
    let name: String = path
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (name.starts_with(|c: char| c.is_ascii_lowercase()) && name != "super" && name != "self")
        .then_some(name)
}

/// How many steps a module lies below the crate.
fn depth(module: &str) -> usize {
    let folder = module.strip_suffix("/mod").unwrap_or(module);
    folder.split('/').count()
}

#[test]
fn every_way_to_name_a_module_is_seen() {
    let code = "use crate::{config::{a, b}, history, Thing};\nuse super::super::notify::View;\nlet x = crate::ipc::x();";
    assert_eq!(named(code, 2), ["config", "history", "ipc", "notify"]);
    assert_eq!(named("use super::view;", 2), [""; 0]);
    assert_eq!(
        (depth("time"), depth("tray/mod"), depth("tray/view")),
        (1, 1, 2)
    );
}

#[test]
fn imports_point_inward() {
    for (module, code) in modules() {
        if module == "lib" || module.starts_with("window/") || module.contains("tests/") {
            continue;
        }
        let (owner, may_know) = row(&module);
        let own = owner.split('/').next().unwrap();
        for name in named(&code, depth(&module)) {
            let known = name == own || may_know.contains(&name.as_str());
            assert!(
                known,
                "src/{module}.rs names crate::{name}, which `{owner}` may not know"
            );
        }
    }
}

#[test]
fn the_toolkit_is_named_in_the_window_alone() {
    for (module, code) in modules() {
        let window = module.starts_with("window/");
        for library in ["slint", "accesskit"] {
            assert!(
                window || !code.contains(library),
                "src/{module}.rs names {library}"
            );
        }
        assert!(
            window || module == "figure/paint" || !code.contains("vello"),
            "src/{module}.rs names vello"
        );
        assert!(
            window || module == "app/native/winit" || !code.contains("winit::"),
            "src/{module}.rs names winit"
        );
    }
}

#[test]
fn only_one_file_reads_clocks() {
    for (module, code) in modules() {
        for clock in [
            "Instant::now",
            "SystemTime::now",
            "Zoned::now",
            "Timestamp::now",
            "clock_gettime",
        ] {
            assert!(
                module == "time" || !code.contains(clock),
                "src/{module}.rs reads a clock: {clock}"
            );
        }
    }
}
