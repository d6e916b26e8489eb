//! The figure of the guide, its second view, and where both of them and the countdown have room.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use slint::{ComponentHandle as _, Image, Timer};
use unhunch::figure::Rgba;
use unhunch::routine::{Cue, Sides};

use crate::canvas::Canvas;
use crate::context::Context;
use crate::inset::{self, Places, Ring, Stage};
use crate::ui::{GuideState, Theme as Look};

/// After how many frames the second, small view of the figure is painted again.
const INSET_FRAMES: u32 = 3;

/// Paints what the guide shows.
pub(super) struct Figure {
    context: Rc<Context>,
    canvas: RefCell<Canvas>,
    inset_canvas: RefCell<Canvas>,
    /// How many frames ago the second view was painted.
    inset_age: Cell<u32>,
    /// Where on a stage countdown and second view have room beside the figure of an exercise.
    placed: RefCell<Option<(String, Stage, Places)>>,
}

impl Figure {
    pub(super) fn new(context: Rc<Context>) -> Self {
        Self {
            context,
            canvas: RefCell::new(Canvas::new()),
            inset_canvas: RefCell::new(Canvas::new()),
            inset_age: Cell::default(),
            placed: RefCell::default(),
        }
    }

    /// The figure of this moment, of which the phase may be another one than that of the moment before.
    pub(super) fn show(&self, guide: &GuideState<'_>, cue: &Cue<'_>, is_new: bool) {
        if !self.context.is_still() {
            guide.set_steps(0);
            self.show_moving(guide, cue);
            self.paint_inset(guide, cue, is_new);
            return;
        }
        let (step, steps) = cue.step();
        let (step, steps) = (step as i32, steps as i32);
        if is_new || (step, steps) != (guide.get_step(), guide.get_steps()) {
            guide.set_step(step);
            guide.set_steps(steps);
            self.crossfade(guide, cue);
            self.paint_inset(guide, cue, true);
        }
    }

    /// Countdown and second view stay where they are as long as an exercise does.
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
        let is_placed = |(id, on, _): &&(String, Stage, Places)| *id == exercise.id && *on == stage;
        let places = match placed.as_ref().filter(is_placed) {
            Some((_, _, places)) => *places,
            None => inset::places(&exercise.figure, exercise.sides != Sides::Both, stage),
        };
        *placed = Some((exercise.id.clone(), stage, places));
        guide.set_ring_x(places.ring.x);
        guide.set_ring_y(places.ring.y);
        guide.set_ring_size(places.ring.side);
        guide.set_inset_x(places.inset.x);
        guide.set_inset_y(places.inset.y);
        guide.set_inset_side(places.inset.side);
    }

    /// The second view is small and shows slow movements: every third frame will do.
    fn paint_inset(&self, guide: &GuideState<'_>, cue: &Cue<'_>, now: bool) {
        let age = self.inset_age.get() + 1;
        let side = guide.get_inset_side();
        if side == 0.0 || !now && age < INSET_FRAMES {
            self.inset_age.set(age);
            return;
        }
        self.inset_age.set(0);
        let stance = if self.context.is_still() {
            cue.step_stance()
        } else {
            cue.stance()
        };
        let (side, style) = (self.context.physical(side), self.context.style());
        let drawing = &cue.part().exercise.figure;
        let mut canvas = self.inset_canvas.borrow_mut();
        guide.set_inset(canvas.draw_second(drawing, &stance, side, style));
    }

    /// The side of the figure's square, in physical pixels.
    fn side(&self) -> f32 {
        self.context.physical(self.context.window.get_figure_side())
    }

    /// The colour that the figure lies on.
    fn ground(&self) -> Rgba {
        let stage = self.context.window.global::<Look<'_>>().get_stage();
        [stage.red(), stage.green(), stage.blue(), stage.alpha()]
            .map(|part| f32::from(part) / 255.0)
    }

    fn show_moving(&self, guide: &GuideState<'_>, cue: &Cue<'_>) {
        let drawing = &cue.part().exercise.figure;
        let (stance, side, style) = (cue.stance(), self.side(), self.context.style());
        let part = self
            .canvas
            .borrow_mut()
            .draw_part(drawing, &stance, side, style, self.ground());
        place(guide, part.place);
        guide.set_figure(part.image);
    }

    /// The pose of this moment, on the whole square.
    fn key_pose(&self, cue: &Cue<'_>) -> Image {
        let drawing = &cue.part().exercise.figure;
        let (stance, side, style) = (cue.step_stance(), self.side(), self.context.style());
        self.canvas.borrow_mut().draw(drawing, &stance, side, style)
    }

    /// The next key pose comes up over the one before.
    fn crossfade(&self, guide: &GuideState<'_>, cue: &Cue<'_>) {
        guide.set_figure_before(guide.get_figure());
        guide.set_faded(false);
        place(guide, [0.0, 0.0, 1.0, 1.0]);
        guide.set_figure(self.key_pose(cue));
        let weak = self.context.window.as_weak();
        Timer::single_shot(Duration::ZERO, move || {
            if let Some(window) = weak.upgrade() {
                window.global::<GuideState<'_>>().set_faded(true);
            }
        });
    }
}

/// Which part of its square the figure's picture is.
fn place(guide: &GuideState<'_>, [left, top, width, height]: [f32; 4]) {
    guide.set_figure_left(left);
    guide.set_figure_top(top);
    guide.set_figure_width(width);
    guide.set_figure_height(height);
}
