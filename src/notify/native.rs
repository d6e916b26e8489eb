//! Notifications on Windows and macOS. There notify-rust waits for an answer on a thread, one for each question.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
#[cfg(target_os = "macos")]
use std::sync::{Mutex, PoisonError};

use notify_rust::{CloseReason, Notification, NotificationResponse, Timeout};

use super::{Allowed, Answer, News, Question, Server};

/// Puts questions and notices on the screen.
#[derive(Clone)]
pub struct Notifier {
    tell: Arc<dyn Fn(News) + Send + Sync>,
    /// The number of the question that counts. What comes of an earlier one is not told: Windows offers no way to take it
    /// back.
    current: Arc<AtomicU64>,
    #[cfg(target_os = "macos")]
    question: Arc<Mutex<Option<center::Shown>>>,
    #[cfg(target_os = "macos")]
    notice: Arc<Mutex<Option<center::Shown>>>,
}

impl Notifier {
    /// A notifier. `tell` hears what becomes of each question, on a thread of the question's own.
    pub fn new(tell: impl Fn(News) + Send + Sync + 'static) -> Self {
        #[cfg(windows)]
        name::enter();
        #[cfg(target_os = "macos")]
        center::enter();
        Self {
            tell: Arc::new(tell),
            current: Arc::default(),
            #[cfg(target_os = "macos")]
            question: Arc::default(),
            #[cfg(target_os = "macos")]
            notice: Arc::default(),
        }
    }

    /// Puts the question. It takes the place of the one before.
    pub fn ask(&self, question: Question) {
        let number = self.current.fetch_add(1, Ordering::AcqRel) + 1;
        #[cfg(target_os = "macos")]
        replace(
            &self.question,
            Some((&question.title, &question.body_for(&system()))),
        );
        let waiter = self.clone();
        let thread = std::thread::Builder::new()
            .name("question".into())
            .spawn(move || waiter.wait(number, question));
        if let Err(error) = thread {
            (self.tell)(News::Failed(error.into()));
        }
    }

    /// Takes the question back: an answer to it doesn't count any more.
    pub fn withdraw(&self) {
        self.current.fetch_add(1, Ordering::AcqRel);
        #[cfg(target_os = "macos")]
        replace(&self.question, None);
    }

    /// Shows something to read, of a few words and a plain text.
    pub fn tell(&self, title: &str, body: &str) {
        let body = &system().text(body);
        let notice = notification(title, body);
        #[cfg(target_os = "macos")]
        replace(&self.notice, Some((title, body)));
        let waiter = std::thread::Builder::new().name("notice".into());
        // The tray says the same, so that nothing is lost where it can't be shown.
        let _ = waiter.spawn(move || notice.show().map(drop));
    }

    /// Takes that back. Windows offers no way to do so, and it goes by itself.
    pub fn untell(&self) {
        #[cfg(target_os = "macos")]
        replace(&self.notice, None);
    }

    fn wait(&self, number: u64, question: Question) {
        match put(&question) {
            Ok(shown) => {
                self.say(number, News::Shown(system()));
                let waiter = self.clone();
                let heard = move |response: &NotificationResponse| {
                    waiter.say(number, News::Answered(read(&question, response)));
                };
                if let Err(error) = shown.wait_for_response(heard) {
                    self.say(number, unheard(error));
                }
            }
            Err(error) => self.say(number, News::Failed(error.into())),
        }
    }

    fn say(&self, number: u64, news: News) {
        if self.current.load(Ordering::Acquire) == number {
            (self.tell)(news);
        }
    }
}

/// Windows has shown the question by then; macOS shows it as it begins to wait.
fn unheard(error: notify_rust::error::Error) -> News {
    if cfg!(target_os = "macos") {
        News::Failed(error.into())
    } else {
        News::Answered(Answer::Gone)
    }
}

/// Another one takes the place of what is shown, or none.
#[cfg(target_os = "macos")]
fn replace(shown: &Mutex<Option<center::Shown>>, by: Option<(&str, &str)>) {
    let by = by.map(|(title, body)| center::Shown::new(title, body));
    let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(before) = std::mem::replace(&mut *shown, by) {
        before.take_back();
    }
}

