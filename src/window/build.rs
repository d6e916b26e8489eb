//! What is made before the compiler runs: the list of the exercises, the packed translations, the pictures of the tray icon,
//! so that neither program needs a reader of catalogues or a painter of SVG, and what Windows reads in a program before
//! it starts it.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use resvg::{tiny_skia, usvg};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=src/window/build.rs");
    exercises()?;
    languages()?;
    icons();
    if variable("CARGO_CFG_TARGET_OS") == "windows" {
        resources()?;
    }
    window()
}

/// Packs `config/exercises/*.toml`, names and texts with a zero byte behind each, so that a new exercise is a new file.
fn exercises() -> io::Result<()> {
    println!("cargo::rerun-if-changed=config/exercises");
    let mut files = String::new();
    for path in exercise_files()? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(&path)?;
        let _ = write!(files, "{name}\0{text}\0");
    }
    let packed = miniz_oxide::deflate::compress_to_vec(files.as_bytes(), 10);
    fs::write(
        Path::new(&variable("OUT_DIR")).join("exercises.bin"),
        packed,
    )
}

fn exercise_files() -> io::Result<Vec<PathBuf>> {
    let folder = Path::new(&variable("CARGO_MANIFEST_DIR")).join("config/exercises");
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

/// Packs the catalogues of `config/lang/`, as `src/lang.rs` reads them: one table of keys for all languages, and the texts of
/// each in the order of their keys, since texts that are alike then stand together and pack better.
fn languages() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=config/lang");
    let out = variable("OUT_DIR");
    let mut folders = fs::read_dir("config/lang")?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    folders.retain(|path| path.is_dir());
    folders.sort();
    let catalogues = folders
        .iter()
        .map(|folder| said_by_programs(&folder.join("LC_MESSAGES/unhunch.po")))
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
         /// What the programs say, by language and packed.\n\
         const PACKED: &[(&str, &[u8])] = &[\n",
    );
    for (folder, texts) in folders.iter().zip(&catalogues) {
        let tag = folder.file_name().unwrap_or_default().to_string_lossy();
        let said: Vec<&str> = keys
            .iter()
            .map(|key| texts.get(*key).map_or("", String::as_str))
            .collect();
        let packed = miniz_oxide::deflate::compress_to_vec(said.join("\u{1}").as_bytes(), 10);
        let to = Path::new(&out).join(format!("lang-{tag}.bin"));
        fs::write(&to, packed)?;
        let to = to.display().to_string();
        let _ = writeln!(list, "    ({tag:?}, include_bytes!({to:?})),");
    }
    list.push_str("];\n");
    Ok(fs::write(Path::new(&out).join("languages.rs"), list)?)
}

/// Rows of a hash and a place, sorted by the hash.
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

/// The translations that the programs look up themselves, by the English text; those of the markup are compiled by Slint. The
/// forms of a plural have a zero byte between them.
fn said_by_programs(catalogue: &Path) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
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

/// What Windows shows of the programs, and reads in them before it starts them: picture, version and manifest. The tools that
/// the GNU linker comes with put them in; Microsoft's linker takes the manifest itself, and the rest where its tools are at hand.
fn resources() -> io::Result<()> {
    println!("cargo::rerun-if-changed=config/windows/unhunch.manifest");
    let file = Path::new(&variable("CARGO_MANIFEST_DIR")).join("config/windows/unhunch.manifest");
    let folder = PathBuf::from(variable("OUT_DIR"));
    fs::write(folder.join("unhunch.ico"), icon())?;
    let (script, object) = (folder.join("unhunch.rc"), folder.join("unhunch-rc.o"));
    if variable("CARGO_CFG_TARGET_ENV") == "msvc" {
        println!("cargo::rustc-link-arg-bins=/MANIFEST:EMBED");
        println!(
            "cargo::rustc-link-arg-bins=/MANIFESTINPUT:{}",
            file.display()
        );
        fs::write(&script, shown())?;
        let object = object.with_extension("res");
        let out = format!("/fo{}", object.display());
        let tools = ["rc", "llvm-rc"];
        if tools
            .iter()
            .any(|tool| succeeds(Command::new(tool).arg(&out).arg(&script)))
        {
            println!("cargo::rustc-link-arg-bins={}", object.display());
        }
        return Ok(());
    }
    // The first resource of the kind 24 is a program's manifest.
    let path = file.display().to_string().replace('\\', "/");
    fs::write(&script, format!("1 24 \"{path}\"\n{}", shown()))?;
    let prefixed = format!("{}-w64-mingw32-windres", variable("CARGO_CFG_TARGET_ARCH"));
    let tools = [prefixed.as_str(), "windres"];
    let works = |command: &mut Command| succeeds(command.arg("-I").arg(&folder));
    if tools
        .iter()
        .any(|tool| works(Command::new(tool).arg(&script).arg(&object)))
    {
        println!("cargo::rustc-link-arg-bins={}", object.display());
    } else {
        println!(
            "cargo::warning=there is no windres; Unhunch has no picture, and a console may flash up when it starts"
        );
    }
    Ok(())
}

fn succeeds(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}

