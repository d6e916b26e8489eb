//! The sounds of the guide: plays tones and spoken cues in sync with the routine, and says when the next one is due.

use std::time::Duration;

use unhunch::lang;
use unhunch::reason;
use unhunch::routine::Plan;
use unhunch::sound::{Choice, Entry, Player, Reader, Score, Sound, Voice, VoiceSettings};
use unhunch::time::Moment;

/// The tolerance when comparing two computed times of the same clock, in seconds.
const TOLERANCE: f64 = 0.01;

/// The user's sound settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SoundSettings {
    pub(super) choice: Choice,
    /// The volume in percent.
    pub(super) volume: u8,
}

/// Plays the sounds of a routine.
pub(super) struct GuideSounds {
    settings: SoundSettings,
    plan: Option<Plan>,
    reader: Reader,
    /// The second of the plan from which it plays, and the [time](seconds_without_suspend) at which it began there. `None` while
    /// silent.
    started: Option<(f64, f64)>,
    /// Opened when a routine begins. `None` if disabled or unavailable.
    player: Option<Player>,
    voice: Option<Voice>,
    is_voice_ready: bool,
}

impl GuideSounds {
    pub(super) fn new() -> Self {
        let choice = Choice {
            tones: false,
            voice: false,
        };
        Self {
            settings: SoundSettings { choice, volume: 0 },
            plan: None,
            reader: Reader::default(),
            started: None,
            player: None,
            voice: None,
            is_voice_ready: false,
        }
    }

    /// Applies other settings, even in the middle of a routine. `on_voice_ready` is called when the voice is ready.
    pub(super) fn configure(
        &mut self,
        settings: SoundSettings,
        now: &Moment,
        on_voice_ready: impl FnOnce() + Send + 'static,
    ) {
        if self.settings == settings {
            return;
        }
        let at = self.elapsed(now);
        self.silence();
        if self.settings.volume != settings.volume {
            self.close();
        }
        self.settings = settings;
        if let Some(plan) = self.plan.take() {
            self.begin(&plan, on_voice_ready);
            if let Some(at) = at {
                self.seek(at, now);
            }
        }
    }

    /// Prepares the sounds of a routine.
    pub(super) fn begin(&mut self, plan: &Plan, on_voice_ready: impl FnOnce() + Send + 'static) {
        self.silence();
        self.open(on_voice_ready);
        let choice = Choice {
            tones: self.player.is_some(),
            voice: self.voice.is_some(),
        };
        self.reader = Reader::new(Score::new(plan, choice));
        self.plan = Some(plan.clone());
    }

    fn open(&mut self, on_voice_ready: impl FnOnce() + Send + 'static) {
        let SoundSettings { choice, volume } = self.settings;
        if !choice.tones || volume == 0 {
            self.player = None;
        } else if self.player.is_none() {
            self.player = or_print(Player::open(volume));
        }
        if !choice.voice || volume == 0 {
            self.voice = None;
            self.is_voice_ready = false;
        } else if self.voice.is_none() {
            let language = lang::current().tag.to_owned();
            self.voice = or_print(Voice::open(
                VoiceSettings { language, volume },
                on_voice_ready,
            ));
        }
    }

    /// Continues from this second of the plan. Current sounds stop.
    pub(super) fn seek(&mut self, elapsed: f64, now: &Moment) {
        self.silence();
        self.started = Some((elapsed, seconds_without_suspend(now)));
        self.reader.seek(elapsed);
    }

    /// Plays the end of the routine, unless playback has just reached it by itself.
    pub(super) fn finish(&mut self, end: f64, now: &Moment) {
        let has_reached_end = self.elapsed(now).is_some_and(|at| at > end - TOLERANCE);
        if !has_reached_end {
            self.seek(end, now);
        }
    }

    /// Stops all sounds at once, until the routine continues.
    pub(super) fn silence(&mut self) {
        self.started = None;
        self.reader.close();
        if let Some(player) = &mut self.player {
            player.silence();
        }
        if let Some(voice) = &self.voice {
            voice.silence();
        }
    }

    /// Stops all sounds and closes the devices.
    pub(super) fn close(&mut self) {
        self.silence();
        self.player = None;
        self.voice = None;
        self.is_voice_ready = false;
    }

