//! Speaks with the voice of the system: speech-dispatcher, or eSpeak if that is missing; `say` on macOS; SAPI on Windows.
//! Words are spoken at once or not at all, replace those that are being spoken, and can be interrupted.

#[cfg(unix)]
mod program;
#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;
#[cfg(any(target_os = "macos", test))]
mod voices;

use std::io;
use std::process::ExitStatus;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use crate::lang::tr;
use crate::reason;
use crate::text::spoken;
use crate::time::Clock;

/// The delay after which words are dropped.
const MAX_DELAY: Duration = Duration::from_millis(250);
/// The timeout for the voice to fall silent on drop.
const TIMEOUT: Duration = Duration::from_millis(200);

/// The settings of a voice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoiceSettings {
    /// The language as a tag, such as `en` or `pt-BR`.
    pub language: String,
    /// The volume in percent.
    pub volume: u8,
}

/// A voice of the system.
trait Speaker {
    /// Speaks these words, which are one line, in place of the current ones. Returns without waiting for the end.
    fn say(&mut self, words: &str) -> io::Result<()>;
    /// Stops the current words.
    fn silence(&mut self) -> io::Result<()>;
}

#[derive(Debug)]
enum Order {
    /// The words, and the time of the request since the start of the computer.
    Say(String, Duration),
    Silence,
}

/// A voice, on a thread that sleeps while there is nothing to say.
#[derive(Debug)]
pub struct Voice {
    orders: Option<Sender<Order>>,
    ended: Receiver<()>,
}

impl Voice {
    /// Opens the system's voice in the background, which may take a second. Calls `ready` on another thread when it can
    /// speak. If there is no voice, this one stays silent, and writes the reason to standard error.
    ///
    /// # Errors
    /// If the thread can't be spawned.
    pub fn open(manner: VoiceSettings, ready: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (orders, ordered) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        thread::Builder::new().name("voice".into()).spawn(move || {
            if let Err(error) = speak(&manner, ready, &ordered) {
                eprintln!(
                    "unhunch-window: {}",
                    reason::after("there is no voice", &error)
                );
            }
            // The receiver may have stopped waiting.
            let _ = end.send(());
        })?;
        Ok(Self {
            orders: Some(orders),
            ended,
        })
    }

    /// Speaks these words, in place of the current ones.
    pub fn say(&self, words: &str) {
        self.order(Order::Say(words.to_owned(), Clock.now().elapsed));
    }

    /// Stops the current words at once.
    pub fn silence(&self) {
        self.order(Order::Silence);
    }

    fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            // A voice that failed to open has reported that already.
            let _ = orders.send(order);
        }
    }
}

impl Drop for Voice {
    fn drop(&mut self) {
        self.orders = None;
        let _ = self.ended.recv_timeout(TIMEOUT);
    }
}

fn speak(manner: &VoiceSettings, ready: impl FnOnce(), orders: &Receiver<Order>) -> io::Result<()> {
    let mut speaker = system::open(manner)?;
    ready();
    while let Ok(order) = orders.recv() {
        // Only the last order matters, because it replaces those before.
        let order = orders.try_iter().last().unwrap_or(order);
        if execute(&order, &mut *speaker).is_err() {
            // A service that was restarted has forgotten our connection.
            speaker = system::open(manner)?;
            execute(&order, &mut *speaker)?;
        }
    }
    speaker.silence()
}

fn execute(order: &Order, speaker: &mut dyn Speaker) -> io::Result<()> {
    match order {
        Order::Say(words, ordered_at)
            if Clock.now().elapsed.saturating_sub(*ordered_at) <= MAX_DELAY =>
        {
            speaker.say(&spoken(words))
        }
        Order::Say(..) => Ok(()),
        Order::Silence => speaker.silence(),
    }
}

/// Renders words with the system's voice, as samples from -1 to 1, [`RATE`](super::tone::RATE) per second.
///
/// # Errors
/// If no voice can write files, its program fails, or the output is not a WAV file that can be read.
pub fn record(words: &str, language: &str) -> io::Result<Vec<f32>> {
    let file = system::record(&spoken(words), language)?;
    let broken = || {
        reason::explained(
            io::ErrorKind::InvalidData,
            tr("the voice produced no sound"),
        )
    };
    let (samples, rate) = super::wav::read(&file).ok_or_else(broken)?;
    Ok(super::wav::resample(&samples, rate, super::tone::RATE))
}

/// The error of a program that has ended with this status.
fn failed(program: &str, status: ExitStatus) -> io::Error {
    let message = tr!(
        "{program} failed ({status})",
        program = program,
        status = reason::of_exit(status)
    );
    reason::explained(io::ErrorKind::Other, message)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_voice_that_fails_is_reported() {
        let status = std::process::Command::new("false").status().unwrap();
        let error = failed("espeak-ng", status);
        assert_eq!(reason::of_error(&error), "espeak-ng failed (1)");
    }
}
