//! The layout of the repository and the dependencies between modules: imports point inward, and files of a folder do not import each
//! other in a cycle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each module, and the modules of the crate that it may name. If several rows match a file, the longest path wins.
const MAY_KNOW: &[(&str, &[&str])] = &[
    // `lang` names its own macros, which Rust exports at the root of the crate.
    ("lang", &["tr", "trn"]),
    ("text", &[]),
    ("time", &["lang", "text"]),
    ("figure", &["lang", "time"]),
    ("routine", &["lang", "figure", "text", "time", "reason"]),
    ("schedule", &["lang", "routine", "text", "time"]),
    ("simulate", &["lang", "schedule", "time"]),
    ("paths", &["disk", "lang", "reason"]),
    ("source", &["lang"]),
    ("reason", &["lang", "text"]),
    ("help", &["lang"]),
    ("disk", &[]),
    ("state", &["disk", "paths"]),
    (
        "history",
        &[
            "disk", "lang", "reason", "routine", "schedule", "state", "text", "time", "paths",
        ],
    ),
    ("history/day", &["schedule"]),
    (
        "history/entry",
        &["lang", "routine", "schedule", "text", "time", "reason"],
    ),
    (
        "history/render",
        &["lang", "routine", "schedule", "text", "time"],
    ),
    ("history/stats", &["routine", "schedule", "time"]),
    ("history/sums", &["schedule", "time"]),
    ("history/words", &["lang", "time"]),
    (
        "config",
        &[
            "disk", "figure", "lang", "schedule", "source", "routine", "text", "time", "paths",
            "reason",
        ],
    ),
    ("config/guidance", &["lang"]),
    ("config/user_folder", &["disk", "lang", "paths", "routine"]),
    (
        "config/user_library",
        &["disk", "lang", "paths", "routine", "state"],
    ),
    (
        "config/settings",
        &["figure", "lang", "schedule", "source", "routine", "time"],
    ),
    (
        "config/problem",
        &["lang", "schedule", "routine", "text", "time"],
    ),
    (
        "config/check",
        &["lang", "schedule", "routine", "text", "time", "reason"],
    ),
    ("child", &[]),
    ("handles", &[]),
    (
        "watch",
        &[
            "child", "handles", "lang", "schedule", "source", "text", "time", "reason",
        ],
    ),
    ("sound", &["lang", "routine", "text", "time", "reason"]),
    (
        "tray",
        &["lang", "paths", "schedule", "source", "text", "time"],
    ),
    (
        "notify",
        &[
            "child", "lang", "paths", "schedule", "source", "text", "time",
        ],
    ),
    (
        "ipc",
        &[
            "disk", "state", "config", "handles", "lang", "routine", "schedule", "source", "time",
            "paths", "reason",
        ],
    ),
    ("autostart", &["disk", "lang", "paths", "state"]),
    ("update", &["autostart", "paths"]),
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
            "reason",
            "routine",
            "schedule",
            "simulate",
            "source",
            "state",
            "text",
            "time",
            "tray",
            "update",
            "watch",
        ],
    ),
    (
        "cli",
        &[
            "app",
            "autostart",
            "config",
            "help",
            "history",
            "ipc",
            "lang",
            "notify",
            "paths",
            "reason",
            "routine",
            "schedule",
            "simulate",
            "source",
            "text",
            "time",
            "tray",
        ],
    ),
    ("main", &["cli", "lang"]),
    ("package_files", &["cli"]),
    ("svg", &[]),
];

fn sources(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// The path of each file below `src` without its extension, and its code without comments and tests.
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

/// The top-level modules that the code names: as `crate::NAME`, in `crate::{NAME, …}`, or by as many `super::` as lead to the
/// root from a module of this depth.
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
    let (mut level, mut begins, mut names) = (0, true, Vec::new());
    for (place, c) in group.char_indices() {
        match c {
            '{' => level += 1,
            '}' if level == 0 => break,
            '}' => level -= 1,
            ',' if level == 0 => begins = true,
            _ if begins && !c.is_whitespace() => {
                names.extend(word(&group[place..]));
                begins = false;
            }
            _ => {}
        }
    }
    names
}

/// The module name at the beginning of a path; `None` if the path begins with something else.
fn word(path: &str) -> Option<String> {
    let name: String = path
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (name.starts_with(|c: char| c.is_ascii_lowercase()) && name != "super" && name != "self")
        .then_some(name)
}

