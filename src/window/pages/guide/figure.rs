//! The figure of the guide and its second view, and the layout of both and the countdown.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use slint::{ComponentHandle as _, Image, Timer};
use unhunch::figure::{Drawing, Rgba};
use unhunch::routine::{Cue, Sides};

use crate::canvas::{Canvas, Hints};
use crate::context::Context;
use crate::inset::{self, Places, Ring, Stage};
use crate::photo::LastPhoto;
use crate::ui::{GuideState, Theme as Look};

/// The least time between two pictures of the moving second view, in seconds: it is as small as the small player, which needs 30 per
/// second, too. A little less than that, because frames come at uneven times.
const INSET_INTERVAL: f64 = 0.03;

/// Paints the figure and the second view.
pub(super) struct Figure {
    context: Rc<Context>,
    canvas: RefCell<Canvas>,
    inset_canvas: RefCell<Canvas>,
    /// The time within the routine of the last picture of the second view, in seconds.
    inset_time: Cell<f64>,
    /// The cached layout, with the drawing and the stage that it was computed for.
    placed: RefCell<Option<(Drawn, Stage, Places)>>,
    photo: RefCell<LastPhoto>,
}

/// The exercise that is drawn: its ID, and `true` for its easier form.
type Drawn = (String, bool);

impl Figure {
    pub(super) fn new(context: Rc<Context>) -> Self {
        Self {
            context,
            canvas: RefCell::new(Canvas::new()),
            inset_canvas: RefCell::new(Canvas::new()),
            inset_time: Cell::default(),
            placed: RefCell::default(),
            photo: RefCell::default(),
        }
    }

    /// Shows the figure. `is_new` is set on the first frame of a phase.
    pub(super) fn show(&self, guide: &GuideState<'_>, cue: &Cue<'_>, is_new: bool) {
        let Some(drawing) = cue.part().exercise.figure.drawing() else {
            return self.show_photo(guide, cue, is_new);
        };
        if !self.context.is_still() {
            guide.set_steps(0);
            self.show_moving(guide, drawing, cue);
            let since_inset = (cue.elapsed - self.inset_time.get()).abs();
            if is_new || since_inset >= INSET_INTERVAL {
                self.inset_time.set(cue.elapsed);
                self.paint_inset(guide, drawing, cue);
            }
            return;
        }
        let (step, steps) = cue.step();
        let (step, steps) = (step as i32, steps as i32);
        if is_new || (step, steps) != (guide.get_step(), guide.get_steps()) {
            guide.set_step(step);
            guide.set_steps(steps);
            self.crossfade(guide, self.key_pose(drawing, cue));
            self.paint_inset(guide, drawing, cue);
        }
    }

    /// Places the countdown and the second view. They stay in place for the whole exercise.
    pub(super) fn place_beside(&self, guide: &GuideState<'_>, cue: &Cue<'_>) {
        let exercise = &cue.part().exercise;
        let stage = Stage {
            wide: guide.get_wide(),
            high: guide.get_high(),
            ring: Some(Ring {
                side: guide.get_ring_side(),
                left: self.context.window.global::<Look<'_>>().get_rtl(),
            }),
        };
        let mut placed = self.placed.borrow_mut();
        let drawn = (exercise.id.clone(), exercise.is_easier_form());
        let is_placed = |(last_drawn, last_stage, _): &&(Drawn, Stage, Places)| {
            *last_drawn == drawn && *last_stage == stage
        };
        let places = match placed.as_ref().filter(is_placed) {
            Some((_, _, places)) => *places,
            None => match exercise.figure.drawing() {
                Some(drawing) => inset::places(drawing, exercise.sides != Sides::Both, stage),
                None => inset::places_without_figure(stage, cue.picture().is_some()),
            },
        };
        *placed = Some((drawn, stage, places));
        guide.set_ring_x(places.ring.x);
        guide.set_ring_y(places.ring.y);
        guide.set_ring_size(places.ring.side);
        guide.set_inset_x(places.inset.x);
        guide.set_inset_y(places.inset.y);
        guide.set_inset_side(places.inset.side);
    }

