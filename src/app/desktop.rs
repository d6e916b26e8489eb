//! The desktop host: the tray icon, questions as notifications, and the window as a separate process.

use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, anyhow};

use super::host::{Action, Host, View};
use super::start::EventSender;
use super::{App, Incoming, system};
use crate::autostart;
use crate::config::{Problem, load};
use crate::ipc::client;
use crate::lang::tr;
use crate::notify::{News, Notifier, Question};
use crate::paths::{Paths, check_opened, open_with_default_app, program_path};
use crate::reason;
use crate::source::Source;
use crate::state::StateFile;
use crate::text::printable_line;
use crate::time::Moment;
use crate::tray::{Facts, Tray, TrayView};

/// The callback that runs when a child process has exited.
pub(super) type Then = Box<dyn FnOnce(io::Result<ExitStatus>) + Send>;

/// Waits for a child process without blocking, then runs the callback.
pub(super) type Wait<'a> = Box<dyn Fn(Child, Then) + 'a>;

/// The host on a desktop: tray, notifications and window.
pub(super) struct Desktop<'a> {
    pub(super) send: EventSender,
    pub(super) paths: Paths,
    pub(super) tray: Option<Tray>,
    pub(super) notifier: Option<Notifier>,
    pub(super) wait: Wait<'a>,
    /// `true` while the window process runs.
    pub(super) window: Arc<AtomicBool>,
}

/// Creates the tray icon. If that fails, the error becomes the source that `status` reports.
pub(super) fn put_up_tray(app: &mut App, send: &EventSender, now: &Moment) -> Option<Tray> {
    let view = TrayView::new(Facts {
        status: &app.status(now),
        problem: None,
        is_updated: false,
        offers: &app.offers(now),
    });
    let send = send.clone();
    let callback = move |event, token: Option<String>| {
        if let Some(token) = token {
            send(Incoming::ActivationToken(token));
        }
        send(Incoming::Tray(event));
    };
    Tray::new(&view, Box::new(callback))
        .inspect_err(|error| app.sources().tray = Source::none(reason::of(error)))
        .ok()
}

impl Desktop<'_> {
    fn ask(&self, question: Question) {
        match &self.notifier {
            Some(notifier) => notifier.ask(question),
            None => {
                let why = anyhow!(tr("there is no session bus"));
                (self.send)(Incoming::News(News::Failed(why)));
            }
        }
    }

    fn show(&mut self, view: &View) {
        let problem = view.problem.as_ref().map(Problem::one_line);
        let view = TrayView::new(Facts {
            status: &view.status,
            problem: problem.as_deref(),
            is_updated: view.is_updated,
            offers: &view.offers,
        });
        if let Some(tray) = &mut self.tray
            && let Err(error) = tray.show(&view)
        {
            eprintln!("unhunch: {}", reason::of(&error));
        }
    }

    fn edit_settings(&self) -> anyhow::Result<()> {
        let file = load::create_if_missing(&self.paths)?;
        let child = open_with_default_app(&file).with_context(|| {
            tr!(
                "no program could open the settings file {file}",
                file = file.display()
            )
        })?;
        let send = Arc::clone(&self.send);
        let then = move |ended: io::Result<ExitStatus>| {
            if let Some(Err(error)) = ended.ok().map(|ended| check_opened(ended, &file)) {
                send(Incoming::Failed(error));
            }
        };
        (self.wait)(child, Box::new(then));
        Ok(())
    }

    /// On failure this is tried again at the next start.
    fn join_applications(&self) {
        let joined = StateFile::InApplications;
        let done = autostart::join_applications().and_then(|_| Ok(joined.write(&self.paths, "")?));
        if let Err(error) = done {
            eprintln!("unhunch: {}", reason::of(&error));
        }
    }

    /// Starts the window process unless it is running already. It connects to us and receives its page then.
    fn start_window(&self) -> anyhow::Result<()> {
        if self.window.load(Ordering::Acquire) {
            return Ok(());
        }
        let program = program_path("unhunch-window");
        let mut command = Command::new(&program);
        command
            .arg("--socket")
            .arg(client::socket_of_running(&self.paths))
            .stdin(Stdio::null());
        system::prepare_window(&mut command)?;
        let child = command
            .spawn()
            .with_context(|| tr!("{program} cannot be started", program = program.display()))?;
        self.window.store(true, Ordering::Release);
        let (window, send) = (self.window.clone(), self.send.clone());
        let then = move |_| {
            window.store(false, Ordering::Release);
            send(Incoming::WindowEnded);
        };
        (self.wait)(child, Box::new(then));
        Ok(())
    }
}

/// On failure this is tried again at the next start.
fn repair_entries() {
    if let Err(error) = autostart::repair() {
        eprintln!("unhunch: {}", reason::of(&error));
    }
}

impl Host for Desktop<'_> {
    fn perform(&mut self, action: Action, _now: &Moment) -> anyhow::Result<()> {
        match action {
            Action::Ask(question) => self.ask(question),
            Action::Withdraw => {
                if let Some(notifier) = &self.notifier {
                    notifier.withdraw();
                }
            }
            Action::OpenWindow => self.start_window()?,
            Action::Show(view) => self.show(&view),
            Action::Notice { title, body } => match &self.notifier {
                Some(notifier) => notifier.show_notice(&title, &body),
                None => eprintln!("unhunch: {title}: {}", printable_line(&body)),
            },
            Action::WithdrawNotice => {
                if let Some(notifier) = &self.notifier {
                    notifier.withdraw_notice();
                }
            }
            Action::EditSettings => self.edit_settings()?,
            Action::JoinApplications => self.join_applications(),
            Action::RepairEntries => repair_entries(),
            Action::Effect(_) | Action::Lead(_) | Action::Reply(..) | Action::Quit => {}
        }
        Ok(())
    }
}
