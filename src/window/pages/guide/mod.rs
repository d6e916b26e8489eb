//! The guide: plays a routine with its figure, texts and sounds until it ends or is stopped.

mod figure;
mod sounding;
mod text;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use slint::platform::Key;
use slint::{ComponentHandle as _, LogicalSize, ModelRc, SharedString, Timer, TimerMode, VecModel};
use unhunch::ipc::Report;
use unhunch::routine::{Cue, Plan, PlanOptions, Player};
use unhunch::sound::Choice;
use unhunch::time::{Clock, Moment, about};

use self::figure::Figure;
use self::sounding::{GuideSounds, SoundSettings};
use self::text::{FrameView, PhaseView, frame_rate};
use super::end::is_complete;
use super::{PageEvents, instruction_lines, is_key, lines};
use crate::appearance::SIZE;
use crate::context::{Context, Ended, Intent, Start};
use crate::ui::{Actions, ExerciseLine, GuideState, Theme as Look};
use crate::wire::wire;

/// The delay after which a screen reader is assumed to follow a new window.
const ANNOUNCE_DELAY: Duration = Duration::from_millis(1500);
/// The size of the small player, in logical pixels.
const SMALL_SIZE: LogicalSize = LogicalSize {
    width: 260.0,
    height: 300.0,
};
/// How long the advice for the easier form is shown, which is enough to read it twice.
const ADVICE_TIME: Duration = Duration::from_secs(10);
/// The polling interval of the countdown while nothing moves.
const STILL_INTERVAL: Duration = Duration::from_millis(200);

pub(crate) struct GuidePage {
    context: Rc<Context>,
    state: RefCell<State>,
    figure: Figure,
    frame_timer: Timer,
    sounds: RefCell<GuideSounds>,
    /// Fires when the next sound is due.
    sound_timer: Timer,
    /// The size of the window before it became the small player, in logical pixels.
    full_size: Cell<Option<LogicalSize>>,
    /// Hides the advice for the easier form.
    advice_timer: Timer,
    /// `true` if the routine was paused before the question whether to stop.
    was_paused_before_question: Cell<bool>,
}

#[derive(Default)]
struct State {
    player: Option<Player>,
    /// The index of the phase on screen. `None` forces a full update.
    displayed_phase: Option<usize>,
    /// The index of the phase announced to a screen reader.
    announced_phase: Option<usize>,
}

impl PageEvents for GuidePage {
    /// Other pages need the full size.
    fn leave(&self) {
        if self.context.window.get_is_small() {
            self.enlarge();
        }
    }

    fn key(self: Rc<Self>, text: &str, shift: bool) -> bool {
        // In right-to-left languages the next phase is on the left.
        let (back, next) = if self.context.window.global::<Look<'_>>().get_rtl() {
            (Key::RightArrow, Key::LeftArrow)
        } else {
            (Key::LeftArrow, Key::RightArrow)
        };
        if text == " " {
            self.toggle_pause();
        } else if is_key(text, back) {
            self.seek_to(if shift {
                Plan::previous_exercise
            } else {
                Plan::back
            });
        } else if is_key(text, next) {
            if shift {
                self.skip_exercise();
            } else {
                self.seek_to(Plan::next);
            }
        } else if is_key(text, Key::F1) {
            self.toggle_instructions();
        } else if is_key(text, Key::F2) {
            self.switch_form();
        } else if is_key(text, Key::Escape) {
            self.on_escape();
        } else {
            return false;
        }
        true
    }
}

impl GuidePage {
    pub(crate) fn new(context: Rc<Context>) -> Rc<Self> {
        Rc::new(Self {
            figure: Figure::new(Rc::clone(&context)),
            context,
            state: RefCell::default(),
            frame_timer: Timer::default(),
            sounds: RefCell::new(GuideSounds::new()),
            sound_timer: Timer::default(),
            full_size: Cell::default(),
            advice_timer: Timer::default(),
            was_paused_before_question: Cell::default(),
        })
    }

    /// Connects the callbacks of the page.
    pub(crate) fn wire(self: &Rc<Self>) {
        let actions = self.context.window.global::<Actions<'_>>();
        wire!(self => page, actions, {
            on_back() => page.seek_to(Plan::back);
            on_next() => page.seek_to(Plan::next);
            on_skip_exercise() => page.skip_exercise();
            on_jump(exercise) => page.jump(exercise);
            on_list() => page.toggle_exercise_list();
            on_resize() => page.resize();
            on_ease() => page.switch_form();
            on_instruct() => page.toggle_instructions();
            on_toggle() => page.toggle_pause();
            on_end() => page.end_session(false);
            on_leave(end) => page.answer_stop_question(end);
        });
    }

