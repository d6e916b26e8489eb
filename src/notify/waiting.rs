//! Notifications on Windows and macOS, where notify-rust waits for each answer on a thread of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use notify_rust::{CloseReason, Notification, NotificationResponse, Timeout};

use super::system::{self, Shown};
use super::{Allowed, Answer, Question, QuestionEvent, Server};

/// Shows and withdraws questions and notices.
#[derive(Clone)]
pub struct Notifier {
    report: Arc<dyn Fn(QuestionEvent) + Send + Sync>,
    /// The number of the current question. Events of earlier ones are ignored, since Windows can't withdraw them.
    current: Arc<AtomicU64>,
    question: Arc<Shown>,
    notice: Arc<Shown>,
}

impl Notifier {
    /// Creates a notifier. `report` receives the events of each question on the thread of that question.
    pub fn new(report: impl Fn(QuestionEvent) + Send + Sync + 'static) -> Self {
        system::register();
        Self {
            report: Arc::new(report),
            current: Arc::default(),
            question: Arc::default(),
            notice: Arc::default(),
        }
    }

    /// Shows a question, replacing the previous one.
    pub fn show_question(&self, question: Question) {
        let number = self.current.fetch_add(1, Ordering::AcqRel) + 1;
        let body = question.body_for(&server());
        self.question.replace(Some((&question.title, &body)));
        let waiter = self.clone();
        let thread = std::thread::Builder::new()
            .name("question".into())
            .spawn(move || waiter.wait(number, question));
        if let Err(error) = thread {
            (self.report)(QuestionEvent::Failed(error.into()));
        }
    }

    /// Withdraws the question. Later answers to it are ignored.
    pub fn withdraw(&self) {
        self.current.fetch_add(1, Ordering::AcqRel);
        self.question.replace(None);
    }

    /// Shows a notice with a short title and a plain text.
    pub fn show_notice(&self, title: &str, body: &str) {
        let body = &server().text(body);
        let notice = notification(title, body);
        self.notice.replace(Some((title, body)));
        let waiter = std::thread::Builder::new().name("notice".into());
        // Ignore failures, since the tray shows the same message.
        let _ = waiter.spawn(move || notice.show().map(drop));
    }

    /// Withdraws the notice. Windows can't do that; there it disappears after its timeout.
    pub fn withdraw_notice(&self) {
        self.notice.replace(None);
    }

    fn wait(&self, number: u64, question: Question) {
        match show(&question) {
            Ok(handle) => {
                self.report_if_current(number, QuestionEvent::Shown(server()));
                let waiter = self.clone();
                let on_response = move |response: &NotificationResponse| {
                    waiter.report_if_current(
                        number,
                        QuestionEvent::Answered(read(&question, response)),
                    );
                };
                if let Err(error) = handle.wait_for_response(on_response) {
                    self.report_if_current(number, system::wait_failed(error));
                }
            }
            Err(error) => self.report_if_current(number, QuestionEvent::Failed(error.into())),
        }
    }

    fn report_if_current(&self, number: u64, event: QuestionEvent) {
        if self.current.load(Ordering::Acquire) == number {
            (self.report)(event);
        }
    }
}

fn show(question: &Question) -> notify_rust::error::Result<notify_rust::NotificationHandle> {
    let mut notification = notification(&question.title, &question.body_for(&server()));
    let stays = u32::try_from(question.stays.as_millis()).unwrap_or(u32::MAX);
    notification.timeout(Timeout::Milliseconds(stays));
    for (answer, label) in &question.actions {
        // Clicks on the text are reported without an action of their own.
        if let (Some(key), true) = (answer.key(), *answer != Answer::Open) {
            notification.action(key, label);
        }
    }
    notification.show()
}

fn notification(title: &str, body: &str) -> Notification {
    let mut notification = Notification::new();
    notification.appname("Unhunch").summary(title).body(body);
    system::prepare(&mut notification);
    notification
}

fn server() -> Server {
    Server {
        name: std::env::consts::OS.to_owned(),
        actions: true,
        markup: false,
        allowed: Allowed::default(),
    }
}

fn read(question: &Question, response: &NotificationResponse) -> Answer {
    match response {
        NotificationResponse::Default => Answer::Open,
        NotificationResponse::Action(action) => button(question, action),
        NotificationResponse::Closed(CloseReason::Dismissed) => Answer::Dismissed,
        NotificationResponse::Reply(_) | NotificationResponse::Closed(_) => Answer::Gone,
    }
}

/// Maps the pressed button to its answer. Windows reports the key of the button, macOS its label.
fn button(question: &Question, action: &str) -> Answer {
    let mut actions = question.actions.iter();
    actions
        .find(|(answer, label)| answer.key() == Some(action) || label == action)
        .map_or(Answer::Open, |(answer, _)| *answer)
}
