//! Plays an exercise while it is being edited.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use slint::{Image, Timer, TimerMode};
use unhunch::figure::Style;
use unhunch::routine::{Cue, Exercise, Plan};
use unhunch::time::{Clock, about};

use crate::canvas::Canvas;
use crate::live::FRAME;
use crate::photo::LastPhoto;

/// The interval between updates of the countdown alone.
const TICK: Duration = Duration::from_millis(200);

/// The contents of the preview at a moment.
pub(crate) struct PreviewFrame {
    pub(crate) image: Option<Image>,
    pub(crate) cue: String,
    pub(crate) counter: String,
    /// The whole seconds that are left of the phase, and the fraction of it.
    pub(crate) seconds: u32,
    pub(crate) left: f32,
}

/// An exercise that is played in a loop. It goes on where it is when the exercise changes.
#[derive(Default)]
pub(crate) struct Preview {
    plan: RefCell<Option<Plan>>,
    since: Cell<Option<Duration>>,
    frames: Timer,
    canvas: RefCell<Option<Canvas>>,
    photo: RefCell<LastPhoto>,
}

impl Preview {
    /// Plays another version of the exercise, and returns its length as a text. `paint` is called at once and for every frame.
    pub(crate) fn play(
        &self,
        exercise: Exercise,
        is_still: bool,
        paint: impl Fn() + 'static,
    ) -> String {
        let is_drawn = exercise.figure.drawing().is_some() && !is_still;
        let plan = Plan::for_exercise(&Arc::new(exercise));
        let length = about(plan.total_seconds());
        let is_animated = is_drawn || plan.at(0.0).picture().is_some() && !is_still;
        self.plan.replace(Some(plan));
        if self.since.get().is_none() {
            self.since.set(Some(Clock.now().elapsed));
        }
        paint();
        let interval = if is_animated { FRAME } else { TICK };
        self.frames.start(TimerMode::Repeated, interval, paint);
        length
    }

    /// Stops, and starts from the beginning the next time.
    pub(crate) fn stop(&self) {
        self.frames.stop();
        self.plan.replace(None);
        self.since.set(None);
        self.photo.take();
        self.canvas.replace(None);
    }

    /// Returns the current contents. `side` is that of the picture, in pixels.
    pub(crate) fn current_frame(
        &self,
        is_still: bool,
        side: f32,
        style: Style,
    ) -> Option<PreviewFrame> {
        let plan = self.plan.borrow();
        let plan = plan.as_ref()?;
        let elapsed = Clock.now().elapsed.saturating_sub(self.since.get()?);
        let total = plan.total_seconds().max(1.0);
        let cue = plan.at(elapsed.as_secs_f64() % total);
        let image = match cue.part().exercise.figure.drawing() {
            Some(drawing) => {
                let stance = if is_still {
                    cue.still_stance()
                } else {
                    cue.stance()
                };
                let mut canvas = self.canvas.borrow_mut();
                let canvas = canvas.get_or_insert_with(Canvas::new);
                Some(canvas.draw(drawing, &stance, side, style))
            }
            None => cue
                .picture()
                .and_then(|file| self.frame(file, &cue, is_still)),
        };
        Some(PreviewFrame {
            image,
            cue: cue.phase.cue.clone(),
            counter: cue.counter(),
            seconds: cue.countdown(),
            left: (cue.left / cue.phase.seconds.max(0.001)) as f32,
        })
    }

    fn frame(&self, file: &Path, cue: &Cue<'_>, is_still: bool) -> Option<Image> {
        let mut last = self.photo.borrow_mut();
        last.open(file);
        let elapsed = if is_still { 0.0 } else { cue.elapsed };
        Some(last.photo()?.frame(Duration::from_secs_f64(elapsed)))
    }
}
