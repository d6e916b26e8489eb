//! What can be tried out from the settings: the tones, one after the other, and the voice.

use std::rc::Rc;
use std::time::Duration;

use slint::{Timer, TimerMode};
use unhunch::ipc::Call;
use unhunch::lang::{self, tr};
use unhunch::sound::{Manner, Player, Tone, Voice};

use crate::shell::Shell;

/// From one tone to the next.
const BETWEEN: Duration = Duration::from_millis(800);

/// The tones in the order in which a routine brings them.
const TONES: [Tone; 6] = [
    Tone::Ready,
    Tone::Move,
    Tone::Hold,
    Tone::Back,
    Tone::Switch,
    Tone::Done,
];

/// What sounds for a trial.
#[derive(Default)]
pub(crate) struct Tryout {
    player: Option<Player>,
    voice: Option<Voice>,
    tones: Timer,
    next: usize,
}

impl Tryout {
    fn hush(&mut self) {
        self.tones.stop();
        self.player = None;
        self.voice = None;
    }
}

impl Shell {
    pub(crate) fn try_out(self: &Rc<Self>, what: &str) {
        self.hush();
        match what {
            "tones" => self.try_tones(),
            "voice" => self.try_voice(),
            "reminder" => self.say(Call::TryReminder),
            _ => {}
        }
    }

    /// Silence.
    pub(crate) fn hush(&self) {
        self.tryout.borrow_mut().hush();
    }

    fn try_tones(self: &Rc<Self>) {
        match Player::open(self.volume()) {
            Ok(player) => {
                let mut tryout = self.tryout.borrow_mut();
                tryout.player = Some(player);
                tryout.next = 0;
            }
            Err(error) => return self.settings_failed(&error),
        }
        self.next_tone();
        let weak = Rc::downgrade(self);
        let tryout = self.tryout.borrow();
        tryout.tones.start(TimerMode::Repeated, BETWEEN, move || {
            if let Some(shell) = weak.upgrade() {
                shell.next_tone();
            }
        });
    }

    fn next_tone(&self) {
        let mut tryout = self.tryout.borrow_mut();
        match (TONES.get(tryout.next), &mut tryout.player) {
            (Some(tone), Some(player)) => player.play(*tone, BETWEEN.as_secs_f64()),
            (_, _) => tryout.tones.stop(),
        }
        tryout.next += 1;
    }

    fn try_voice(self: &Rc<Self>) {
        let manner = Manner {
            language: lang::spoken().tag.to_owned(),
            volume: self.volume(),
        };
        match Voice::open(manner, self.tell_when_awake()) {
            Ok(voice) => self.tryout.borrow_mut().voice = Some(voice),
            Err(error) => self.settings_failed(&error),
        }
    }

    /// The voice has woken.
    pub(crate) fn speak_for_trial(&self) {
        if let Some(voice) = &self.tryout.borrow().voice {
            voice.say(tr(
                "Let your shoulders sink and grow a little taller. That is all.",
            ));
        }
    }
}
