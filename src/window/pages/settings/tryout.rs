//! Previews of the tones and the voice from the settings page.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use slint::{Timer, TimerMode};
use unhunch::lang::{self, tr};
use unhunch::sound::{Player, Tone, Voice, VoiceSettings};

/// The interval between two tones.
const TONE_INTERVAL: Duration = Duration::from_millis(800);

/// The tones in the order of a routine.
const TONES: [Tone; 6] = [
    Tone::Ready,
    Tone::Move,
    Tone::Hold,
    Tone::Back,
    Tone::Switch,
    Tone::Done,
];

#[derive(Default)]
pub(super) struct Tryout {
    sounds: RefCell<Sounds>,
    tones: Timer,
}

#[derive(Default)]
struct Sounds {
    player: Option<Player>,
    voice: Option<Voice>,
    /// The index of the next tone.
    next: usize,
}

impl Tryout {
    pub(super) fn stop(&self) {
        self.tones.stop();
        self.sounds.take();
    }

    /// Plays all tones in sequence.
    pub(super) fn play_tones(self: &Rc<Self>, volume: u8) -> io::Result<()> {
        let player = Some(Player::open(volume)?);
        self.sounds.replace(Sounds {
            player,
            ..Sounds::default()
        });
        self.next_tone();
        let tryout = Rc::downgrade(self);
        self.tones
            .start(TimerMode::Repeated, TONE_INTERVAL, move || {
                if let Some(tryout) = tryout.upgrade() {
                    tryout.next_tone();
                }
            });
        Ok(())
    }

    fn next_tone(&self) {
        let mut sounds = self.sounds.borrow_mut();
        match (TONES.get(sounds.next), &mut sounds.player) {
            (Some(tone), Some(player)) => player.play(*tone, TONE_INTERVAL.as_secs_f64()),
            (_, _) => self.tones.stop(),
        }
        sounds.next += 1;
    }

    /// Opens the voice, and calls `awake` when it is ready to speak.
    pub(super) fn wake_voice(
        &self,
        volume: u8,
        on_voice_ready: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        let language = lang::current().tag.to_owned();
        let voice = Voice::open(VoiceSettings { language, volume }, on_voice_ready)?;
        self.sounds.borrow_mut().voice = Some(voice);
        Ok(())
    }

    /// Speaks the sample sentence once the voice is ready.
    pub(super) fn speak(&self) {
        if let Some(voice) = &self.sounds.borrow().voice {
            voice.say(tr(
                "Let your shoulders sink and sit a little taller. That’s all.",
            ));
        }
    }
}
