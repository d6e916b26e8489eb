//! The pictures of an exercise, beside its file, and figures borrowed from built-in exercises.

use std::fs;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use toml::de::DeValue;

use super::Cost;
use super::entry::{Entry, TextAt};
use crate::config::value_mistake::did_you_mean;
use crate::lang::tr;
use crate::routine::{Exercise, Figure, Kind, Library};
use crate::text::clip;

/// The largest picture, in bytes.
pub const LARGEST_PICTURE: u64 = 20 << 20;

/// The endings of the names of pictures.
pub const PICTURE_ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "webp", "gif", "svg"];

/// The most pictures of an exercise: one for each step.
const MOST_PICTURES: usize = 12;

/// The reason why a picture can't be used. [`Display`](std::fmt::Display) says it in the user's language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The path is absolute or leads out of the folder.
    #[error("{}", tr!("the picture \"{file}\" is not in the folder of this file", file = clip(.0)))]
    Outside(String),
    /// There is no such file.
    #[error("{}", tr!("there is no picture \"{file}\"", file = clip(.0)))]
    Missing(String),
    /// It is no regular file, or can't be read.
    #[error("{}", tr!("the picture \"{file}\" can’t be read", file = clip(.0)))]
    Unreadable(String),
    /// The name has none of the endings of pictures.
    #[error("{}", tr!("\"{file}\" is not a picture that can be shown", file = clip(.0)))]
    WrongKind(String),
    /// It is larger than [`LARGEST_PICTURE`].
    #[error("{}", tr!("the picture \"{file}\" is larger than 20 MB", file = clip(.0)))]
    TooLarge(String),
}

/// Returns the file of a picture that a file in `folder` names. Nothing is read.
///
/// # Errors
/// Fails if the picture is not a regular file in that folder or below it, not even through a link, or too large.
pub fn locate(folder: &Path, written: &str) -> Result<PathBuf, PictureError> {
    let name = || written.to_owned();
    let relative = Path::new(written);
    let is_plain = relative
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    // A backslash or colon separates folders and drives on Windows, and a file has to work everywhere.
    if !is_plain || written.contains(['\\', ':', '\0']) {
        return Err(PictureError::Outside(name()));
    }
    let ending = relative.extension().unwrap_or_default();
    let ending = ending.to_string_lossy().to_lowercase();
    if !PICTURE_ENDINGS.contains(&ending.as_str()) {
        return Err(PictureError::WrongKind(name()));
    }
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let path = folder.join(relative);
    let (Ok(real), Ok(home)) = (path.canonicalize(), folder.canonicalize()) else {
        return Err(PictureError::Missing(name()));
    };
    if !real.starts_with(home) {
        return Err(PictureError::Outside(name()));
    }
    match fs::metadata(&real) {
        Ok(kind) if !kind.is_file() => Err(PictureError::Unreadable(name())),
        Ok(kind) if kind.len() > LARGEST_PICTURE => Err(PictureError::TooLarge(name())),
        Ok(_) => Ok(path),
        Err(_) => Err(PictureError::Unreadable(name())),
    }
}

/// Reads what shows the movement, and the names of its poses in order. Mistakes cost the picture, not the exercise.
pub(super) fn read(
    entry: &mut Entry<'_>,
    of_steps: Vec<Option<TextAt>>,
    file: &Path,
    library: &Library,
) -> (Figure, Vec<String>) {
    check_only_one(entry);
    if let Some((drawing, poses)) = own_figure(entry) {
        return (drawing, poses);
    }
    if entry.table.contains_key("like") {
        return like(entry, library).unwrap_or_default();
    }
    let pictures = entry.texts("picture", MOST_PICTURES, Cost::Picture);
    let written: Vec<TextAt> = match pictures {
        Some(pictures) => pictures,
        None => filled(of_steps),
    };
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut paths = Vec::new();
    for (name, at) in written {
        match locate(folder, &name) {
            Ok(path) => {
                if !entry.pictures.iter().any(|(span, _)| *span == at) {
                    entry.pictures.push((at, name));
                }
                paths.push(path);
            }
            Err(error) => {
                report(entry, &error, folder, &name, at);
                // The other pictures stay with their steps.
                paths.extend(paths.last().cloned());
            }
        }
    }
    let figure = if paths.is_empty() {
        Figure::None
    } else {
        Figure::Pictures(paths)
    };
    (figure, Vec::new())
}

