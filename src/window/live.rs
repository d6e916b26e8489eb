//! An animated figure that moves while it is visible.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use slint::{Image, Timer, TimerMode};
use unhunch::figure::{Drawing, Stance, Style};
use unhunch::routine::{Cue, Library, Plan, Sides};
use unhunch::time::Clock;

use crate::canvas::Canvas;
use crate::inset::{self, Spot, Stage};

/// The length of the loop, in seconds.
const LOOP_SECONDS: f64 = 40.0;
/// The interval between frames.
pub(crate) const FRAME: Duration = Duration::from_millis(33);

/// An exercise with its animated figure.
pub(crate) struct AnimatedFigure {
    pub(crate) id: String,
    drawing: Arc<Drawing>,
    plan: Plan,
    /// The cached place of the second view, with the stage that it was computed for.
    spot: Cell<Option<(Stage, Spot)>>,
}

impl AnimatedFigure {
    pub(crate) fn new(library: &Library, id: &str) -> Option<Self> {
        let exercise = library.exercise(id)?;
        Some(Self {
            id: id.to_owned(),
            drawing: exercise.figure.shared_drawing()?,
            plan: Plan::for_exercise(exercise),
            spot: Cell::default(),
        })
    }

    /// Paints the figure after `seconds` of the looped animation, which leaves out the preparation. Without seconds it paints
    /// the key pose.
    pub(crate) fn paint(
        &self,
        canvas: &mut Canvas,
        seconds: Option<f64>,
        side: f32,
        style: Style,
    ) -> Image {
        canvas.draw(&self.drawing, &self.stance(seconds), side, style)
    }

    /// Paints the same moment in the second view. Returns an empty image if the drawing has none.
    pub(crate) fn paint_second(
        &self,
        canvas: &mut Canvas,
        seconds: Option<f64>,
        side: f32,
        style: Style,
    ) -> Image {
        canvas.draw_second(&self.drawing, &self.stance(seconds), side, style)
    }

    fn stance(&self, seconds: Option<f64>) -> Stance<'_> {
        match seconds {
            Some(seconds) => self.moment(seconds).stance(),
            None => self.plan.at(key_second(&self.plan)).still_stance(),
        }
    }

    /// Returns the place of the second view.
    pub(crate) fn spot(&self, wide: f32, high: f32) -> Spot {
        let ring = None;
        let stage = Stage { wide, high, ring };
        match self.spot.get() {
            Some((before, spot)) if before == stage => spot,
            Some(_) | None => {
                let is_mirrored = self.plan.parts()[0].exercise.sides != Sides::Both;
                let spot = inset::spot(&self.drawing, is_mirrored, stage);
                self.spot.set(Some((stage, spot)));
                spot
            }
        }
    }

    fn moment(&self, seconds: f64) -> Cue<'_> {
        let begin = self
            .plan
            .phases()
            .first()
            .map_or(0.0, |phase| phase.seconds);
        let length = (self.plan.total_seconds() - begin).min(LOOP_SECONDS);
        self.plan.at(begin + seconds % length.max(1.0))
    }
}

/// Returns a callback that repaints a page that still exists.
pub(crate) fn repaint_of<P: 'static>(page: &Rc<P>, paint: fn(&P)) -> impl Fn() + use<P> {
    let page = Rc::downgrade(page);
    move || {
        if let Some(page) = page.upgrade() {
            paint(&page);
        }
    }
}

/// The figure that a page animates while the figure is visible.
#[derive(Default)]
pub(crate) struct Animation {
    /// The figure and the start time of its animation.
    live: RefCell<Option<(AnimatedFigure, Duration)>>,
    frames: Timer,
}

impl Animation {
    /// Replaces the animated figure. `paint` is called at once and, unless the figure is still, for every frame.
    pub(crate) fn start(&self, figure: AnimatedFigure, is_still: bool, paint: impl Fn() + 'static) {
        self.live.replace(Some((figure, Clock.now().elapsed)));
        paint();
        if is_still {
            self.frames.stop();
        } else {
            self.frames.start(TimerMode::Repeated, FRAME, paint);
        }
    }

    pub(crate) fn stop(&self) {
        self.frames.stop();
        self.live.replace(None);
    }

    pub(crate) fn shows(&self, id: &str) -> bool {
        let figure = self.live.borrow();
        figure.as_ref().is_some_and(|(figure, _)| figure.id == id)
    }

    /// Calls `paint` with the figure and the elapsed seconds, or `None` if the figure is still.
    pub(crate) fn paint(&self, is_still: bool, paint: impl FnOnce(&AnimatedFigure, Option<f64>)) {
        if let Some((figure, since)) = self.live.borrow().as_ref() {
            let elapsed = Clock.now().elapsed.saturating_sub(*since);
            paint(figure, (!is_still).then_some(elapsed.as_secs_f64()));
        }
    }
}

/// Returns the second at which the working muscle works most, which characterises the exercise best.
pub(crate) fn key_second(plan: &Plan) -> f64 {
    let begin = plan.phases().first().map_or(0.0, |phase| phase.seconds);
    let end = plan.total_seconds().min(begin + LOOP_SECONDS);
    let seconds = (0..200).map(|step| begin + (end - begin) * f64::from(step) / 200.0);
    let glow = |second: &f64| plan.at(*second).glow();
    seconds
        .max_by(|a, b| glow(a).total_cmp(&glow(b)))
        .unwrap_or(begin)
}

#[cfg(test)]
mod tests {
    use unhunch::routine::LibraryItem;

    use super::*;

    #[test]
    fn every_exercise_has_a_picture_of_its_effort() {
        let library = Library::shipped();
        for item in library.iter() {
            if let LibraryItem::Exercise(exercise) = item {
                let plan = Plan::for_exercise(exercise);
                let second = key_second(&plan);
                assert!(second >= exercise.dose.ready, "{}", exercise.id);
                // Some exercises don't strain the back; any moment will do.
                let walks = exercise.id == "short-walk";
                assert!(walks || plan.at(second).glow() > 0.3, "{}", exercise.id);
            }
        }
    }
}
