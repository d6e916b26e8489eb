//! A desktop to run in: the tray icon, the question as a notification, and the window as a program of its own.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, anyhow};

use super::host::Host;
use super::start::Tell;
use super::{App, Incoming, system};
use crate::config::{Problem, load};
use crate::ipc::{Page, Report};
use crate::lang::tr;
use crate::notify::{News, Notifier, Question};
use crate::paths::{Paths, beside, opener};
use crate::routine::Plan;
use crate::schedule::Status;
use crate::source::Source;
use crate::time::Moment;
use crate::tray::{Facts, Offers, Tray, TrayView};

/// What is done when a child has ended.
pub(super) type Then = Box<dyn FnOnce() + Send>;

/// Waits for the end of a child, and holds nothing up meanwhile.
pub(super) type Wait<'a> = Box<dyn Fn(Child, Then) + 'a>;

/// Tray, notifications and window.
pub(super) struct Desktop<'a> {
    pub(super) tell: Tell,
    pub(super) paths: Paths,
    /// The routines, exercises and snooze that the menu lists.
    pub(super) offers: Offers,
    pub(super) tray: Option<Tray>,
    pub(super) notifier: Option<Notifier>,
    pub(super) wait: Wait<'a>,
    /// Whether the window's process lives.
    pub(super) window: Arc<AtomicBool>,
}

/// Puts the tray icon up; `status` says why where that fails.
pub(super) fn put_up_tray(app: &mut App, tell: &Tell) -> Option<Tray> {
    let view = TrayView::new(Facts {
        status: &app.status(),
        problem: None,
        offers: &app.offers(),
    });
    let tell = tell.clone();
    Tray::new(&view, Box::new(move |event| tell(Incoming::Tray(event))))
        .inspect_err(|error| app.sources().tray = Source::none(format_args!("{error:#}")))
        .ok()
}

impl Desktop<'_> {
    /// Starts the window, unless it is there or on its way; it asks us itself what to show.
    fn start_window(&self) -> anyhow::Result<()> {
        if self.window.load(Ordering::Acquire) {
            return Ok(());
        }
        let program = beside("unhunch-window");
        let mut command = Command::new(&program);
        command
            .arg("--socket")
            .arg(self.paths.socket())
            .stdin(Stdio::null());
        system::without_console(&mut command);
        let child = command
            .spawn()
            .with_context(|| tr!("{program} cannot be started", program = program.display()))?;
        self.window.store(true, Ordering::Release);
        let (window, tell) = (self.window.clone(), self.tell.clone());
        let then = move || {
            window.store(false, Ordering::Release);
            tell(Incoming::WindowEnded);
        };
        (self.wait)(child, Box::new(then));
        Ok(())
    }
}

impl Host for Desktop<'_> {
    fn ask(&mut self, question: Question) {
        match &self.notifier {
            Some(notifier) => notifier.ask(question),
            None => {
                let why = anyhow!("there is no session bus");
                (self.tell)(Incoming::News(News::Failed(why)));
            }
        }
    }

    fn withdraw(&mut self) {
        if let Some(notifier) = &self.notifier {
            notifier.withdraw();
        }
    }

    fn open_guide(&mut self, _plan: &Plan, _first: bool, _now: &Moment) -> anyhow::Result<()> {
        self.start_window()
    }

    fn open_page(&mut self, _page: Page) -> anyhow::Result<()> {
        self.start_window()
    }

    fn has_windows(&self) -> bool {
        true
    }

    fn close_guide(&mut self, _now: &Moment) -> Option<Report> {
        None
    }

    fn show(&mut self, status: &Status, problem: Option<&Problem>) {
        let problem = problem.map(Problem::one_line);
        let view = TrayView::new(Facts {
            status,
            problem: problem.as_deref(),
            offers: &self.offers,
        });
        if let Some(tray) = &mut self.tray
            && let Err(error) = tray.show(&view)
        {
            eprintln!("unhunch: the tray icon: {error:#}");
        }
    }

    fn offer(&mut self, offers: Offers) {
        self.offers = offers;
    }

    fn notice(&mut self, notice: Option<(&str, &str)>) {
        match (&self.notifier, notice) {
            (Some(notifier), Some((title, body))) => notifier.tell(title, body),
            (Some(notifier), None) => notifier.untell(),
            (None, Some((title, body))) => eprintln!("unhunch: {title}: {body}"),
            (None, None) => {}
        }
    }

    fn edit_settings(&mut self) -> anyhow::Result<()> {
        let file = load::edit(&self.paths)?;
        let opened = opener().arg(&file).stdin(Stdio::null()).spawn();
        let child = opened.with_context(|| {
            tr!(
                "no program opens it; your settings are in {file}",
                file = file.display()
            )
        })?;
        (self.wait)(child, Box::new(|| {}));
        Ok(())
    }
}
