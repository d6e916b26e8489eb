//! The sounds of the guide: plays the score in sync with the routine and computes the time of the next call.

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
pub(super) struct Sounding {
    taste: SoundSettings,
    plan: Option<Plan>,
    reader: Reader,
    /// A second of the plan and the corresponding time on the clock without sleep. `None` while silent.
    since: Option<(f64, f64)>,
    /// Opened when a routine begins. `None` if disabled or unavailable.
    player: Option<Player>,
    voice: Option<Voice>,
    voice_is_awake: bool,
}

impl Sounding {
    pub(super) fn new() -> Self {
        let choice = Choice {
            tones: false,
            voice: false,
        };
        Self {
            taste: SoundSettings { choice, volume: 0 },
            plan: None,
            reader: Reader::default(),
            since: None,
            player: None,
            voice: None,
            voice_is_awake: false,
        }
    }

    /// Applies other settings, even in the middle of a routine. `awake` is called when the voice is ready.
    pub(super) fn configure(
        &mut self,
        taste: SoundSettings,
        now: &Moment,
        awake: impl FnOnce() + Send + 'static,
    ) {
        if self.taste == taste {
            return;
        }
        let at = self.elapsed(now);
        self.silence();
        if self.taste.volume != taste.volume {
            self.close();
        }
        self.taste = taste;
        if let Some(plan) = self.plan.take() {
            self.begin(&plan, awake);
            if let Some(at) = at {
                self.enter(at, now);
            }
        }
    }

    /// Prepares the sounds of a routine.
    pub(super) fn begin(&mut self, plan: &Plan, awake: impl FnOnce() + Send + 'static) {
        self.silence();
        self.open(awake);
        let choice = Choice {
            tones: self.player.is_some(),
            voice: self.voice.is_some(),
        };
        self.reader = Reader::new(Score::of(plan, choice));
        self.plan = Some(plan.clone());
    }

    fn open(&mut self, awake: impl FnOnce() + Send + 'static) {
        let SoundSettings { choice, volume } = self.taste;
        if !choice.tones || volume == 0 {
            self.player = None;
        } else if self.player.is_none() {
            self.player = or_log(Player::open(volume));
        }
        if !choice.voice || volume == 0 {
            self.voice = None;
            self.voice_is_awake = false;
        } else if self.voice.is_none() {
            let language = lang::current().tag.to_owned();
            self.voice = or_log(Voice::open(VoiceSettings { language, volume }, awake));
        }
    }

    /// Continues from this second of the plan. Current sounds stop.
    pub(super) fn enter(&mut self, elapsed: f64, now: &Moment) {
        self.silence();
        self.since = Some((elapsed, awake_seconds(now)));
        self.reader.seek(elapsed);
    }

    /// Plays the end of the routine, unless playback has just reached it by itself.
    pub(super) fn finish(&mut self, end: f64, now: &Moment) {
        let came_there = self.elapsed(now).is_some_and(|at| at > end - TOLERANCE);
        if !came_there {
            self.enter(end, now);
        }
    }

    /// Stops all sounds at once, until the routine continues.
    pub(super) fn silence(&mut self) {
        self.since = None;
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
        self.voice_is_awake = false;
    }

    /// Called when the voice is ready. It says the cue it has missed if there is still time.
    pub(super) fn voice_is_awake(&mut self, now: &Moment) {
        self.voice_is_awake = true;
        let belated = self
            .elapsed(now)
            .and_then(|at| self.reader.late_opening(at));
        if let Some(entry) = belated {
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
                if let Some(voice) = self.voice.as_ref().filter(|_| self.voice_is_awake) {
                    voice.say(words);
                }
            }
        }
    }

    fn elapsed(&self, now: &Moment) -> Option<f64> {
        let (elapsed, since) = self.since?;
        Some(elapsed + (awake_seconds(now) - since).max(0.0))
    }
}

/// Logs the error once; the routine then plays without that device.
fn or_log<T>(opened: std::io::Result<T>) -> Option<T> {
    opened
        .inspect_err(|error| eprintln!("unhunch-window: {}", reason::of_error(error)))
        .ok()
}

/// Returns the seconds on the clock without sleep (system suspend).
fn awake_seconds(now: &Moment) -> f64 {
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
    fn sounding() -> Sounding {
        let mut sounding = Sounding::new();
        let plan = Library::shipped().plan("moment").unwrap();
        let choice = Choice {
            tones: true,
            voice: false,
        };
        sounding.reader = Reader::new(Score::of(&plan, choice));
        sounding
    }

    #[test]
    fn it_is_called_when_the_next_sound_is_due() {
        let mut sounding = sounding();
        assert_eq!(sounding.play(&moment(0.0)), None, "nothing plays yet");
        sounding.enter(0.0, &moment(0.0));
        let wait = |sounding: &mut Sounding, at| sounding.play(&moment(at)).unwrap().as_secs_f64();
        assert!((wait(&mut sounding, 0.0) - 5.0).abs() < 1e-6);
        assert!((wait(&mut sounding, 2.0) - 3.0).abs() < 1e-6);
        assert!((wait(&mut sounding, 5.01) - 0.99).abs() < 1e-6);
        sounding.silence();
        assert_eq!(sounding.play(&moment(6.0)), None);
        sounding.enter(8.0, &moment(60.0));
        assert!((wait(&mut sounding, 60.5) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn the_end_is_heard_once() {
        let mut sounding = sounding();
        sounding.enter(29.0, &moment(29.0));
        assert_eq!(sounding.play(&moment(30.02)), None, "that was the end");
        sounding.finish(30.0, &moment(30.1));
        assert_eq!(sounding.reader.next_due(), None);
        sounding.enter(12.0, &moment(12.0));
        sounding.finish(30.0, &moment(13.0));
        assert_eq!(
            sounding.reader.next_due(),
            Some(30.0),
            "passed over to the end"
        );
    }

    #[test]
    fn without_tones_and_voice_nothing_is_opened() {
        let mut sounding = Sounding::new();
        let plan = Library::shipped().plan("moment").unwrap();
        sounding.begin(&plan, || panic!("no voice is wanted"));
        sounding.enter(0.0, &moment(0.0));
        assert_eq!(sounding.play(&moment(0.0)), None);
        assert!(sounding.player.is_none() && sounding.voice.is_none());
    }
}