fn report(
    entry: &mut Entry<'_>,
    error: &PictureError,
    folder: &Path,
    name: &str,
    at: Range<usize>,
) {
    let expected = match error {
        PictureError::Outside(_) | PictureError::Missing(_) => {
            tr("the name of a picture in the folder of this file").to_owned()
        }
        PictureError::Unreadable(_) => tr("a file that you can read").to_owned(),
        PictureError::WrongKind(_) => {
            tr!(
                "a file with one of the endings {words}",
                words = PICTURE_ENDINGS.join(", ")
            )
        }
        PictureError::TooLarge(_) => tr("a picture of at most 20 MB").to_owned(),
    };
    let hint = match error {
        PictureError::Missing(_) => similar(folder, name),
        PictureError::Outside(_)
        | PictureError::Unreadable(_)
        | PictureError::WrongKind(_)
        | PictureError::TooLarge(_) => None,
    };
    entry.report(at, (error.to_string(), hint), expected, Cost::Picture);
}

/// Looks for a picture with a similar name.
fn similar(folder: &Path, name: &str) -> Option<String> {
    let entries = fs::read_dir(folder).ok()?.take(1000).flatten();
    let names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    let is_picture = |name: &&str| {
        let ending = name.rsplit('.').next().unwrap_or_default();
        PICTURE_ENDINGS.contains(&ending.to_lowercase().as_str())
    };
    let names: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(is_picture)
        .collect();
    did_you_mean(name, &names)
}

/// Returns the pictures of the steps. A step without one shows that of the step before it, or else the first.
fn filled(of_steps: Vec<Option<TextAt>>) -> Vec<TextAt> {
    let Some(mut last) = of_steps.iter().flatten().next().cloned() else {
        return Vec::new();
    };
    let mut pictures = Vec::new();
    for picture in of_steps {
        last = picture.unwrap_or(last);
        pictures.push(last.clone());
    }
    pictures
}

fn check_only_one(entry: &mut Entry<'_>) {
    let keys = ["figure", "like", "picture"];
    let mut set = keys
        .into_iter()
        .filter(|key| entry.table.contains_key(*key));
    if let (Some(first), Some(second)) = (set.next(), set.next()) {
        entry.report_both(first, second, Cost::Picture);
    }
}

/// Reads a figure of its own in the short form. Its poses are named by the steps.
fn own_figure(entry: &mut Entry<'_>) -> Option<(Figure, Vec<String>)> {
    let value = entry.value("figure")?;
    let parsed: Result<Figure, _> =
        serde::Deserialize::deserialize(toml::de::ValueDeserializer::from(value.clone()));
    match parsed {
        Ok(figure) => {
            let drawing = figure.drawing()?;
            let mut is_right = true;
            for (_, problem) in drawing.check() {
                is_right = false;
                let message = format!("[figure] {problem}");
                entry.report(value.span(), (message, None), String::new(), Cost::Picture);
            }
            let names = drawing.pose_names().filter(|name| *name != "start");
            let names = names.map(str::to_owned).collect();
            is_right.then_some((figure, names))
        }
        Err(error) => {
            let message = crate::reason::of_serde(error.message())
                .unwrap_or_else(|| error.message().to_owned());
            let at = error.span().unwrap_or(value.span());
            entry.report(at, (message, None), String::new(), Cost::Picture);
            None
        }
    }
}