/// Picture and version, as a script for the compilers of resources.
fn shown() -> String {
    let version = variable("CARGO_PKG_VERSION");
    let numbers = ["MAJOR", "MINOR", "PATCH"];
    let numbers = numbers.map(|part| variable(&format!("CARGO_PKG_VERSION_{part}")));
    let numbers = numbers.join(",");
    let about = variable("CARGO_PKG_DESCRIPTION");
    // A program for Windows, in English, as Unicode.
    format!(
        r#"1 ICON "unhunch.ico"
1 VERSIONINFO
FILEVERSION {numbers},0
PRODUCTVERSION {numbers},0
FILEOS 0x40004
FILETYPE 0x1
BEGIN
  BLOCK "StringFileInfo"
  BEGIN
    BLOCK "040904B0"
    BEGIN
      VALUE "Comments", "{about}"
      VALUE "FileDescription", "Unhunch"
      VALUE "FileVersion", "{version}"
      VALUE "ProductName", "Unhunch"
      VALUE "ProductVersion", "{version}"
    END
  END
  BLOCK "VarFileInfo"
  BEGIN
    VALUE "Translation", 0x409, 0x4B0
  END
END
"#
    )
}

/// The sizes in which Windows shows a program, on screens of any density.
const SHOWN: [u32; 8] = [16, 20, 24, 32, 40, 48, 64, 256];

/// The icon in all these sizes: a list, and then a PNG of each.
fn icon() -> Vec<u8> {
    let pictures = SHOWN.map(|size| png(&paint(Path::new("icons/unhunch.svg"), size), size));
    let mut list = vec![0, 0, 1, 0, SHOWN.len() as u8, 0];
    let mut at = list.len() + 16 * SHOWN.len();
    for (size, picture) in SHOWN.iter().zip(&pictures) {
        // 256 is written as 0. No palette, one plane, 32 bits a pixel.
        let side = (size % 256) as u8;
        list.extend([side, side, 0, 0, 1, 0, 32, 0]);
        list.extend((picture.len() as u32).to_le_bytes());
        list.extend((at as u32).to_le_bytes());
        at += picture.len();
    }
    [list, pictures.concat()].concat()
}

/// A square of red, green, blue and alpha as a PNG.
fn png(pixels: &[u8], size: u32) -> Vec<u8> {
    let side = size.to_be_bytes();
    let header = [&side[..], &side, &[8, 6, 0, 0, 0]].concat();
    let rows = pixels.chunks_exact(4 * size as usize);
    let rows: Vec<u8> = rows.flat_map(|row| [&[0], row].concat()).collect();
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&rows, 10);
    let chunks = [(b"IHDR", header), (b"IDAT", packed), (b"IEND", Vec::new())];
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in chunks {
        png.extend((content.len() as u32).to_be_bytes());
        let content = [&kind[..], &content].concat();
        png.extend(&content);
        png.extend(crc(&content).to_be_bytes());
    }
    png
}

/// The checksum of a PNG's parts.
fn crc(bytes: &[u8]) -> u32 {
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| {
        let step = |crc: u32, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        (0..8).fold(crc ^ u32::from(*byte), step)
    });
    !crc
}

/// What cargo tells build scripts.
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// Compiles the markup of the window, and packs its icon like those of the tray.
#[cfg(feature = "window")]
fn window() -> Result<(), Box<dyn Error>> {
    let icon = paint(Path::new("icons/unhunch.svg"), 128);
    fs::write(
        Path::new(&variable("OUT_DIR")).join("window-icon.bin"),
        miniz_oxide::deflate::compress_to_vec(&icon, 10),
    )?;
    let configuration = slint_build::CompilerConfiguration::new()
        .with_style("fluent".into())
        .with_default_translation_context(slint_build::DefaultTranslationContext::None)
        .with_bundled_translations("config/lang")
        // So that tests can look at each element.
        .with_debug_info(variable("PROFILE") == "debug");
    Ok(slint_build::compile_with_config(
        "src/window/ui/app.slint",
        configuration,
    )?)
}

#[cfg(not(feature = "window"))]
fn window() -> Result<(), Box<dyn Error>> {
    Ok(())
}

/// The pictures of the tray icon.
const TRAY: [&str; 5] = ["calm", "due", "held", "paused", "stretching"];

/// Their widths and heights in pixels, as `src/tray/icon.rs` reads them.
const SIZES: [u32; 5] = [16, 22, 24, 32, 48];

/// Writes each picture in all sizes, one after the other, as rows of red, green, blue and alpha, not multiplied, and deflated.
fn icons() {
    println!("cargo::rerun-if-changed=icons");
    let to = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    for name in TRAY {
        let from = format!("icons/tray-{name}.svg");
        let pixels: Vec<u8> = SIZES
            .iter()
            .flat_map(|size| paint(Path::new(&from), *size))
            .collect();
        let file = to.join(format!("tray-{name}.bin"));
        let pixels = miniz_oxide::deflate::compress_to_vec(&pixels, 10);
        std::fs::write(file, pixels).expect("cargo's folder can be written");
    }
}

fn paint(from: &Path, size: u32) -> Vec<u8> {
    let text = std::fs::read(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    let tree = usvg::Tree::from_data(&text, &usvg::Options::default())
        .unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    let mut picture = tiny_skia::Pixmap::new(size, size).expect("a size above zero");
    let scale = size as f32 / tree.size().width();
    resvg::render(
        &tree,
        tiny_skia::Transform::from_scale(scale, scale),
        &mut picture.as_mut(),
    );
    picture
        .pixels()
        .iter()
        .flat_map(|pixel| {
            let colour = pixel.demultiply();
            [colour.red(), colour.green(), colour.blue(), colour.alpha()]
        })
        .collect()
}