    fn global(&self) -> GuideState<'_> {
        self.context.window.global()
    }

    // Start.

    /// Prepares a routine. Returns `false` if it is unknown.
    pub(crate) fn prepare(&self, start: &Start) -> bool {
        if self.context.library.borrow().is_surprise(&start.routine) {
            // Reading the history chooses the surprise routine of today.
            self.context.past(&Clock.now().wall);
        }
        let sit_seconds = self.context.status().as_ref().map(|now| now.sit_seconds);
        let length = start.length;
        let options = PlanOptions {
            sit_seconds,
            length,
        };
        let plan = self
            .context
            .library
            .borrow()
            .plan_with(&start.routine, options);
        let plan = match plan {
            Ok(plan) => plan,
            Err(unknown) => {
                eprintln!("unhunch-window: {unknown}");
                return false;
            }
        };
        let window = &self.context.window;
        window.set_routine_name(plan.name.as_str().into());
        let guide = self.global();
        guide.set_leaving(false);
        guide.set_how_to(false);
        guide.set_listing(false);
        guide.set_exercises(exercise_lines(&plan));
        let mut parts = plan.parts().iter();
        guide.set_has_easier(parts.any(|part| part.exercise.easier.is_some()));
        guide.set_advice(SharedString::default());
        guide.set_spoken(SharedString::default());
        let on_voice_ready = self.context.voice_ready_callback();
        self.sounds.borrow_mut().begin(&plan, on_voice_ready);
        *self.state.borrow_mut() = State {
            player: Some(Player::start(plan, &Clock.now())),
            displayed_phase: None,
            announced_phase: self.is_window_hidden().then_some(0),
        };
        true
    }

    /// Starts the prepared routine, after the guide has become the current page; a new window is shown only later. `left` is the
    /// remaining time in seconds of a continued routine.
    pub(crate) fn start(self: &Rc<Self>, left: Option<u64>) {
        self.sync_sounds();
        self.show_frame();
        if self.is_window_hidden() {
            self.announce_the_first_phase();
        }
        if let Some(left) = left {
            // Counted from the end: the interrupted routine may have had a warm-up that this one lacks, or the reverse.
            self.with_player(|player, now| {
                player.seek(now, |plan, _| plan.back(plan.total_seconds() - left as f64));
            });
        }
    }

    fn is_window_hidden(&self) -> bool {
        !self.context.window.window().is_visible()
    }

    /// Announces the first phase after a delay. A screen reader speaks changes only in a window it knows already. The text
    /// stays empty until then, so that nothing is spoken twice.
    fn announce_the_first_phase(self: &Rc<Self>) {
        let page = Rc::downgrade(self);
        Timer::single_shot(ANNOUNCE_DELAY, move || {
            let Some(page) = page.upgrade() else { return };
            let guide = page.global();
            let state = page.state.borrow();
            // If the user has moved on in the meantime, a later phase was announced.
            let is_first = guide.get_spoken().is_empty();
            if let Some(player) = state.player.as_ref().filter(|_| is_first) {
                guide.set_spoken(player.cue(&Clock.now()).spoken().into());
            }
        });
    }

    /// Returns the ID of the current routine.
    pub(crate) fn playing(&self) -> Option<String> {
        let state = self.state.borrow();
        state.player.as_ref().map(|player| player.plan.id.clone())
    }

    // Frames.

    /// Shows the current moment and arms the timer for the next frame.
    fn show_frame(self: &Rc<Self>) {
        let now = Clock.now();
        let mut state = self.state.borrow_mut();
        let Some(player) = state.player.as_mut() else {
            self.frame_timer.stop();
            return;
        };
        let slept = player.slept(&now);
        if slept {
            player.pause(&now);
            self.sounds.borrow_mut().silence();
        }
        let guide = self.global();
        guide.set_paused(player.is_paused());
        guide.set_slept(slept || (player.is_paused() && guide.get_slept()));
        if player.cue(&now).finished {
            drop(state);
            self.end_session(true);
            return;
        }
        let State {
            player,
            displayed_phase,
            announced_phase,
        } = &mut *state;
        if let Some(player) = player {
            let index = player.cue(&now).index;
            // Don't announce a phase again when it is only repainted.
            if announced_phase.replace(index) != Some(index) {
                guide.set_spoken(player.cue(&now).spoken().into());
            }
            let before = displayed_phase.replace(index);
            let is_new = before != Some(index);
            self.show_moment(player, &now, is_new);
            if is_new && before.is_some() {
                self.context.report(progress_report(player, &now));
            }
            self.schedule_frame(player, &now);
        }
    }

    fn show_moment(&self, player: &Player, now: &Moment, is_new: bool) {
        let cue = player.cue(now);
        let guide = self.global();
        if is_new {
            show_phase(&guide, &cue);
            self.figure.place_beside(&guide, &cue);
        }
        let frame = FrameView::new(&cue, player.plan.total_seconds());
        guide.set_ring_value(frame.left);
        guide.set_breath(frame.breath.unwrap_or(-1.0));
        guide.set_seconds(frame.seconds);
        guide.set_seconds_spoken(frame.seconds_spoken);
        guide.set_done(frame.done);
        guide.set_done_spoken(frame.done_spoken);
        self.figure.show(&guide, &cue, is_new);
    }

    fn schedule_frame(self: &Rc<Self>, player: &Player, now: &Moment) {
        if player.is_paused() {
            self.frame_timer.stop();
            return;
        }
        let pace = if self.context.is_still() {
            STILL_INTERVAL
        } else {
            let is_small = self.context.window.get_is_small();
            let rate = frame_rate(player.cue(now).phase.kind, is_small);
            Duration::from_micros(1_000_000 / rate)
        };
        if self.frame_timer.running() && self.frame_timer.interval() == pace {
            return;
        }
        let page = Rc::downgrade(self);
        self.frame_timer.start(TimerMode::Repeated, pace, move || {
            if let Some(page) = page.upgrade() {
                page.show_frame();
            }
        });
    }

    /// Makes the next frame update everything, not only what moves.
    pub(crate) fn invalidate(&self) {
        self.state.borrow_mut().displayed_phase = None;
    }

    /// Repaints the figure in other colours or another size.
    pub(crate) fn paint_again(self: &Rc<Self>) {
        self.invalidate();
        self.show_frame();
    }

    /// Translates the current routine into the current language.
    pub(crate) fn translate_routine(self: &Rc<Self>) {
        let mut state = self.state.borrow_mut();
        let Some(player) = state.player.as_mut() else {
            return;
        };
        player.plan = player.plan.reworded(&self.context.library.borrow());
        let plan = player.plan.clone();
        drop(state);
        self.global().set_exercises(exercise_lines(&plan));
        self.context
            .window
            .set_routine_name(plan.name.as_str().into());
        self.on_plan_changed(&plan);
    }

    /// Follows a change of the plan on the screen and in sound.
    fn on_plan_changed(self: &Rc<Self>, plan: &Plan) {
        self.invalidate();
        let on_voice_ready = self.context.voice_ready_callback();
        self.sounds.borrow_mut().begin(plan, on_voice_ready);
        self.sync_sounds();
        self.show_frame();
    }

    // User actions.

    fn with_player(self: &Rc<Self>, change: impl FnOnce(&mut Player, &Moment)) {
        let now = Clock.now();
        if let Some(player) = self.state.borrow_mut().player.as_mut() {
            change(player, &now);
        }
        self.global().set_slept(false);
        self.show_frame();
        // At the end of the routine its last sound has already been played.
        if self.state.borrow().player.is_some() {
            self.sync_sounds();
        }
    }

    fn seek_to(self: &Rc<Self>, to: fn(&Plan, f64) -> f64) {
        self.with_player(|player, now| player.seek(now, to));
    }

    /// Goes to the next exercise. Skipping the only one would end the session, so that needs an answer.
    fn skip_exercise(self: &Rc<Self>) {
        let state = self.state.borrow();
        let player = state.player.as_ref();
        let is_only = player.is_some_and(|player| player.plan.parts().len() == 1);
        drop(state);
        if is_only {
            self.ask_to_stop();
        } else {
            self.seek_to(Plan::next_exercise);
        }
    }

    /// Goes to the beginning of an exercise, given by its index, and plays it.
    fn jump(self: &Rc<Self>, exercise: i32) {
        let guide = self.global();
        guide.set_leaving(false);
        guide.set_how_to(false);
        guide.set_listing(false);
        self.with_player(|player, now| {
            let exercise = usize::try_from(exercise).unwrap_or_default();
            player.seek(now, |plan, elapsed| {
                plan.start_of_exercise(exercise).unwrap_or(elapsed)
            });
            player.resume(now);
        });
    }

    /// Switches between the window and the small player.
    fn resize(&self) {
        if self.context.window.get_is_small() {
            return self.enlarge();
        }
        let window = self.context.window.window();
        let size = window.size().to_logical(window.scale_factor());
        self.full_size.set(Some(size));
        window.set_maximized(false);
        window.set_size(SMALL_SIZE);
    }

    fn enlarge(&self) {
        let size = self.full_size.take();
        let size = size.unwrap_or(LogicalSize::new(SIZE.0 as f32, SIZE.1 as f32));
        self.context.window.window().set_size(size);
    }

    /// Shows or hides the list of exercises. The routine goes on meanwhile.
    fn toggle_exercise_list(&self) {
        let guide = self.global();
        guide.set_how_to(false);
        guide.set_listing(!guide.get_listing());
    }

    fn toggle_pause(self: &Rc<Self>) {
        let guide = self.global();
        guide.set_leaving(false);
        guide.set_how_to(false);
        guide.set_listing(false);
        if !guide.get_paused() {
            // It would hide the sentence that the guide is paused.
            guide.set_advice(SharedString::default());
        }
        self.with_player(|player, now| {
            if player.is_paused() {
                player.resume(now);
            } else {
                player.pause(now);
            }
        });
    }

    /// Changes the form of the current exercise, for this and later times.
    fn switch_form(self: &Rc<Self>) {
        let now = Clock.now();
        let mut state = self.state.borrow_mut();
        let Some(player) = state.player.as_mut() else {
            return;
        };
        let part = player.cue(&now).phase.part;
        let Some(plan) = player.plan.with_other_form(part) else {
            return;
        };
        let exercise = Arc::clone(&plan.parts()[part].exercise);
        player.change_exercise(plan.clone(), &now);
        drop(state);
        self.context.remember_form(&exercise);
        self.global().set_exercises(exercise_lines(&plan));
        self.show_advice(plan.parts()[part].advice().unwrap_or_default());
        self.on_plan_changed(&plan);
    }

    /// Shows the advice for the easier form for a while. An empty text hides it.
    fn show_advice(self: &Rc<Self>, advice: &str) {
        self.global().set_advice(advice.into());
        let page = Rc::downgrade(self);
        self.advice_timer
            .start(TimerMode::SingleShot, ADVICE_TIME, move || {
                if let Some(page) = page.upgrade() {
                    page.global().set_advice(SharedString::default());
                }
            });
    }

    /// Shows the instructions and pauses, or hides them. It stays paused, because the user still has to get into position.
    fn toggle_instructions(self: &Rc<Self>) {
        let guide = self.global();
        let is_opening = !guide.get_how_to();
        if is_opening && self.context.window.get_is_small() {
            self.enlarge();
        }
        guide.set_how_to(is_opening);
        guide.set_listing(false);
        if is_opening {
            guide.set_leaving(false);
            self.with_player(Player::pause);
        }
    }

    /// Escape closes the list, the instructions or the question; otherwise it asks whether to stop.
    fn on_escape(self: &Rc<Self>) {
        let guide = self.global();
        if guide.get_listing() {
            self.toggle_exercise_list();
        } else if guide.get_how_to() {
            self.toggle_instructions();
        } else if guide.get_leaving() {
            self.answer_stop_question(false);
        } else {
            self.ask_to_stop();
        }
    }

    /// Pauses and asks whether to stop.
    fn ask_to_stop(self: &Rc<Self>) {
        let guide = self.global();
        self.was_paused_before_question.set(guide.get_paused());
        guide.set_leaving(true);
        guide.set_how_to(false);
        guide.set_listing(false);
        self.with_player(Player::pause);
        self.context.window.invoke_take_keys();
    }

    fn answer_stop_question(self: &Rc<Self>, end: bool) {
        self.global().set_leaving(false);
        if end {
            self.end_session(false);
        } else {
            if !self.was_paused_before_question.get() {
                self.with_player(Player::resume);
            }
            self.context.window.invoke_take_keys();
        }
    }

    // Sounds.

    /// Applies the sound settings.
    pub(crate) fn apply_sound_settings(self: &Rc<Self>) {
        let sound = self.context.settings().sound;
        let settings = SoundSettings {
            choice: Choice {
                tones: sound.tones,
                voice: sound.voice,
            },
            volume: sound.volume,
        };
        let on_voice_ready = self.context.voice_ready_callback();
        let mut sounds = self.sounds.borrow_mut();
        sounds.configure(settings, &Clock.now(), on_voice_ready);
        drop(sounds);
        self.play_due_sounds();
    }

    /// Called when the voice is ready to speak.
    pub(crate) fn on_voice_ready(&self) {
        self.sounds.borrow_mut().on_voice_ready(&Clock.now());
    }

    /// Synchronises the sounds after the routine was started, paused or moved.
    fn sync_sounds(self: &Rc<Self>) {
        let now = Clock.now();
        let state = self.state.borrow();
        let mut sounds = self.sounds.borrow_mut();
        match state.player.as_ref().filter(|player| !player.is_paused()) {
            Some(player) => sounds.seek(player.elapsed(&now), &now),
            None => sounds.silence(),
        }
        drop(sounds);
        self.play_due_sounds();
    }

    /// Plays due sounds and sets a timer for the next one. Frames can be too far apart for exact timing.
    fn play_due_sounds(self: &Rc<Self>) {
        let Some(wait) = self.sounds.borrow_mut().play(&Clock.now()) else {
            self.sound_timer.stop();
            return;
        };
        let page = Rc::downgrade(self);
        self.sound_timer
            .start(TimerMode::SingleShot, wait, move || {
                if let Some(page) = page.upgrade() {
                    page.play_due_sounds();
                }
            });
    }

    // End.

    fn end_session(self: &Rc<Self>, reached_end: bool) {
        let now = Clock.now();
        let Some(player) = self.state.borrow_mut().player.take() else {
            return;
        };
        self.frame_timer.stop();
        let played = player.played(&now);
        let complete = reached_end && is_complete(&player.plan, played);
        if complete {
            let end = player.plan.total_seconds();
            self.sounds.borrow_mut().finish(end, &now);
        } else {
            self.sounds.borrow_mut().silence();
        }
        self.play_due_sounds();
        self.context.report(if complete {
            finished_report(&player, &now)
        } else {
            ended_report(&player, &now)
        });
        self.context.request(Intent::End(Ended {
            portions: player.portions(&now),
            plan: player.plan,
            played,
            complete,
        }));
    }

    /// Stops the routine because another one starts or the window closes.
    pub(crate) fn abort(&self) {
        self.frame_timer.stop();
        self.sounds.borrow_mut().silence();
        let player = self.state.borrow_mut().player.take();
        if let Some(player) = player {
            self.context.report(ended_report(&player, &Clock.now()));
        }
    }

    /// Releases the audio devices when the window closes.
    pub(crate) fn close(&self) {
        self.frame_timer.stop();
        self.sounds.borrow_mut().close();
    }
}

