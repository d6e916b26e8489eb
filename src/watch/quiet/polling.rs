//! Polls sources that don't notify, on a thread that lives as long as its handle.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::answers::{AnswerReceiver as _, Answers, SourceReceiver};
use super::source::Source;
use super::{QuietEvent, Switches};
use crate::schedule::Hold;

/// A handle of the polling thread; dropping it ends the thread.
#[derive(Debug)]
pub struct PollHandle {
    /// Nothing is sent on this channel: the thread ends when it is closed.
    _end: Sender<()>,
}

/// Polls the sources that the switches select, with the interval `again`, until the returned handle is dropped.
///
/// # Errors
/// If the thread can't be spawned.
pub(super) fn follow(
    sources: &[Source],
    switches: Switches,
    again: Duration,
    report: impl Fn(QuietEvent) + Send + 'static,
) -> io::Result<PollHandle> {
    let sources = wanted(sources, switches);
    let (end, ended) = mpsc::channel::<()>();
    let work = move || {
        if sources.is_empty() {
            return report(QuietEvent::Answered(Vec::new()));
        }
        let answers = Answers::new(&report);
        answers.expect(sources.len());
        loop {
            for source in &sources {
                SourceReceiver::new(&answers, source.name, source.reason.clone())
                    .answer((source.read_state)());
            }
            if ended.recv_timeout(again) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    };
    thread::Builder::new().name("quiet".into()).spawn(work)?;
    Ok(PollHandle { _end: end })
}

fn wanted(sources: &[Source], switches: Switches) -> Vec<Source> {
    let wanted = |source: &&Source| match source.reason {
        Hold::DoNotDisturb => switches.do_not_disturb,
        Hold::FullScreen => switches.full_screen,
        Hold::KeepAwake => switches.keep_awake,
        Hold::Call if source.name == "camera" => switches.camera,
        Hold::Call => switches.microphone,
        Hold::OffHours | Hold::Pause | Hold::Other(_) => false,
    };
    sources.iter().filter(wanted).cloned().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    const MOMENT: Duration = Duration::from_millis(5);
    const PATIENCE: Duration = Duration::from_secs(10);

    const ALL: Switches = Switches {
        do_not_disturb: true,
        full_screen: true,
        microphone: true,
        camera: true,
        keep_awake: true,
    };

    static CALL: AtomicBool = AtomicBool::new(true);

    const PHONE: Source = Source {
        name: "phone",
        reason: Hold::Call,
        read_state: || Some(CALL.load(Ordering::Acquire)),
    };

    const NOBODY: Source = Source {
        name: "nobody",
        reason: Hold::FullScreen,
        read_state: || None,
    };

    #[test]
    fn sources_are_polled_until_the_handle_is_dropped() {
        let (sender, receiver) = mpsc::channel();
        let look = follow(&[PHONE, NOBODY], ALL, MOMENT, move |event| {
            drop(sender.send(event));
        });
        let next = || receiver.recv_timeout(PATIENCE);
        assert_eq!(next(), Ok(QuietEvent::Held(Hold::Call)));
        assert_eq!(next(), Ok(QuietEvent::Answered(vec!["phone"])));
        CALL.store(false, Ordering::Release);
        assert_eq!(next(), Ok(QuietEvent::Released(Hold::Call)));
        drop(look);
        assert_eq!(next(), Err(RecvTimeoutError::Disconnected), "it ends");
    }

    #[test]
    fn without_sources_an_answer_comes_at_once() {
        let (sender, receiver) = mpsc::channel();
        let _look = follow(&[], ALL, MOMENT, move |event| drop(sender.send(event)));
        assert_eq!(
            receiver.recv_timeout(PATIENCE),
            Ok(QuietEvent::Answered(Vec::new()))
        );
    }

    #[test]
    fn each_switch_has_its_sources() {
        let source = |name, why| Source {
            name,
            reason: why,
            read_state: || None,
        };
        let sources = [
            source("focus", Hold::DoNotDisturb),
            source("shell", Hold::FullScreen),
            source("microphone", Hold::Call),
            source("camera", Hold::Call),
            source("power", Hold::KeepAwake),
        ];
        let names = |switches| {
            let wanted = wanted(&sources, switches).into_iter();
            wanted.map(|source| source.name).collect::<Vec<_>>()
        };
        assert_eq!(names(ALL).len(), sources.len());
        let camera_off = Switches {
            camera: false,
            ..ALL
        };
        assert_eq!(names(camera_off), ["focus", "shell", "microphone", "power"]);
        let two_off = Switches {
            microphone: false,
            keep_awake: false,
            ..ALL
        };
        assert_eq!(names(two_off), ["focus", "shell", "camera"]);
        let two_others_off = Switches {
            do_not_disturb: false,
            full_screen: false,
            ..ALL
        };
        assert_eq!(names(two_others_off), ["microphone", "camera", "power"]);
    }
}
