//! The introduction: three pages at the first start, which can be skipped. Later it opens only on request.

use std::cell::RefCell;
use std::rc::Rc;

use slint::{ComponentHandle as _, Model as _, ModelRc, VecModel};
use unhunch::lang::tr;
use unhunch::time::Span;

use super::settings::edit::Value;
use super::settings::{SettingsPage, login};
use super::{PageEvents, lines, on_escape};
use crate::canvas::Canvas;
use crate::context::{Context, Intent};
use crate::live::AnimatedFigure;
use crate::ui::{self, Page, WelcomeState};
use crate::wire::wire;

/// The intervals between reminders on offer, in minutes.
const INTERVALS: [u64; 4] = [20, 30, 45, 60];
/// The key of the setting for the interval.
const SIT_KEY: &str = "rhythm.sit";
/// The exercise shown on the page.
const FIGURE: &str = "thoracic-extension";
/// The side of the figure, in logical pixels.
const SIDE: f32 = 124.0;
/// The index of the last page.
const LAST_STEP: i32 = 2;

/// The introduction. It edits the same settings as the settings page.
pub(crate) struct WelcomePage {
    context: Rc<Context>,
    settings: Rc<SettingsPage>,
    canvas: RefCell<Canvas>,
}

impl PageEvents for WelcomePage {
    /// Starts with the first page.
    fn enter(self: Rc<Self>) {
        Rc::clone(&self.settings).enter();
        self.context.window.global::<WelcomeState<'_>>().set_step(0);
        self.paint();
        self.show();
    }

    fn leave(&self) {
        self.settings.leave();
    }

    /// Skips the introduction.
    fn key(self: Rc<Self>, text: &str, _shift: bool) -> bool {
        on_escape(text, &self.context, Intent::Open(Page::Home))
    }

    fn repaint(&self) {
        self.paint();
    }
}

impl WelcomePage {
    pub(crate) fn new(context: Rc<Context>, settings: Rc<SettingsPage>) -> Rc<Self> {
        Rc::new(Self {
            context,
            settings,
            canvas: RefCell::new(Canvas::new()),
        })
    }

    /// Connects the callbacks of the pages.
    pub(crate) fn wire(self: &Rc<Self>) {
        let global = self.context.window.global::<WelcomeState<'_>>();
        wire!(self => page, global, {
            on_go(step) => page.go_to_step(step);
            on_leave() => page.context.request(Intent::Open(Page::Home));
            on_choose(word) => page.choose_sit(&word);
            on_toggle_login() => page.toggle_login();
        });
    }

    fn go_to_step(&self, step: i32) {
        if step > LAST_STEP {
            self.context.safety_was_read();
            self.context.request(Intent::Open(Page::Home));
            return;
        }
        self.context
            .window
            .global::<WelcomeState<'_>>()
            .set_step(step.max(0));
        self.show();
    }

    fn toggle_login(&self) {
        self.settings.toggle_login();
        self.show();
    }

    fn choose_sit(&self, word: &str) {
        self.settings.write(SIT_KEY, &Value::Text(word.to_owned()));
        self.show();
    }

    /// Shows the current values.
    pub(crate) fn show(&self) {
        let page = self.context.window.global::<WelcomeState<'_>>();
        let title = match page.get_step() {
            0 => tr("Welcome"),
            1 => tr("How often?"),
            _ => tr("Before you begin"),
        };
        page.set_title(title.into());
        page.set_does(lines(&[
            tr(
                "Unhunch notices how long you’ve really been sitting and, at a good moment, asks if you’d like to stand up or stretch.",
            ),
            tr("One click, and an animated figure guides you through a few minutes of stretching."),
        ]));
        page.set_does_not(lines(&[
            tr("It never covers your screen and never nags."),
            tr("It never goes online: everything stays on this computer."),
            tr("It isn’t a doctor and doesn’t replace one."),
        ]));
        self.show_lengths(&page);
        let starts = self.settings.starts_at_login();
        page.set_has_login(starts.is_some());
        page.set_login(starts == Some(true));
        page.set_login_title(login::title().into());
        self.settings.show_day();
    }

    /// Shows the intervals. Existing buttons are updated in place, because one of them may have the focus.
    fn show_lengths(&self, page: &WelcomeState<'_>) {
        let sit = self.settings.value(SIT_KEY);
        let lengths = INTERVALS.map(|minutes| {
            let span = Span::seconds(minutes * 60);
            ui::Pick {
                chosen: sit.as_deref() == Some(span.to_string().as_str()),
                word: span.to_string().into(),
                text: span.localized().into(),
            }
        });
        let model = page.get_lengths();
        if model.row_count() == lengths.len() {
            for (place, length) in lengths.into_iter().enumerate() {
                model.set_row_data(place, length);
            }
        } else {
            page.set_lengths(ModelRc::new(VecModel::from_iter(lengths)));
        }
    }

    /// Paints the figure in the current colours.
    fn paint(&self) {
        let Some(figure) = AnimatedFigure::new(&self.context.library.borrow(), FIGURE) else {
            return;
        };
        let (side, style) = (self.context.physical(SIDE), self.context.style());
        let picture = figure.paint(&mut self.canvas.borrow_mut(), None, side, style);
        self.context
            .window
            .global::<WelcomeState<'_>>()
            .set_figure(picture);
    }
}