fn exercise_lines(plan: &Plan) -> ModelRc<ExerciseLine> {
    let lines = plan.parts().iter().map(|part| ExerciseLine {
        name: part.exercise.name.as_str().into(),
        length: about(part.seconds()).into(),
    });
    Rc::new(lines.collect::<VecModel<_>>()).into()
}

fn show_phase(guide: &GuideState<'_>, cue: &Cue<'_>) {
    let view = PhaseView::new(cue);
    let exercise = &cue.part().exercise;
    guide.set_exercise(view.exercise.into());
    guide.set_exercise_of(view.exercise_of.into());
    guide.set_counter(view.counter.into());
    guide.set_cue(view.cue.into());
    guide.set_ahead(view.ahead.into());
    guide.set_next_exercise(view.next_exercise.into());
    guide.set_current(view.index);
    guide.set_alt(view.alt.into());
    guide.set_ring(view.ring);
    guide.set_source(exercise.source.as_str().into());
    guide.set_can_ease(exercise.easier.is_some());
    guide.set_easier(exercise.is_easier_form());
    guide.set_details(instruction_lines(exercise));
    guide.set_cautions(lines(&exercise.cautions));
}

/// Returns the played seconds and the total of the routine.
fn played_and_total_seconds(player: &Player, now: &Moment) -> (u64, u64) {
    let total = player.plan.total_seconds();
    (player.played(now).round() as u64, total.round() as u64)
}

fn progress_report(player: &Player, now: &Moment) -> Report {
    let (seconds, total) = played_and_total_seconds(player, now);
    Report::Progress {
        routine: player.plan.id.clone(),
        seconds,
        total,
        exercises: player.portions(now),
    }
}

fn finished_report(player: &Player, now: &Moment) -> Report {
    let (seconds, _) = played_and_total_seconds(player, now);
    Report::Finished {
        routine: player.plan.id.clone(),
        seconds,
        exercises: player.portions(now),
    }
}

fn ended_report(player: &Player, now: &Moment) -> Report {
    let (seconds, total) = played_and_total_seconds(player, now);
    Report::Ended {
        routine: player.plan.id.clone(),
        seconds,
        total,
        exercises: player.portions(now),
    }
}
