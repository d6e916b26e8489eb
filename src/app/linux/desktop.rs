//! A desktop to run in: the tray icon, the question as a notification, and the window as a program of its own.

use std::env;
use std::ffi::OsStr;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;

use anyhow::Context as _;
use async_io::Async;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use zbus::Connection;

use super::Loop;
use crate::app::host::Host;
use crate::app::{App, Incoming};
use crate::config::{Problem, load};
use crate::ipc::{Page, Report};
use crate::notify::{Notifier, Question};
use crate::paths::{Paths, beside};
use crate::routine::Plan;
use crate::schedule::Status;
use crate::time::Moment;
use crate::tray::{Facts, Tray, TrayView};

/// Whether a screen answers: of Wayland, or of X11.
pub(super) fn has_display() -> bool {
    wayland_socket().is_some_and(|socket| UnixStream::connect(socket).is_ok()) || x11_answers()
}

fn wayland_socket() -> Option<PathBuf> {
    let name = env::var_os("WAYLAND_DISPLAY").filter(|name| !name.is_empty())?;
    let folder = env::var_os("XDG_RUNTIME_DIR").unwrap_or_default();
    Some(Path::new(&folder).join(name))
}

fn x11_answers() -> bool {
    env::var_os("DISPLAY").is_some_and(|name| !name.is_empty()) && x11rb::connect(None).is_ok()
}

/// Tray, notifications and window.
pub(super) struct Desktop<'a> {
    parts: Loop<'a>,
    paths: Paths,
    offers: Vec<(String, String)>,
    tray: Option<Tray>,
    notifier: Option<Notifier>,
    /// The window's process, while it lives.
    window: Rc<std::cell::Cell<bool>>,
}

impl<'a> Desktop<'a> {
    pub(super) fn new(
        parts: Loop<'a>,
        paths: Paths,
        app: &mut App,
        bus: Option<&Connection>,
    ) -> Self {
        let offers = app.offers().to_vec();
        let view = TrayView::new(Facts {
            status: &app.status(),
            problem: None,
            library: &offers,
        });
        let tell = parts.tell.clone();
        let tray = bus.map(|_| {
            Tray::new(
                &view,
                Box::new(move |event| drop(tell.try_send(Incoming::Tray(event)))),
            )
        });
        let tray = tray.and_then(|tray| {
            tray.inspect_err(|error| app.sources().tray = format!("none: {error:#}"))
                .ok()
        });
        let notifier = bus.map(|bus| {
            let tell = parts.tell.clone();
            let (notifier, work) =
                Notifier::new(bus, move |news| drop(tell.try_send(Incoming::News(news))));
            parts.last.borrow_mut().push(parts.executor.spawn(work));
            notifier
        });
        Self {
            parts,
            paths,
            offers,
            tray,
            notifier,
            window: Rc::default(),
        }
    }

    /// Starts the window, unless it is there or on its way; it asks us itself what to show.
    fn start_window(&self) -> anyhow::Result<()> {
        if self.window.get() {
            return Ok(());
        }
        let program = beside("unhunch-window");
        let mut command = Command::new(&program);
        command
            .arg("--socket")
            .arg(self.paths.socket())
            .stdin(Stdio::null());
        let child = command
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        self.window.set(true);
        let (window, tell) = (self.window.clone(), self.parts.tell.clone());
        self.parts
            .executor
            .spawn(async move {
                ended(child).await;
                window.set(false);
                let _ = tell.try_send(Incoming::WindowEnded);
            })
            .detach();
        Ok(())
    }
}

/// Waits for the end of a child without a thread and without a signal.
async fn ended(mut child: Child) {
    let pid = Pid::from_child(&child);
    if let Ok(ended) = pidfd_open(pid, PidfdFlags::NONBLOCK)
        && let Ok(ended) = Async::new(ended)
    {
        // Whatever it says: what follows finds out.
        let _ = ended.readable().await;
    }
    let _ = child.wait();
}

impl Host for Desktop<'_> {
    fn ask(&mut self, question: Question) {
        if let Some(notifier) = &self.notifier {
            notifier.ask(question);
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

    fn close_guide(&mut self, _now: &Moment) -> Option<Report> {
        None
    }

    fn show(&mut self, status: &Status, problem: Option<&Problem>) {
        let problem = problem.map(Problem::one_line);
        let view = TrayView::new(Facts {
            status,
            problem: problem.as_deref(),
            library: &self.offers,
        });
        if let Some(tray) = &mut self.tray
            && let Err(error) = tray.show(&view)
        {
            eprintln!("unhunch: the tray icon: {error:#}");
        }
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
        let opener = Command::new("xdg-open")
            .arg::<&OsStr>(file.as_ref())
            .stdin(Stdio::null())
            .spawn();
        let child = opener.with_context(|| {
            format!(
                "no program opens it; your settings are in {}",
                file.display()
            )
        })?;
        self.parts.executor.spawn(ended(child)).detach();
        Ok(())
    }
}
