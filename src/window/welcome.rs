//! The introduction: three pages at the first start, which one may skip, and which come back only when they are asked for.

use std::rc::Rc;

use slint::{ComponentHandle as _, Model as _, ModelRc, SharedString, VecModel};
use unhunch::ipc::Call;
use unhunch::lang::tr;
use unhunch::time::Span;

use crate::edit::Value;
use crate::settings;
use crate::shell::Shell;
use crate::shelves::Live;
use crate::ui::{self, Page, WelcomeState};

/// How often one can choose to be asked, in minutes.
const LENGTHS: [u64; 4] = [20, 30, 45, 60];
/// The setting that says so.
const SIT: &str = "rhythm.sit";
/// Who is shown.
const FIGURE: &str = "thoracic-extension";
/// The side of its square, in logical pixels.
const SIDE: f32 = 140.0;
/// The last page.
const LAST: i32 = 2;

impl Shell {
    /// Joins the pages' callbacks to what they do.
    pub(crate) fn wire_welcome(self: &Rc<Self>) {
        let page = self.window.global::<WelcomeState<'_>>();
        macro_rules! on {
            ($on:ident, |$shell:ident $(, $argument:ident)*| $body:expr) => {{
                let weak = Rc::downgrade(self);
                page.$on(move |$($argument),*| {
                    if let Some($shell) = weak.upgrade().filter(|shell| !shell.is_deaf()) {
                        $body;
                    }
                });
            }};
        }
        on!(on_go, |shell, step| shell.go_to_step(step));
        on!(on_leave, |shell| shell.leave_welcome());
        on!(on_choose, |shell, word| shell.choose_sit(&word));
        on!(on_toggle_login, |shell| {
            shell.toggle_login();
            shell.show_welcome();
        });
    }

    /// The first page comes up.
    pub(crate) fn enter_welcome(self: &Rc<Self>) {
        self.enter_settings();
        self.window.global::<WelcomeState<'_>>().set_step(0);
        self.paint_welcome();
        self.show_welcome();
    }

    /// Skipped: a window that came by itself goes, another shows its start page.
    pub(crate) fn leave_welcome(self: &Rc<Self>) {
        self.close();
    }

    fn go_to_step(self: &Rc<Self>, step: i32) {
        if step > LAST {
            self.safety_was_read();
            self.stay_open();
            self.open(Page::Home);
            return;
        }
        self.window
            .global::<WelcomeState<'_>>()
            .set_step(step.max(0));
        self.show_welcome();
    }

    fn choose_sit(self: &Rc<Self>, word: &str) {
        self.write_setting(SIT, &Value::Text(word.to_owned()));
        self.show_welcome();
    }

    pub(crate) fn show_welcome(self: &Rc<Self>) {
        let page = self.window.global::<WelcomeState<'_>>();
        let title = match page.get_step() {
            0 => tr("Nice to have you here"),
            1 => tr("How often?"),
            _ => tr("Before you begin"),
        };
        page.set_title(title.into());
        page.set_does(lines(&[
            tr(
                "Unhunch notices how long you really sit, and asks at a good moment whether you would like to stand up or stretch.",
            ),
            tr("One click, and a figure leads you through a few minutes for your upper back."),
        ]));
        page.set_does_not(lines(&[
            tr("It never covers your screen and never insists."),
            tr("It uses no network: what it knows stays on this computer."),
            tr("It is no doctor, and takes no doctor's place."),
        ]));
        let sit = self.setting(SIT);
        let lengths = LENGTHS.map(|minutes| {
            let span = Span::seconds(minutes * 60);
            ui::Pick {
                chosen: sit.as_deref() == Some(span.to_string().as_str()),
                word: span.to_string().into(),
                text: span.said().into(),
            }
        });
        // The buttons stay, as one of them may have the keyboard.
        let shown = page.get_lengths();
        if shown.row_count() == lengths.len() {
            for (place, length) in lengths.into_iter().enumerate() {
                shown.set_row_data(place, length);
            }
        } else {
            page.set_lengths(ModelRc::new(VecModel::from_iter(lengths)));
        }
        let login = self.starts_at_login();
        page.set_has_login(login.is_some());
        page.set_login(login == Some(true));
        page.set_login_title(settings::login_title().into());
        self.show_day_of_file();
    }

    /// Somebody who stretches, in the present colours.
    pub(crate) fn paint_welcome(&self) {
        let Some(live) = Live::of(&self.library.borrow(), FIGURE) else {
            return;
        };
        let side = SIDE * self.window.window().scale_factor();
        let picture = live.still(&mut self.live_canvas.borrow_mut(), side, self.style());
        self.window.global::<WelcomeState<'_>>().set_figure(picture);
    }

    fn safety_was_read(&self) {
        self.say(Call::SafetySeen);
        self.mark_safety_seen();
    }
}

fn lines(lines: &[&str]) -> ModelRc<SharedString> {
    let lines = lines.iter().map(|line| SharedString::from(*line));
    ModelRc::new(VecModel::from_iter(lines))
}
