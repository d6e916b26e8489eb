//! The files of `config/`, compiled in. The build script packs the folder, so that a new exercise needs a new file but no code.

/// Names and texts of the exercise files, each terminated by a zero byte, deflated by the build script.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/exercises.bin"));

/// The contents of `config/routines.toml`.
pub(super) const ROUTINES: &str = include_str!("../../config/routines.toml");

/// The unpacked exercise files.
pub(super) struct Exercises(String);

impl Exercises {
    pub(super) fn unpack() -> Self {
        let bytes = miniz_oxide::inflate::decompress_to_vec(PACKED).expect("it was packed by us");
        Self(String::from_utf8(bytes).expect("texts were packed"))
    }

    /// Returns the names and texts of the files.
    pub(super) fn files(&self) -> Vec<(&str, &str)> {
        let parts: Vec<&str> = self.0.split_terminator('\0').collect();
        parts
            .as_chunks()
            .0
            .iter()
            .map(|[name, text]| (*name, *text))
            .collect()
    }
}

/// Returns the text of one exercise file.
#[cfg(test)]
pub(super) fn file(name: &str) -> String {
    let exercises = Exercises::unpack();
    let files = exercises.files();
    let entry = files.iter().find(|(file, _)| *file == name);
    entry.map(|(_, text)| (*text).to_owned()).unwrap()
}
