//! Asks sources that answer and call nobody, again and again, on a thread that lasts as long as the look.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::News;
#[cfg(not(target_os = "linux"))]
use super::Switches;
use super::answers::{Answers, Own, Teller as _};
#[cfg(target_os = "macos")]
use super::{assertions, core_audio, core_media};
#[cfg(windows)]
use super::{consent, execution, focus, shell};
use crate::schedule::Hold;

/// How often to ask while it matters: so late may a question come after a call. While none is due, nobody asks.
#[cfg(not(target_os = "linux"))]
const AGAIN: Duration = Duration::from_secs(10);

/// Something that knows whether to keep quiet when it is asked.
#[derive(Clone)]
pub(super) struct Source {
    /// What `status` calls it; no two have the same name.
    pub(super) name: &'static str,
    /// The reason that it knows of.
    pub(super) why: Hold,
    /// Whether to keep quiet; none: it doesn't know.
    pub(super) ask: fn() -> Option<bool>,
}

/// A look that is at work; dropping it ends it.
#[derive(Debug)]
pub struct Look {
    /// Nothing is ever said on it: the thread hears when it is gone.
    _end: Sender<()>,
}

/// Looks, and goes on to look until the answer is dropped.
///
/// # Errors
/// When the system gives no thread.
#[cfg(not(target_os = "linux"))]
pub fn look(switches: Switches, tell: impl Fn(News) + Send + 'static) -> io::Result<Look> {
    let sources = sources(switches);
    begin(sources.collect(), AGAIN, tell)
}

#[cfg(not(target_os = "linux"))]
fn sources(switches: Switches) -> impl Iterator<Item = Source> {
    let wanted = move |source: &Source| match source.why {
        Hold::DoNotDisturb => switches.do_not_disturb,
        Hold::FullScreen => switches.full_screen,
        Hold::KeepAwake => switches.keep_awake,
        Hold::Call if source.name == "camera" => switches.camera,
        Hold::Call => switches.microphone,
        Hold::OffHours | Hold::Pause | Hold::Other(_) => false,
    };
    ALL.into_iter().filter(wanted)
}

#[cfg(windows)]
const ALL: [Source; 6] = [
    shell::PRESENTING,
    focus::SOURCE,
    shell::FULL_SCREEN,
    consent::MICROPHONE,
    consent::CAMERA,
    execution::SOURCE,
];

/// Nobody may ask macOS whether it is set not to disturb; and people work in windows that fill the screen there.
#[cfg(target_os = "macos")]
const ALL: [Source; 3] = [core_audio::SOURCE, core_media::SOURCE, assertions::SOURCE];

fn begin(
    sources: Vec<Source>,
    again: Duration,
    tell: impl Fn(News) + Send + 'static,
) -> io::Result<Look> {
    let (end, ended) = mpsc::channel::<()>();
    let work = move || {
        if sources.is_empty() {
            return tell(News::Looked(Vec::new()));
        }
        let answers = Answers::new(&tell);
        answers.expect(sources.len());
        loop {
            for source in &sources {
                Own::new(&answers, source.name, source.why.clone()).answer((source.ask)());
            }
            if ended.recv_timeout(again) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    };
    thread::Builder::new().name("quiet".into()).spawn(work)?;
    Ok(Look { _end: end })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    const MOMENT: Duration = Duration::from_millis(5);
    const PATIENCE: Duration = Duration::from_secs(10);

    static CALL: AtomicBool = AtomicBool::new(true);

    const PHONE: Source = Source {
        name: "phone",
        why: Hold::Call,
        ask: || Some(CALL.load(Ordering::Acquire)),
    };

    const NOBODY: Source = Source {
        name: "nobody",
        why: Hold::FullScreen,
        ask: || None,
    };

    #[test]
    fn all_are_asked_until_the_look_is_over() {
        let (told_by, told) = mpsc::channel();
        let look = begin(vec![PHONE, NOBODY], MOMENT, move |news| {
            drop(told_by.send(news));
        });
        let next = || told.recv_timeout(PATIENCE);
        assert_eq!(next(), Ok(News::Held(Hold::Call)));
        assert_eq!(next(), Ok(News::Looked(vec!["phone"])));
        CALL.store(false, Ordering::Release);
        assert_eq!(next(), Ok(News::Released(Hold::Call)));
        drop(look);
        assert_eq!(next(), Err(RecvTimeoutError::Disconnected), "it ends");
    }

    #[test]
    fn with_nobody_to_ask_the_look_is_done() {
        let (told_by, told) = mpsc::channel();
        let _look = begin(Vec::new(), MOMENT, move |news| drop(told_by.send(news)));
        assert_eq!(told.recv_timeout(PATIENCE), Ok(News::Looked(Vec::new())));
    }

    #[test]
    #[cfg(not(target_os = "linux"))]
    fn each_switch_has_its_sources_and_each_source_a_name_of_its_own() {
        let all = Switches {
            do_not_disturb: true,
            full_screen: true,
            microphone: true,
            camera: true,
            keep_awake: true,
        };
        let names: std::collections::BTreeSet<_> = sources(all).map(|source| source.name).collect();
        assert_eq!(names.len(), ALL.len());
        let names_without = |switches| {
            sources(switches)
                .map(|source| source.name)
                .collect::<Vec<_>>()
        };
        let without = names_without(Switches {
            camera: false,
            ..all
        });
        assert!(!without.contains(&"camera") && without.contains(&"microphone"));
        let without = names_without(Switches {
            microphone: false,
            keep_awake: false,
            ..all
        });
        assert_eq!(without.len(), ALL.len() - 2);
    }

    /// Whatever they answer on this computer, they answer.
    #[test]
    #[cfg(not(target_os = "linux"))]
    fn every_source_of_this_system_can_be_asked() {
        for source in ALL {
            println!("{}: {:?}", source.name, (source.ask)());
        }
    }
}