/// Borrows the figure of a built-in exercise, and its poses in the order in which that exercise takes them.
fn like(entry: &mut Entry<'_>, library: &Library) -> Option<(Figure, Vec<String>)> {
    let value = entry.value("like")?;
    let expected =
        || tr("the id of a built-in exercise, in quotes; `unhunch list` shows them").to_owned();
    let DeValue::String(id) = value.get_ref() else {
        let message = tr!(
            "`{name}` takes {noun}, not {other}",
            name = "like",
            noun = tr("text"),
            other = crate::config::value_mistake::noun(value.get_ref())
        );
        entry.report(value.span(), (message, None), expected(), Cost::Picture);
        return None;
    };
    let exercise = library.exercise(id.trim());
    let drawing = exercise.and_then(|exercise| exercise.figure.shared_drawing());
    let (Some(exercise), Some(drawing)) = (exercise, drawing) else {
        let message = tr!("\"{id}\" is not an exercise with a figure", id = clip(id));
        let suggestion = library.did_you_mean(id);
        let suggestion = suggestion.filter(|suggestion| library.exercise(suggestion).is_some());
        let hint = suggestion.map(|suggestion| tr!("did you mean \"{word}\"?", word = suggestion));
        entry.report(value.span(), (message, hint), expected(), Cost::Picture);
        return None;
    };
    let figure = Figure::Like {
        id: exercise.id.clone(),
        drawing,
    };
    Some((figure, poses(exercise)))
}

/// Returns the poses that the movements of an exercise lead to, in order and without the start.
fn poses(exercise: &Exercise) -> Vec<String> {
    let mut poses: Vec<String> = Vec::new();
    for segment in exercise.in_order() {
        let moves = matches!(
            segment.kind,
            Kind::Move | Kind::BreatheIn | Kind::BreatheOut
        );
        if moves && segment.pose != "start" && !poses.contains(&segment.pose) {
            poses.push(segment.pose.clone());
        }
    }
    poses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_stay_in_the_folder() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("exercises");
        fs::create_dir_all(folder.join("pictures")).unwrap();
        fs::write(folder.join("pictures/neck.JPG"), "x").unwrap();
        fs::write(home.path().join("secret.png"), "x").unwrap();
        assert_eq!(
            locate(&folder, "pictures/neck.JPG"),
            Ok(folder.join("pictures/neck.JPG"))
        );
        assert!(locate(&folder, "./pictures/neck.JPG").is_ok());
        for outside in [
            "../secret.png",
            "pictures/../../secret.png",
            "/etc/passwd.png",
            "C:\\secret.png",
            "..\\secret.png",
            "a\0.png",
        ] {
            let error = PictureError::Outside(outside.to_owned());
            assert_eq!(locate(&folder, outside), Err(error), "{outside}");
        }
        let missing = PictureError::Missing("nck.jpg".to_owned());
        assert_eq!(locate(&folder, "nck.jpg"), Err(missing));
        let folder_itself = PictureError::WrongKind("pictures".to_owned());
        assert_eq!(locate(&folder, "pictures"), Err(folder_itself));
    }

    #[test]
    #[cfg(unix)]
    fn links_lead_nowhere_else() {
        use std::os::unix::fs::symlink;
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("exercises");
        fs::create_dir_all(&folder).unwrap();
        fs::write(home.path().join("secret.png"), "x").unwrap();
        fs::write(folder.join("mine.png"), "x").unwrap();
        symlink("../secret.png", folder.join("link.png")).unwrap();
        symlink("..", folder.join("up")).unwrap();
        symlink("mine.png", folder.join("same.png")).unwrap();
        symlink("/dev/zero", folder.join("endless.png")).unwrap();
        for outside in ["link.png", "up/secret.png", "endless.png"] {
            let error = PictureError::Outside(outside.to_owned());
            assert_eq!(locate(&folder, outside), Err(error), "{outside}");
        }
        assert!(locate(&folder, "same.png").is_ok());
    }

    #[test]
    fn huge_pictures_are_refused() {
        let home = tempfile::tempdir().unwrap();
        let file = fs::File::create(home.path().join("huge.png")).unwrap();
        file.set_len(LARGEST_PICTURE + 1).unwrap();
        let error = PictureError::TooLarge("huge.png".to_owned());
        assert_eq!(locate(home.path(), "huge.png"), Err(error));
    }
}