    /// Called when the voice is ready. It says the cue it has missed if there is still time.
    pub(super) fn on_voice_ready(&mut self, now: &Moment) {
        self.is_voice_ready = true;
        let missed_cue = self
            .elapsed(now)
            .and_then(|at| self.reader.late_opening(at));
        if let Some(entry) = missed_cue {
            self.sound(&entry);
        }
    }

    /// Plays the due sounds and returns the time until the next one.
    pub(super) fn play(&mut self, now: &Moment) -> Option<Duration> {
        let at = self.elapsed(now)?;
        for entry in self.reader.take_due(at) {
            self.sound(&entry);
        }
        let wait = self.reader.next_due()? - at;
        Some(Duration::from_secs_f64(wait.max(0.0)))
    }

    fn sound(&mut self, entry: &Entry) {
        match &entry.sound {
            Sound::Tone(tone) => {
                if let Some(player) = &mut self.player {
                    player.play(*tone, entry.seconds);
                }
            }
            Sound::Speech(words) => {
                if let Some(voice) = self.voice.as_ref().filter(|_| self.is_voice_ready) {
                    voice.say(words);
                }
            }
        }
    }

    fn elapsed(&self, now: &Moment) -> Option<f64> {
        let (elapsed, start) = self.started?;
        Some(elapsed + (seconds_without_suspend(now) - start).max(0.0))
    }
}

/// Prints the error; the routine then plays without that device.
fn or_print<T>(result: std::io::Result<T>) -> Option<T> {
    result
        .inspect_err(|error| eprintln!("unhunch-window: {}", reason::of_error(error)))
        .ok()
}

/// Returns the monotonic time in seconds, not counting system suspend.
fn seconds_without_suspend(now: &Moment) -> f64 {
    now.elapsed.saturating_sub(now.slept).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use unhunch::routine::Library;
    use unhunch::time::Clock;

    use super::*;

    fn moment(elapsed: f64) -> Moment {
        Moment {
            elapsed: Duration::from_secs_f64(1000.0 + elapsed),
            slept: Duration::from_secs(500),
            wall: Clock.now().wall,
        }
    }

    /// Creates a score of tones without an audio device.
    fn sounding() -> GuideSounds {
        let mut sounding = GuideSounds::new();
        let plan = Library::shipped().plan("moment").unwrap();
        let choice = Choice {
            tones: true,
            voice: false,
        };
        sounding.reader = Reader::new(Score::new(&plan, choice));
        sounding
    }

    #[test]
    fn playing_returns_the_time_until_the_next_sound() {
        let mut sounding = sounding();
        assert_eq!(sounding.play(&moment(0.0)), None, "nothing plays yet");
        sounding.seek(0.0, &moment(0.0));
        let wait =
            |sounding: &mut GuideSounds, at| sounding.play(&moment(at)).unwrap().as_secs_f64();
        assert!((wait(&mut sounding, 0.0) - 5.0).abs() < 1e-6);
        assert!((wait(&mut sounding, 2.0) - 3.0).abs() < 1e-6);
        assert!((wait(&mut sounding, 5.01) - 0.99).abs() < 1e-6);
        sounding.silence();
        assert_eq!(sounding.play(&moment(6.0)), None);
        sounding.seek(8.0, &moment(60.0));
        assert!((wait(&mut sounding, 60.5) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn the_closing_sound_plays_once() {
        let mut sounding = sounding();
        sounding.seek(29.0, &moment(29.0));
        assert_eq!(sounding.play(&moment(30.02)), None, "that was the end");
        sounding.finish(30.0, &moment(30.1));
        assert_eq!(sounding.reader.next_due(), None);
        sounding.seek(12.0, &moment(12.0));
        sounding.finish(30.0, &moment(13.0));
        assert_eq!(
            sounding.reader.next_due(),
            Some(30.0),
            "passed over to the end"
        );
    }

    #[test]
    fn no_device_is_opened_if_tones_and_voice_are_off() {
        let mut sounding = GuideSounds::new();
        let plan = Library::shipped().plan("moment").unwrap();
        sounding.begin(&plan, || panic!("no voice is wanted"));
        sounding.seek(0.0, &moment(0.0));
        assert_eq!(sounding.play(&moment(0.0)), None);
        assert!(sounding.player.is_none() && sounding.voice.is_none());
    }
}