    /// Paints the second view.
    fn paint_inset(&self, guide: &GuideState<'_>, drawing: &Drawing, cue: &Cue<'_>) {
        let side = guide.get_inset_side();
        if side == 0.0 {
            return;
        }
        let stance = if self.context.is_still() {
            cue.step_stance()
        } else {
            cue.stance()
        };
        let (side, style) = (self.context.physical(side), self.context.style());
        let mut canvas = self.inset_canvas.borrow_mut();
        guide.set_inset(canvas.draw_second(drawing, &stance, side, style));
    }

    /// Returns the side of the figure's square, in physical pixels.
    fn side(&self) -> f32 {
        self.context.physical(self.context.window.get_figure_side())
    }

    /// Returns the background colour of the figure.
    fn ground(&self) -> Rgba {
        let stage = self.context.window.global::<Look<'_>>().get_stage();
        [stage.red(), stage.green(), stage.blue(), stage.alpha()]
            .map(|part| f32::from(part) / 255.0)
    }

    /// Shows the picture of the step, or nothing but the countdown.
    fn show_photo(&self, guide: &GuideState<'_>, cue: &Cue<'_>, is_new: bool) {
        guide.set_steps(0);
        let Some(file) = cue.picture() else {
            guide.set_figure(Image::default());
            return;
        };
        let mut last = self.photo.borrow_mut();
        let is_other = last.open(file);
        let Some(photo) = last.photo() else {
            guide.set_figure(Image::default());
            return;
        };
        if self.context.is_still() {
            // Reduced motion: the first frame of an animation says enough.
            if is_other {
                self.crossfade(guide, photo.frame(Duration::ZERO));
            } else if is_new {
                guide.set_figure(photo.frame(Duration::ZERO));
            }
            return;
        }
        place(guide, [0.0, 0.0, 1.0, 1.0]);
        guide.set_figure(photo.frame(Duration::from_secs_f64(cue.elapsed)));
    }

    fn show_moving(&self, guide: &GuideState<'_>, drawing: &Drawing, cue: &Cue<'_>) {
        let (stance, side, style) = (cue.stance(), self.side(), self.context.style());
        let hints = self.hints(cue);
        let ground = self.ground();
        let mut canvas = self.canvas.borrow_mut();
        let part = canvas.draw_region(drawing, &stance, &hints, side, style, ground);
        place(guide, part.place);
        guide.set_figure(part.image);
    }

    /// Paints the current key pose on the full square.
    fn key_pose(&self, drawing: &Drawing, cue: &Cue<'_>) -> Image {
        let (stance, side, style) = (cue.step_stance(), self.side(), self.context.style());
        let hints = self.hints(cue);
        let mut canvas = self.canvas.borrow_mut();
        canvas.draw_with_hints(drawing, &stance, &hints, side, style)
    }

    /// Returns what points out the next movement, unless the user has switched that off.
    fn hints<'a>(&self, cue: &Cue<'a>) -> Hints<'a> {
        if !self.context.settings().guide.hints {
            return Hints::default();
        }
        let still = self.context.is_still();
        Hints {
            arrow: cue.heading(still),
            ghost: (!still).then(|| cue.ghost()).flatten(),
        }
    }

    /// Crossfades to the next key pose or picture.
    fn crossfade(&self, guide: &GuideState<'_>, to: Image) {
        guide.set_figure_before(guide.get_figure());
        guide.set_faded(false);
        place(guide, [0.0, 0.0, 1.0, 1.0]);
        guide.set_figure(to);
        let weak = self.context.window.as_weak();
        Timer::single_shot(Duration::ZERO, move || {
            if let Some(window) = weak.upgrade() {
                window.global::<GuideState<'_>>().set_faded(true);
            }
        });
    }
}

/// Sets the region of the square that the image covers, in fractions of its side.
fn place(guide: &GuideState<'_>, [left, top, width, height]: [f32; 4]) {
    guide.set_figure_left(left);
    guide.set_figure_top(top);
    guide.set_figure_width(width);
    guide.set_figure_height(height);
}
