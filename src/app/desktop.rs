//! The desktop host: the tray icon, questions as notifications, and the window as a separate process.

use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, anyhow};

use super::host::{Action, Host, View};
use super::start::EventSender;
use super::{App, AppEvent, system};
use crate::autostart;
use crate::config::{Problem, load};
use crate::ipc::client;
use crate::lang::tr;
use crate::notify::{Notifier, Question, QuestionEvent};
use crate::paths::{Paths, check_opened, open_with_default_app, program_path};
use crate::reason;
use crate::source::Source;
use crate::state::StateFile;
use crate::text::printable_line;
use crate::time::Moment;
use crate::tray::{Facts, Tray, TrayView};

/// A callback for the exit status of a child process, or for the error of waiting for it.
pub(super) type OnExit = Box<dyn FnOnce(io::Result<ExitStatus>) + Send>;

/// Waits for a child process without blocking, then runs the callback.
pub(super) type WaitForExit<'a> = Box<dyn Fn(Child, OnExit) + 'a>;

/// The host on a desktop: tray, notifications and window.
pub(super) struct Desktop<'a> {
    pub(super) send: EventSender,
    pub(super) paths: Paths,
    pub(super) tray: Option<Tray>,
    pub(super) notifier: Option<Notifier>,
    pub(super) wait: WaitForExit<'a>,
    pub(super) is_window_running: Arc<AtomicBool>,
}

/// Creates the tray icon. If that fails, the error becomes the source that `status` reports.
pub(super) fn create_tray(app: &mut App, send: &EventSender, now: &Moment) -> Option<Tray> {
    let view = TrayView::new(Facts {
        status: &app.status(now),
        problem: None,
        is_updated: false,
        offers: &app.offers(now),
    });
    let send = send.clone();
    let callback = move |event, token: Option<String>| {
        if let Some(token) = token {
            send(AppEvent::ActivationToken(token));
        }
        send(AppEvent::Tray(event));
    };
    Tray::new(&view, Box::new(callback))
        .inspect_err(|error| app.sources().tray = Source::none(reason::of(error)))
        .ok()
}

impl Desktop<'_> {
    fn show_question(&self, question: Question) {
        match &self.notifier {
            Some(notifier) => notifier.show_question(question),
            None => {
                let why = anyhow!(tr("there is no session bus"));
                (self.send)(AppEvent::Question(QuestionEvent::Failed(why)));
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
        let on_exit = move |status: io::Result<ExitStatus>| {
            if let Some(Err(error)) = status.ok().map(|status| check_opened(status, &file)) {
                send(AppEvent::ActionFailed(error));
            }
        };
        (self.wait)(child, Box::new(on_exit));
        Ok(())
    }

    /// Adds Unhunch to the applications of the desktop, once. After a failure, the next start tries again.
    fn join_applications(&self) {
        let marker = StateFile::InApplications;
        let result =
            autostart::join_applications().and_then(|_| Ok(marker.write(&self.paths, "")?));
        if let Err(error) = result {
            eprintln!("unhunch: {}", reason::of(&error));
        }
    }

    /// Starts the window process unless it is running already. It connects to us and receives its page then.
    fn start_window(&self) -> anyhow::Result<()> {
        if self.is_window_running.load(Ordering::Acquire) {
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
        self.is_window_running.store(true, Ordering::Release);
        let (is_running, send) = (self.is_window_running.clone(), self.send.clone());
        let on_exit = move |_| {
            is_running.store(false, Ordering::Release);
            send(AppEvent::WindowExited);
        };
        (self.wait)(child, Box::new(on_exit));
        Ok(())
    }
}

/// Repairs entries for autostart and in the list of applications that name a missing program. After a failure, the next start tries
/// again.
fn repair_entries() {
    if let Err(error) = autostart::repair() {
        eprintln!("unhunch: {}", reason::of(&error));
    }
}

impl Host for Desktop<'_> {
    fn perform(&mut self, action: Action, _now: &Moment) -> anyhow::Result<()> {
        match action {
            Action::Ask(question) => self.show_question(question),
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
            Action::Effect(_) | Action::Announce(_) | Action::Reply(..) | Action::Quit => {}
        }
        Ok(())
    }
}
