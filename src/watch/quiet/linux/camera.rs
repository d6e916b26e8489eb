//! A camera is in use: one of the user's programs has it open.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use async_io::{Async, Timer};
use futures_lite::FutureExt as _;
use futures_lite::future::yield_now;
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};

use super::TIMEOUT;
use crate::watch::quiet::answers::AnswerReceiver;

/// The prefix of the paths of cameras.
const CAMERA: &str = "/dev/video";

pub(super) async fn follow(receiver: &dyn AnswerReceiver) {
    follow_those(CAMERA, receiver).await;
}

/// Follows all devices whose paths have this prefix.
async fn follow_those(begin: &str, receiver: &dyn AnswerReceiver) {
    let cameras = named(begin);
    let watch = if cameras.is_empty() {
        None
    } else {
        watch(&cameras).ok()
    };
    let Some(watch) = watch else {
        return receiver.answer(None);
    };
    loop {
        let timeout = async {
            Timer::after(TIMEOUT).await;
            None
        };
        let looked = async { Some(is_open(begin).await) };
        if let Some(open) = looked.or(timeout).await {
            receiver.answer(Some(open));
        }
        if watch.readable().await.is_err() {
            return receiver.answer(None);
        }
        let mut events = [0; 4096];
        while rustix::io::read(watch.get_ref(), &mut events).is_ok_and(|read| read > 0) {}
    }
}

fn named(begin: &str) -> Vec<PathBuf> {
    let folder = Path::new(begin).parent().unwrap_or(Path::new("/"));
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .map(|file| file.path())
        .filter(|path| path.to_string_lossy().starts_with(begin))
        .collect()
}

/// Returns an inotify watch that is readable when a camera is opened or closed.
fn watch(cameras: &[PathBuf]) -> anyhow::Result<Async<OwnedFd>> {
    let watch = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
    let events_to_watch = WatchFlags::OPEN | WatchFlags::CLOSE_WRITE | WatchFlags::CLOSE_NOWRITE;
    for camera in cameras {
        inotify::add_watch(&watch, camera, events_to_watch)?;
    }
    Ok(Async::new(watch)?)
}

/// Returns `true` if a process that we may inspect has such a file open. It yields after each process, so that
/// other tasks can run.
async fn is_open(begin: &str) -> bool {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    for process in processes {
        if process.file_name().as_encoded_bytes()[0].is_ascii_digit()
            && has_open(&process.path(), begin)
        {
            return true;
        }
        yield_now().await;
    }
    false
}

fn has_open(process: &Path, begin: &str) -> bool {
    let files = fs::read_dir(process.join("fd")).into_iter().flatten();
    files
        .flatten()
        .filter_map(|file| fs::read_link(file.path()).ok())
        .any(|file| file.to_string_lossy().starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Channel(async_channel::Sender<Option<bool>>);

    impl AnswerReceiver for Channel {
        fn answer(&self, quiet: Option<bool>) {
            self.0.try_send(quiet).unwrap();
        }
    }

    #[test]
    fn a_camera_is_in_use_while_somebody_has_it_open() {
        let folder = tempfile::tempdir().unwrap();
        let begin = folder.path().join("video");
        let begin = begin.to_str().unwrap();
        let camera = folder.path().join("video0");
        fs::write(&camera, "").unwrap();
        let (sender, receiver) = async_channel::unbounded();
        let channel = Channel(sender);
        async_io::block_on(async {
            let body = async {
                assert_eq!(receiver.recv().await, Ok(Some(false)));
                let open = fs::File::open(&camera).unwrap();
                assert_eq!(receiver.recv().await, Ok(Some(true)));
                drop(open);
                while receiver.recv().await != Ok(Some(false)) {}
            };
            futures_lite::future::or(body, follow_those(begin, &channel)).await;
            follow_those("/nowhere/video", &channel).await;
            assert_eq!(receiver.recv().await, Ok(None));
        });
    }
}
