//! Prepares embedded data: the exercises, the translations and the rendered icons, so that the programs need neither a parser
//! for catalogues nor an SVG renderer. Also compiles the resources for Windows. The window's markup is compiled by
//! `src/window/ui/build.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[path = "src/svg.rs"]
mod svg;

use self::svg::render;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    version();
    exercises()?;
    languages()?;
    icons()?;
    if env_var("CARGO_CFG_TARGET_OS") == "windows" {
        resources()?;
    }
    window_icon()
}

/// Describes the build for `--version`. The commit is known only to `config/packages/build`: if it were read here, each commit would
/// compile everything once more.
fn version() {
    println!("cargo::rerun-if-env-changed=UNHUNCH_COMMIT");
    let mut build = format!("{}, {}", env_var("TARGET"), env_var("PROFILE"));
    let commit = env_var("UNHUNCH_COMMIT");
    if !commit.is_empty() {
        let _ = write!(build, ", commit {commit}");
    }
    println!("cargo::rustc-env=UNHUNCH_BUILD={build}");
}

/// Packs `config/exercises/*.toml` as zero-terminated names and texts. A new exercise needs only a new file.
fn exercises() -> io::Result<()> {
    println!("cargo::rerun-if-changed=config/exercises");
    let mut files = String::new();
    for path in exercise_files()? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(&path)?;
        let _ = write!(files, "{name}\0{text}\0");
    }
    let packed = miniz_oxide::deflate::compress_to_vec(files.as_bytes(), 10);
    fs::write(Path::new(&env_var("OUT_DIR")).join("exercises.bin"), packed)
}

fn exercise_files() -> io::Result<Vec<PathBuf>> {
    let folder = Path::new(&env_var("CARGO_MANIFEST_DIR")).join("config/exercises");
    let mut files = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    files.sort();
    Ok(files)
}

/// Packs the catalogues of `config/lang/` for `src/lang.rs`: one key table for all languages, and per language the texts in the
/// order of their keys. That order puts similar texts next to each other, which compresses better.
fn languages() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=config/lang");
    let out = env_var("OUT_DIR");
    let mut folders = fs::read_dir("config/lang")?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    folders.retain(|path| path.is_dir());
    folders.sort();
    let catalogues = folders
        .iter()
        .map(|folder| program_texts(&folder.join("LC_MESSAGES/unhunch.po")))
        .collect::<Result<Vec<_>, _>>()?;
    let keys: BTreeSet<&str> = catalogues
        .iter()
        .flat_map(|texts| texts.keys().map(String::as_str))
        .collect();
    let table = Path::new(&out).join("lang-keys.bin");
    fs::write(&table, key_table(&keys)?)?;
    let table = table.display().to_string();
    let mut list = format!(
        "/// The hash of each text that the programs say, and its place in the languages' texts.\n\
         const KEYS: &[u8] = include_bytes!({table:?});\n\
         /// The texts of the programs, by language and packed.\n\
         const PACKED: &[(&str, &[u8])] = &[\n",
    );
    for (folder, texts) in folders.iter().zip(&catalogues) {
        let tag = folder.file_name().unwrap_or_default().to_string_lossy();
        let texts: Vec<&str> = keys
            .iter()
            .map(|key| texts.get(*key).map_or("", String::as_str))
            .collect();
        let packed = miniz_oxide::deflate::compress_to_vec(texts.join("\u{1}").as_bytes(), 10);
        let to = Path::new(&out).join(format!("lang-{tag}.bin"));
        fs::write(&to, packed)?;
        let to = to.display().to_string();
        let _ = writeln!(list, "    ({tag:?}, include_bytes!({to:?})),");
    }
    list.push_str("];\n");
    Ok(fs::write(Path::new(&out).join("languages.rs"), list)?)
}

/// Returns rows of a hash and an index, sorted by the hash.
fn key_table(keys: &BTreeSet<&str>) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for (place, key) in keys.iter().enumerate() {
        rows.push((hash(key), u16::try_from(place)?));
    }
    rows.sort_unstable();
    if rows.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err("two texts have the same hash".into());
    }
    let bytes = rows
        .iter()
        .flat_map(|(hash, place)| [&hash.to_le_bytes()[..], &place.to_le_bytes()[..]].concat());
    Ok(bytes.collect())
}

/// Returns the translations that the programs look up themselves, by the English text. Those of the markup are compiled by
/// Slint. Plural forms are separated by a zero byte.
fn program_texts(catalogue: &Path) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let catalogue = polib::po_file::parse(catalogue)
        .map_err(|error| format!("{}: {error}", catalogue.display()))?;
    let mut texts = BTreeMap::new();
    for message in catalogue.messages() {
        if !message.source().contains("program") || !message.is_translated() {
            continue;
        }
        let forms = match message.msgstr_plural() {
            Ok(forms) => forms.join("\0"),
            Err(_) => message.msgstr()?.to_owned(),
        };
        texts.insert(message.msgid().to_owned(), forms);
    }
    Ok(texts)
}

/// FNV-1a, as in `src/lang.rs`.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Adds the icon, version and manifest to the programs on Windows. Without a resource compiler they are omitted.
fn resources() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=config/windows/unhunch.manifest");
    let manifest =
        Path::new(&env_var("CARGO_MANIFEST_DIR")).join("config/windows/unhunch.manifest");
    let icon = Path::new(&env_var("OUT_DIR")).join("unhunch.ico");
    svg::windows_icon(Path::new(APP_ICON))?.write(fs::File::create(&icon)?)?;
    let mut resource = winresource::WindowsResource::new();
    resource
        .set_language(ENGLISH)
        .set("ProductName", "Unhunch")
        .set("FileDescription", "Unhunch")
        .set("Comments", &env_var("CARGO_PKG_DESCRIPTION"))
        .set_icon(&icon.display().to_string())
        .set_manifest_file(&manifest.display().to_string());
    for program in ["unhunch", "unhunch-window"] {
        if let Err(error) = resource.compile_for(program) {
            println!(
                "cargo::warning={program} has no icon, and a console may flash up when it starts: {error}"
            );
        }
    }
    Ok(())
}

/// The Windows language id of US English.
const ENGLISH: u16 = 0x409;

/// Returns an environment variable set by cargo.
fn env_var(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// Packs the icon of the window.
fn window_icon() -> Result<(), Box<dyn Error>> {
    let icon = render(Path::new(APP_ICON), 128)?;
    let packed = miniz_oxide::deflate::compress_to_vec(&icon, 10);
    Ok(fs::write(
        Path::new(&env_var("OUT_DIR")).join("window-icon.bin"),
        packed,
    )?)
}

/// The icon of both programs.
const APP_ICON: &str = "icons/unhunch.svg";

/// The names of the tray icons.
const TRAY: [&str; 5] = ["calm", "due", "held", "paused", "stretching"];

/// The widths and heights of the tray icons in pixels, as expected by `src/tray/icon.rs`.
const SIZES: [u32; 5] = [16, 22, 24, 32, 48];

/// Writes each tray icon in all sizes, one after the other, as deflated rows of RGBA with straight alpha.
fn icons() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=icons");
    for name in TRAY {
        let from = format!("icons/tray-{name}.svg");
        let mut pixels = Vec::new();
        for size in SIZES {
            pixels.extend(render(Path::new(&from), size)?);
        }
        let file = Path::new(&env_var("OUT_DIR")).join(format!("tray-{name}.bin"));
        fs::write(file, miniz_oxide::deflate::compress_to_vec(&pixels, 10))?;
    }
    Ok(())
}
