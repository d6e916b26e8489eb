//! Small versions of the pictures of the user's own exercises, for the library. They are decoded in the background.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;
use std::time::Duration;

use slint::{Image, Timer, TimerMode};

use crate::photo::{Buffer, Photo};

/// The longer side of a thumbnail, in pixels: twice that of a card's picture, for screens with small pixels.
const SIDE: usize = 192;
/// The interval in which pictures that are ready are shown.
const INTERVAL: Duration = Duration::from_millis(50);

/// A thumbnail with its file; without pixels if the file can't be shown.
type Ready = (PathBuf, Option<Buffer>);

/// The thumbnails of a page.
#[derive(Default)]
pub(crate) struct Thumbnails {
    ready: RefCell<HashMap<PathBuf, Option<Buffer>>>,
    /// The end of the channel on which the others arrive. Dropping it ends the thread that decodes them.
    coming: RefCell<Option<Receiver<Ready>>>,
    timer: Timer,
}

impl Thumbnails {
    /// Returns the thumbnail of a picture: an image that keeps its place free as long as it is not ready, and none if the picture
    /// can't be shown.
    pub(crate) fn get(&self, file: &Path) -> Option<Image> {
        match self.ready.borrow().get(file) {
            Some(ready) => ready.clone().map(Image::from_rgba8),
            None => Some(Image::from_rgba8(Buffer::new(1, 1))),
        }
    }

    /// Decodes those of these pictures that aren't ready yet, and calls `show` whenever some are.
    pub(crate) fn load(&self, files: impl Iterator<Item = PathBuf>, show: impl Fn() + 'static) {
        let ready = self.ready.borrow();
        let mut missing: Vec<PathBuf> = files.filter(|file| !ready.contains_key(file)).collect();
        // Exercises may share a picture.
        let mut seen = HashSet::new();
        missing.retain(|file| seen.insert(file.clone()));
        if missing.is_empty() {
            return self.stop();
        }
        let (sender, receiver) = channel();
        self.coming.replace(Some(receiver));
        // Without a thread there are no thumbnails.
        let _ = thread::Builder::new()
            .name("thumbnails".into())
            .spawn(move || decode(missing, &sender));
        self.timer.start(TimerMode::Repeated, INTERVAL, show);
    }

    /// Takes the thumbnails that have become ready, and returns their files.
    pub(crate) fn take_ready(&self) -> Vec<PathBuf> {
        let mut coming = self.coming.borrow_mut();
        let mut ready = self.ready.borrow_mut();
        let mut files = Vec::new();
        while let Some(receiver) = coming.as_ref() {
            match receiver.try_recv() {
                Ok((file, thumbnail)) => {
                    files.push(file.clone());
                    ready.insert(file, thumbnail);
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    self.timer.stop();
                    *coming = None;
                }
            }
        }
        files
    }

    /// Stops decoding.
    fn stop(&self) {
        self.timer.stop();
        self.coming.replace(None);
    }

    /// Frees the memory. The pictures may have changed the next time.
    pub(crate) fn clear(&self) {
        self.stop();
        self.ready.borrow_mut().clear();
    }
}

fn decode(files: Vec<PathBuf>, sender: &Sender<Ready>) {
    for file in files {
        let thumbnail = Photo::open(&file).and_then(|photo| photo.thumbnail(SIDE));
        // Nobody waits for the others once the page is left.
        if sender.send((file, thumbnail)).is_err() {
            return;
        }
    }
}