fn put(question: &Question) -> notify_rust::error::Result<notify_rust::NotificationHandle> {
    let mut notification = notification(&question.title, &question.body_for(&system()));
    let stays = u32::try_from(question.stays.as_millis()).unwrap_or(u32::MAX);
    notification.timeout(Timeout::Milliseconds(stays));
    for (answer, label) in &question.actions {
        // A click on the text is told without our asking for it.
        if let (Some(key), true) = (answer.key(), *answer != Answer::Open) {
            notification.action(key, label);
        }
    }
    notification.show()
}

fn notification(title: &str, body: &str) -> Notification {
    let mut notification = Notification::new();
    notification.appname("Unhunch").summary(title).body(body);
    #[cfg(windows)]
    notification.app_id(name::ID);
    notification
}

fn system() -> Server {
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
        NotificationResponse::Action(said) => button(question, said),
        NotificationResponse::Closed(CloseReason::Dismissed) => Answer::Dismissed,
        NotificationResponse::Reply(_) | NotificationResponse::Closed(_) => Answer::Gone,
    }
}

/// Windows tells the key of a button, macOS what it says.
fn button(question: &Question, said: &str) -> Answer {
    let mut actions = question.actions.iter();
    actions
        .find(|(answer, label)| answer.key() == Some(said) || label == said)
        .map_or(Answer::Open, |(answer, _)| *answer)
}

#[cfg(windows)]
mod name {
    //! Under which name Windows shows what we say: it knows no program that has not been entered in its registry.

    #![allow(
        unsafe_code,
        reason = "the registry is reached by calls of the system that std does not wrap"
    )]

    use windows_sys::Win32::System::Registry::{HKEY_CURRENT_USER, REG_SZ, RegSetKeyValueW};
    use windows_sys::core::w;

    pub(super) const ID: &str = "Unhunch.Unhunch";

    /// Enters it for this person. Should that fail, the question comes under another program's name, or not at all, and
    /// `status` says so.
    pub(super) fn enter() {
        let name: Vec<u16> = "Unhunch\0".encode_utf16().collect();
        let length = size_of_val(&name[..]) as u32;
        // SAFETY: the texts end with a zero, and the value is as long as is said.
        unsafe {
            RegSetKeyValueW(
                HKEY_CURRENT_USER,
                w!(r"Software\Classes\AppUserModelId\Unhunch.Unhunch"),
                w!("DisplayName"),
                REG_SZ,
                name.as_ptr().cast(),
                length,
            )
        };
    }
}

#[cfg(target_os = "macos")]
mod center {
    //! The notification center of macOS, which keeps what was shown until somebody clears it away; and as long as it keeps a
    //! question, notify-rust looks twice a second whether it still does.

    #![allow(
        unsafe_code,
        reason = "a program without a bundle has no such center, which the safe call doesn't foresee"
    )]
    #![allow(deprecated, reason = "it is the one through which notify-rust shows")]

    use objc2::rc::Retained;
    use objc2::{ClassType as _, msg_send};
    use objc2_foundation::{NSBundle, NSString, NSUserNotificationCenter};

    /// It is on every Mac, and may show notifications.
    const FINDER: &str = "com.apple.Finder";

    /// Says as whom we show them. A program that says nothing has the person asked where the program is that it means.
    pub(super) fn enter() {
        let own = NSBundle::mainBundle().bundleIdentifier();
        let name = own.map_or_else(|| FINDER.to_owned(), |own| own.to_string());
        // Should it be unknown, they are shown as another program's.
        let _ = notify_rust::set_application(&name);
    }

    /// What was shown, as it can be found again.
    pub(super) struct Shown {
        title: String,
        body: String,
    }

    impl Shown {
        pub(super) fn new(title: &str, body: &str) -> Self {
            Self {
                title: title.to_owned(),
                body: body.to_owned(),
            }
        }

        /// Clears it away, if it is still there. Then nobody waits for an answer any more.
        pub(super) fn take_back(&self) {
            let class = NSUserNotificationCenter::class();
            // SAFETY: it takes nothing, and gives that object or none.
            let center: Option<Retained<NSUserNotificationCenter>> =
                unsafe { msg_send![class, defaultUserNotificationCenter] };
            let Some(center) = center else { return };
            for shown in center.deliveredNotifications().to_vec() {
                let says = |text: Option<Retained<NSString>>| text.map(|text| text.to_string());
                if says(shown.title()).as_ref() == Some(&self.title)
                    && says(shown.informativeText()).as_ref() == Some(&self.body)
                {
                    center.removeDeliveredNotification(&shown);
                }
            }
        }
    }
}