/// The depth of a module below the root of the crate.
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
        let own_name = owner.split('/').next().unwrap();
        for name in named(&code, depth(&module)) {
            let is_allowed = name == own_name || may_know.contains(&name.as_str());
            assert!(
                is_allowed,
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
            window || module.starts_with("app/native/macos") || !code.contains("winit::"),
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
            "ZonedDateTime::now",
            "Timestamp::now",
            "clock_gettime",
        ] {
            assert!(
                module == "time" || module.starts_with("time/") || !code.contains(clock),
                "src/{module}.rs reads a clock: {clock}"
            );
        }
    }
}

/// The import cycles that are tolerated: the folder, the files, and the reason.
const KNOWN_CYCLES: &[(&str, &[&str], &str)] = &[];

/// Expands a `use` tree or a path in an expression: `a::{b, c::D}` becomes `a::b` and `a::c::D`.
fn paths(tree: &str) -> Vec<Vec<&str>> {
    let tree = tree.trim_start();
    if let Some(group) = tree.strip_prefix('{') {
        return members(group).into_iter().flat_map(paths).collect();
    }
    let end = tree
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(tree.len());
    let (word, rest) = tree.split_at(end);
    match rest.strip_prefix("::") {
        Some(rest) => paths(rest)
            .into_iter()
            .map(|path| std::iter::once(word).chain(path).collect())
            .collect(),
        None => vec![vec![word]],
    }
}

/// The members of a group whose opening brace has been removed.
fn members(group: &str) -> Vec<&str> {
    let (mut level, mut begin, mut members) = (0, 0, Vec::new());
    for (place, c) in group.char_indices() {
        match c {
            '{' => level += 1,
            '}' if level == 0 => {
                members.push(&group[begin..place]);
                break;
            }
            '}' => level -= 1,
            ',' if level == 0 => {
                members.push(&group[begin..place]);
                begin = place + 1;
            }
            _ => {}
        }
    }
    members.retain(|member| !member.trim().is_empty());
    members
}

/// The paths that a module names in its crate, relative to `src`. The window is a crate of its own.
fn names(module: &[&str], code: &str) -> Vec<Vec<String>> {
    let root: &[&str] = if module[0] == "window" {
        &["window"]
    } else {
        &[]
    };
    let parent = &module[..module.len() - 1];
    let mut names = Vec::new();
    for (keyword, base) in [("crate::", root), ("super::", parent)] {
        for (place, _) in code.match_indices(keyword) {
            let before = code[..place].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            for path in paths(&code[place + keyword.len()..]) {
                let ups = path.iter().take_while(|word| **word == "super").count();
                let base = &base[..base.len().saturating_sub(ups)];
                let path = base.iter().chain(&path[ups..]);
                names.push(path.map(|word| (*word).to_owned()).collect());
            }
        }
    }
    names
}

/// The items that each module reexports, and the child module that each one comes from.
fn handed_out(modules: &BTreeMap<Vec<&str>, &str>) -> BTreeMap<Vec<String>, Vec<String>> {
    let owned = |path: &[&str]| -> Vec<String> { path.iter().map(|&w| w.to_owned()).collect() };
    let mut from = BTreeMap::new();
    for (module, code) in modules {
        for (place, _) in code.match_indices("pub") {
            let Some((_, tree)) = code[place..].split_once("use ") else {
                continue;
            };
            let visibility = &code[place..code.len() - tree.len()];
            if visibility.contains([';', '{', '\n']) {
                continue;
            }
            for path in paths(tree) {
                let file = [&module[..], &path[..1]].concat();
                if path.len() > 1 && modules.contains_key(&file) {
                    let item = [&module[..], &path[path.len() - 1..]].concat();
                    from.insert(owned(&item), owned(&file));
                }
            }
        }
    }
    from
}

type Imports = BTreeMap<String, BTreeSet<String>>;

