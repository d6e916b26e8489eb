//! Speaks, with the voice that the system has: speech-dispatcher, or eSpeak where that is missing, `say` on macOS, and
//! SAPI on Windows. What is said begins at once or not at all, replaces what was being said, and can be cut off.

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
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use crate::time::Clock;

/// What could not be said by then is not said any more.
const LATE: Duration = Duration::from_millis(250);
/// How long the end may wait until the voice has been silenced.
const PATIENCE: Duration = Duration::from_millis(200);

/// How it speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manner {
    /// The language as a tag, such as `en` or `pt-BR`.
    pub language: String,
    /// How loud, in percent.
    pub volume: u8,
}

/// A voice of the system.
trait Speaker {
    /// Says something instead of what is being said, and doesn't wait for its end.
    fn say(&mut self, words: &str) -> io::Result<()>;
    /// Says nothing more.
    fn silence(&mut self) -> io::Result<()>;
}

#[derive(Debug)]
enum Order {
    /// Words, and when they were asked for, on the clock since the start of the computer.
    Say(String, Duration),
    Silence,
}

/// A voice, on a thread that sleeps until it has something to say.
#[derive(Debug)]
pub struct Voice {
    orders: Option<Sender<Order>>,
    ended: Receiver<()>,
}

impl Voice {
    /// Wakes the voice of the system, in the background, which may take a second. `ready` is told, on another thread, when
    /// it can speak. A voice that there is not stays silent, and says why on the standard error output.
    ///
    /// # Errors
    /// If there is no thread to be had.
    pub fn open(manner: Manner, ready: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (orders, ordered) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        thread::Builder::new().name("voice".into()).spawn(move || {
            if let Err(error) = speak(&manner, ready, &ordered) {
                eprintln!("unhunch-window: there is no voice: {error}");
            }
            // Whoever doesn't wait for the end needn't hear of it.
            let _ = end.send(());
        })?;
        Ok(Self {
            orders: Some(orders),
            ended,
        })
    }

    /// Says something, instead of what is being said.
    pub fn say(&self, words: &str) {
        self.order(Order::Say(words.to_owned(), Clock.now().elapsed));
    }

    /// Silence, at once.
    pub fn silence(&self) {
        self.order(Order::Silence);
    }

    fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            // A voice that could not be woken has said so.
            let _ = orders.send(order);
        }
    }
}

impl Drop for Voice {
    fn drop(&mut self) {
        self.orders = None;
        let _ = self.ended.recv_timeout(PATIENCE);
    }
}

fn speak(manner: &Manner, ready: impl FnOnce(), orders: &Receiver<Order>) -> io::Result<()> {
    let mut speaker = system::wake(manner)?;
    ready();
    while let Ok(order) = orders.recv() {
        // Only the last order counts: the ones before are replaced by it.
        let order = orders.try_iter().last().unwrap_or(order);
        if obey(&order, &mut *speaker).is_err() {
            // A service that was started anew knows nothing of us.
            speaker = system::wake(manner)?;
            obey(&order, &mut *speaker)?;
        }
    }
    speaker.silence()
}

fn obey(order: &Order, speaker: &mut dyn Speaker) -> io::Result<()> {
    match order {
        Order::Say(words, asked) if Clock.now().elapsed.saturating_sub(*asked) <= LATE => {
            speaker.say(words)
        }
        Order::Say(..) => Ok(()),
        Order::Silence => speaker.silence(),
    }
}

/// What the system's voice makes of some words, as samples from -1 to 1, [`RATE`](super::tone::RATE) a second.
///
/// # Errors
/// If there is no voice that writes files.
pub fn record(words: &str, language: &str) -> io::Result<Vec<f32>> {
    let file = system::record(words, language)?;
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "the voice wrote no sound");
    let (samples, rate) = super::wav::read(&file).ok_or_else(broken)?;
    Ok(super::wav::at_rate(&samples, rate, super::tone::RATE))
}