/// The imports between the files and folders of each folder.
fn imports_by_folder(modules: &BTreeMap<Vec<&str>, &str>) -> BTreeMap<String, Imports> {
    let handed_out = handed_out(modules);
    let mut folders: BTreeMap<String, Imports> = BTreeMap::new();
    for (module, code) in modules {
        for name in names(module, code) {
            let longest = (1..=name.len())
                .rev()
                .find_map(|length| handed_out.get(&name[..length]));
            let name = longest.unwrap_or(&name);
            for depth in 1..module.len().min(name.len()) {
                let within = name[..depth].iter().eq(&module[..depth]);
                let other: Vec<&str> = name[..=depth].iter().map(String::as_str).collect();
                if within && name[depth] != module[depth] && modules.contains_key(&other) {
                    folders
                        .entry(module[..depth].join("/"))
                        .or_default()
                        .entry(module[depth].to_owned())
                        .or_default()
                        .insert(name[depth].clone());
                }
            }
        }
    }
    folders
}

/// The groups of files in which each file imports each other one, directly or indirectly.
fn cycles(imports: &Imports) -> BTreeSet<Vec<&str>> {
    let reached = |from: &str| {
        let (mut reachable, mut ahead) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(file) = ahead.pop() {
            for next in imports.get(&file).into_iter().flatten() {
                if reachable.insert(next.as_str()) {
                    ahead.push(next.clone());
                }
            }
        }
        reachable
    };
    let reached: BTreeMap<&str, BTreeSet<&str>> = imports
        .keys()
        .map(|file| (file.as_str(), reached(file)))
        .collect();
    let circle = |file: &str| -> Vec<&str> {
        let others = reached[file].iter().copied();
        others
            .filter(|other| reached.get(other).is_some_and(|back| back.contains(file)))
            .collect()
    };
    let circles = reached.keys().map(|file| circle(file));
    circles.filter(|circle| !circle.is_empty()).collect()
}

#[test]
fn files_of_a_folder_have_no_import_cycles() {
    let all = modules();
    let modules: BTreeMap<Vec<&str>, &str> = all
        .iter()
        .filter(|(module, _)| !module.contains("/tests"))
        .map(|(module, code)| {
            let path = module.strip_suffix("/mod").unwrap_or(module);
            (path.split('/').collect(), code.as_str())
        })
        .collect();
    let folders = imports_by_folder(&modules);
    let cycles_found: BTreeSet<(&str, Vec<&str>)> = folders
        .iter()
        .flat_map(|(folder, imports)| {
            cycles(imports)
                .into_iter()
                .map(move |files| (folder.as_str(), files))
        })
        .collect();
    let cycles_known: BTreeSet<(&str, Vec<&str>)> = KNOWN_CYCLES
        .iter()
        .map(|(folder, files, _)| (*folder, files.to_vec()))
        .collect();
    let new: Vec<_> = cycles_found.difference(&cycles_known).collect();
    assert!(new.is_empty(), "these import each other: {new:?}");
    let outdated: Vec<_> = cycles_known.difference(&cycles_found).collect();
    assert!(
        outdated.is_empty(),
        "these are no circles any longer; take them off the list: {outdated:?}"
    );
}

#[test]
fn an_import_cycle_is_found() {
    let modules = BTreeMap::from([
        (vec!["a"], "mod b;\npub use b::Thing;"),
        (vec!["a", "b"], "use super::{c::{self, D}, e};"),
        (vec!["a", "c"], "use crate::a::Thing;"),
        (vec!["a", "e"], "use crate::a::c::D;"),
        (vec!["a", "f"], "use super::e;"),
    ]);
    let folders = imports_by_folder(&modules);
    assert_eq!(cycles(&folders["a"]), BTreeSet::from([vec!["b", "c", "e"]]));
}

/// A file that was added by mistake, such as a download, would be cloned by everybody. An archive of the source has no list of
/// tracked files.
#[test]
fn nothing_else_is_at_the_top_of_the_repository() {
    const TOP: [&str; 11] = [
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "build.rs",
        "config",
        "icons",
        "src",
        "tests",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !root.join(".git").exists() {
        return;
    }
    let files = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root)
        .output()
        .unwrap();
    let files = String::from_utf8(files.stdout).unwrap();
    let top: BTreeSet<&str> = files
        .split_terminator('\0')
        .map(|file| file.split('/').next().unwrap())
        .filter(|name| !name.starts_with('.'))
        .collect();
    // proptest keeps the failures that it has found here.
    let expected = TOP.into_iter().chain(["proptest-regressions"]);
    assert_eq!(top, expected.collect());
}
