//! Notifications on Linux: futures on the main thread, without any polling while a question is open.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use anyhow::{Context, anyhow};
use async_channel::{Receiver, Sender};
use async_io::Timer;
use futures_lite::{FutureExt, StreamExt, future};
use notify_rust::{
    CloseReason, Hint, Notification, NotificationHandle, NotificationResponse, Timeout, Urgency,
};
use zbus::fdo::{DBusProxy, NameOwnerChangedArgs, NameOwnerChangedStream};
use zbus::names::OwnedUniqueName;
use zbus::zvariant::Value;
use zbus::{Connection, MatchRule, Message, MessageStream};

use super::{Allowed, Answer, Question, QuestionEvent, Server};
use crate::child::output;
use crate::lang::tr;
use crate::paths::{self, application_id};
use crate::source::Absence;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// The timeout of a server call. The server may have to be started first.
const SERVER_TIMEOUT: Duration = Duration::from_secs(10);

/// The delay after a server comes or goes: a new one may not be ready yet, and a lost one may be back soon.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// The time to wait for the activation token of an answer. The server sends it first, but it comes on another connection.
const TOKEN_TIMEOUT: Duration = Duration::from_millis(50);

/// Shows and withdraws questions and notices, at most one of each at a time.
#[derive(Clone, Debug)]
pub struct Notifier {
    questions: Sender<Option<Question>>,
    notices: Sender<Option<Notice>>,
}

/// A message without an answer.
#[derive(Debug)]
struct Notice {
    title: String,
    body: String,
}

impl Notifier {
    /// Creates a notifier and its work, a future that the loop has to poll. `bus` is a session bus connection that the loop
    /// drives; `report` receives the events of each question on the loop's thread. The work ends when all notifiers are dropped,
    /// after withdrawing the question.
    pub fn new<T: Fn(QuestionEvent)>(
        bus: &Connection,
        report: T,
    ) -> (Self, impl Future<Output = ()> + use<T>) {
        let (questions, question_requests) = async_channel::unbounded();
        let (notices, notice_requests) = async_channel::unbounded();
        let (first, second) = (bus.clone(), bus.clone());
        let work = async move {
            let tokens = Tokens::default();
            let questions = run_questions(&first, &question_requests, &tokens, report);
            let both = future::zip(questions, run_notices(&second, &notice_requests));
            let both = async {
                both.await;
            };
            both.or(tokens.follow(&first)).await;
        };
        (Self { questions, notices }, work)
    }

    /// Shows a question, replacing the previous one.
    pub fn show_question(&self, question: Question) {
        self.want(Some(question));
    }

    /// Withdraws the question if it is still open.
    pub fn withdraw(&self) {
        self.want(None);
    }

    fn want(&self, question: Option<Question>) {
        // This fails only if the work has ended, and then there is no screen any more.
        let _ = self.questions.try_send(question);
    }

    /// Shows a notice with a short title and a plain text, replacing the previous one.
    pub fn show_notice(&self, title: &str, body: &str) {
        let (title, body) = (title.to_owned(), body.to_owned());
        let _ = self.notices.try_send(Some(Notice { title, body }));
    }

    /// Withdraws the notice if it is still shown.
    pub fn withdraw_notice(&self) {
        let _ = self.notices.try_send(None);
    }
}

/// A question that should be on the screen, independent of the server that shows it.
struct PendingQuestion {
    question: Question,
    /// The stream of servers that come and go.
    owners: NameOwnerChangedStream,
    notification: Option<ShownNotification>,
    /// The delay after a crash of the server. It doubles each time, in case this very question causes the crashes.
    pause: Duration,
}

struct ShownNotification {
    handle: NotificationHandle,
    owner: OwnedUniqueName,
}

/// The next event for the task that keeps the question.
enum Next {
    Request(Option<Question>),
    Ended(Answer),
    /// Show the question again: the server crashed and lost it, or a server has started.
    Again,
    Over,
}

/// The last activation token that a server has sent, for any notification of any program.
#[derive(Default)]
struct Tokens(RefCell<Option<Token>>);

struct Token {
    owner: String,
    id: u32,
    text: String,
}

impl Tokens {
    /// Follows the signals as long as the bus exists. They have to be read all the time: a full queue would block the bus.
    async fn follow(&self, bus: &Connection) {
        // Without tokens the window still opens, though not always in front.
        if let Ok(mut signals) = token_signals(bus).await {
            while let Some(signal) = signals.next().await {
                if let Some(token) = signal.ok().as_ref().and_then(Token::read) {
                    *self.0.borrow_mut() = Some(token);
                }
            }
        }
        future::pending().await
    }

    /// Returns the token of the answer to this question, if the server sends one.
    async fn wait_for(&self, notification: &ShownNotification) -> Option<String> {
        if let Some(token) = self.take_received(notification) {
            return Some(token);
        }
        Timer::after(TOKEN_TIMEOUT).await;
        self.take_received(notification)
    }

    fn take_received(&self, notification: &ShownNotification) -> Option<String> {
        let is_ours = |token: &mut Token| {
            token.owner == notification.owner.as_str() && token.id == notification.handle.id()
        };
        let token = self.0.borrow_mut().take_if(is_ours);
        token.map(|token| token.text)
    }
}

impl Token {
    fn read(signal: &Message) -> Option<Self> {
        let owner = signal.header().sender()?.to_string();
        let (id, text) = signal.body().deserialize().ok()?;
        Some(Self { owner, id, text })
    }
}

async fn token_signals(bus: &Connection) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .interface(NAME)?
        .member("ActivationToken")?
        .build();
    MessageStream::for_match_rule(rule, bus, None).await
}

async fn run_questions(
    bus: &Connection,
    requests: &Receiver<Option<Question>>,
    tokens: &Tokens,
    report: impl Fn(QuestionEvent),
) {
    let mut pending = None;
    loop {
        match next(requests, pending.as_mut()).await {
            Next::Request(request) => {
                // Close the old question first. The new one comes from another connection, so replacing it by id would leave
                // the server to guess the owner.
                close_question(pending.take()).await;
                pending = match request {
                    Some(question) => want(bus, question, &report).await,
                    None => None,
                };
            }
            Next::Ended(answer) => {
                let notification = pending
                    .as_ref()
                    .and_then(|pending| pending.notification.as_ref());
                if let Some(notification) = notification.filter(|_| opens_window(answer))
                    && let Some(token) = tokens.wait_for(notification).await
                {
                    report(QuestionEvent::ActivationToken(token));
                }
                // Not every server closes an answered notification.
                close_question(pending.take()).await;
                report(QuestionEvent::Answered(answer));
            }
            Next::Again => {
                if let Some(pending) = &mut pending {
                    pending.show(bus, &report).await;
                }
            }
            Next::Over => return close_question(pending.take()).await,
        }
    }
}

async fn next(
    requests: &Receiver<Option<Question>>,
    pending: Option<&mut PendingQuestion>,
) -> Next {
    let request = async { latest(requests).await.map_or(Next::Over, Next::Request) };
    match pending {
        Some(pending) => request.or(pending.next()).await,
        None => request.await,
    }
}

/// Returns the latest request, skipping outdated ones.
async fn latest<W>(requests: &Receiver<W>) -> Option<W> {
    let mut request = requests.recv().await.ok()?;
    while let Ok(newer) = requests.try_recv() {
        request = newer;
    }
    Some(request)
}

async fn want(
    bus: &Connection,
    question: Question,
    report: &impl Fn(QuestionEvent),
) -> Option<PendingQuestion> {
    match within(owners(bus)).await {
        Ok(owners) => {
            let mut pending = PendingQuestion {
                question,
                owners,
                notification: None,
                pause: RETRY_DELAY,
            };
            pending.show(bus, report).await;
            Some(pending)
        }
        Err(error) => {
            report(QuestionEvent::Failed(error));
            None
        }
    }
}

async fn owners(bus: &Connection) -> anyhow::Result<NameOwnerChangedStream> {
    let names = DBusProxy::new(bus).await?;
    Ok(names
        .receive_name_owner_changed_with_args(&[(0, NAME)])
        .await?)
}

fn opens_window(answer: Answer) -> bool {
    matches!(answer, Answer::Start | Answer::Open)
}

impl PendingQuestion {
    async fn show(&mut self, bus: &Connection, report: &impl Fn(QuestionEvent)) {
        match within(show(bus, &self.question)).await {
            Ok((server, notification)) => {
                report(QuestionEvent::Shown(server));
                self.notification = Some(notification);
            }
            Err(error) => report(QuestionEvent::Failed(error)),
        }
    }

    /// Waits until the question is answered, gone or has to be shown again, even if the server doesn't report that.
    async fn next(&mut self) -> Next {
        let Some(notification) = &self.notification else {
            wait_for_server(&mut self.owners).await;
            Timer::after(RETRY_DELAY).await;
            return Next::Again;
        };
        let answered = async { Some(answer(&notification.handle).await) };
        match answered
            .or(wait_for_server_exit(&notification.owner, &mut self.owners))
            .await
        {
            // Some servers close all notifications before they exit, so this may be no answer.
            Some(Answer::Gone) => {
                let stays = async {
                    Timer::after(RETRY_DELAY).await;
                    Some(Answer::Gone)
                };
                let left = wait_for_server_exit(&notification.owner, &mut self.owners);
                if let Some(answer) = stays.or(left).await {
                    return Next::Ended(answer);
                }
            }
            Some(answer) => return Next::Ended(answer),
            None => {}
        }
        // The server is gone, so there is nothing left to close.
        self.notification = None;
        Timer::after(self.pause).await;
        self.pause *= 2;
        Next::Again
    }
}

async fn show(
    bus: &Connection,
    question: &Question,
) -> anyhow::Result<(Server, ShownNotification)> {
    let server = find_server(bus).await?;
    // The server would accept the notification without showing it.
    anyhow::ensure!(server.allowed != Allowed::Nothing, Absence::SwitchedOff);
    let handle = notification(question, &server).show_async().await?;
    let owner = owner(bus).await?;
    Ok((server, ShownNotification { handle, owner }))
}

fn notification(question: &Question, server: &Server) -> Notification {
    let mut notification = Notification::new();
    notification
        .appname("Unhunch")
        .summary(&question.title)
        .body(&question.body_for(server))
        .icon(&icon(server))
        .hint(Hint::DesktopEntry(application_id().into()))
        .hint(Hint::Category("x-unhunch.reminder".into()))
        .timeout(timeout(question.stays));
    if question.quiet {
        notification
            .urgency(Urgency::Low)
            .hint(Hint::SuppressSound(true));
    } else {
        notification.urgency(Urgency::Normal);
    }
    for (answer, label) in question.actions_for(server) {
        if let Some(key) = answer.key() {
            notification.action(key, label);
        }
    }
    notification
}

/// Returns the path of our icon within an icon theme.
fn icon_file() -> String {
    format!("scalable/apps/{}.svg", application_id())
}

/// Returns our icon if it is installed. Servers draw a warning for an icon name that they can't find.
fn icon(server: &Server) -> String {
    match paths::installed_icon(&icon_file()) {
        // dunst searches only its configured folders, so it needs the full path.
        Some(file) if server.name.starts_with("dunst") => file.display().to_string(),
        Some(_) => application_id().to_owned(),
        None => String::new(),
    }
}

fn timeout(stays: Duration) -> Timeout {
    Timeout::Milliseconds(
        u32::try_from(stays.as_millis())
            .unwrap_or(u32::MAX)
            .min(i32::MAX as u32),
    )
}

async fn answer(handle: &NotificationHandle) -> Answer {
    let mut answer = Answer::Gone;
    handle
        .wait_for_action_async(|response| answer = read(response))
        .await;
    answer
}

fn read(response: &NotificationResponse) -> Answer {
    match response {
        NotificationResponse::Default => Answer::Open,
        NotificationResponse::Action(key) => Answer::from_key(key).unwrap_or(Answer::Open),
        NotificationResponse::Closed(CloseReason::Dismissed) => Answer::Dismissed,
        NotificationResponse::Reply(_) | NotificationResponse::Closed(_) => Answer::Gone,
    }
}

/// Waits until the server that shows the question exits. It takes the question with it, which is not an answer.
async fn wait_for_server_exit(
    owner: &OwnedUniqueName,
    owners: &mut NameOwnerChangedStream,
) -> Option<Answer> {
    let is_ours = |change: &NameOwnerChangedArgs<'_>| {
        let before = change.old_owner().as_ref();
        before.is_some_and(|name| name.as_str() == owner.as_str())
    };
    until(owners, is_ours).await;
    None
}

/// Waits until a server appears.
async fn wait_for_server(owners: &mut NameOwnerChangedStream) {
    until(owners, |change| change.new_owner().is_some()).await;
}

async fn until(
    owners: &mut NameOwnerChangedStream,
    is_it: impl Fn(&NameOwnerChangedArgs<'_>) -> bool,
) {
    while let Some(change) = owners.next().await {
        if change.args().is_ok_and(|change| is_it(&change)) {
            return;
        }
    }
    // The bus is gone, which means that the session is ending.
    future::pending().await
}

async fn close_question(pending: Option<PendingQuestion>) {
    if let Some(notification) = pending.and_then(|pending| pending.notification) {
        let close = async {
            notification.handle.close_async().await;
            Ok(())
        };
        // If the server doesn't respond, there is nothing that we could close.
        let _ = within(close).await;
    }
}

/// Queries the server's name and capabilities. This starts a server if the desktop can activate one.
///
/// # Errors
/// If no server responds.
pub async fn find_server(bus: &Connection) -> anyhow::Result<Server> {
    let (name, _vendor, version, _spec): (String, String, String, String) =
        call(bus, "GetServerInformation", &())
            .await
            .context(tr("no notification server answers"))?;
    let abilities: Vec<String> = call(bus, "GetCapabilities", &()).await?;
    let can = |ability_name: &str| abilities.iter().any(|ability| ability == ability_name);
    let allowed = if name == "gnome-shell" {
        let settings = output("gsettings", &["list-recursively", &gnome_settings()]).await;
        settings.map_or_else(Allowed::default, |settings| allowed_by_gnome(&settings))
    } else {
        Allowed::default()
    };
    Ok(Server {
        name: format!("{name} {version}").trim().to_owned(),
        actions: can("actions"),
        markup: can("body-markup"),
        allowed,
    })
}

/// Returns the schema and path of GNOME's settings for our notifications.
fn gnome_settings() -> String {
    let schema = "org.gnome.desktop.notifications.application";
    let id = application_id().replace('.', "-").to_lowercase();
    format!("{schema}:/org/gnome/desktop/notifications/application/{id}/")
}

/// Parses lines of schema, key and value.
fn allowed_by_gnome(settings: &str) -> Allowed {
    let is_off = |key: &str| {
        let lines = settings.lines().map(|line| line.split(' ').skip(1));
        lines.into_iter().any(|words| words.eq([key, "false"]))
    };
    if is_off("enable") {
        Allowed::Nothing
    } else if is_off("show-banners") {
        Allowed::ListOnly
    } else {
        Allowed::Banners
    }
}

async fn call<A, R>(bus: &Connection, method: &str, arguments: &A) -> anyhow::Result<R>
where
    A: serde::Serialize + zbus::zvariant::DynamicType,
    R: serde::de::DeserializeOwned + zbus::zvariant::Type,
{
    let reply = bus
        .call_method(Some(NAME), PATH, Some(NAME), method, arguments)
        .await?;
    Ok(reply.body().deserialize()?)
}

async fn within<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let timeout = async {
        Timer::after(SERVER_TIMEOUT).await;
        Err(anyhow!(tr("the notification server doesn’t answer")))
    };
    work.or(timeout).await
}

struct ShownNotice {
    id: u32,
    owner: OwnedUniqueName,
}

/// Shows notices over the long-lived connection. They need no answer, and some servers remove a notification when the
/// connection that sent it closes.
async fn run_notices(bus: &Connection, requests: &Receiver<Option<Notice>>) {
    let mut noted = None;
    while let Some(request) = latest(requests).await {
        noted = match request {
            // Ignore failures, since the tray shows the same message.
            Some(notice) => within(send_notice(bus, &notice, noted)).await.ok(),
            None => {
                let _ = within(close_notice(bus, noted)).await;
                None
            }
        };
    }
}

async fn send_notice(
    bus: &Connection,
    notice: &Notice,
    before: Option<ShownNotice>,
) -> anyhow::Result<ShownNotice> {
    let server = find_server(bus).await?;
    let owner = owner(bus).await?;
    let before = before.filter(|noted| noted.owner == owner);
    let replaces = before.map_or(0, |noted| noted.id);
    let hints = HashMap::from([
        ("desktop-entry", Value::from(application_id())),
        ("urgency", Value::from(1_u8)),
    ]);
    let nothing: [&str; 0] = [];
    let body = server.text(&notice.body);
    let arguments = (
        "Unhunch",
        replaces,
        icon(&server),
        &notice.title,
        &body,
        nothing.as_slice(),
        hints,
        -1_i32,
    );
    let id = call(bus, "Notify", &arguments).await?;
    Ok(ShownNotice { id, owner })
}

async fn close_notice(bus: &Connection, noted: Option<ShownNotice>) -> anyhow::Result<()> {
    match noted {
        // A restarted server may have given this id to the notification of another program.
        Some(noted) if noted.owner == owner(bus).await? => {
            call(bus, "CloseNotification", &(noted.id,)).await
        }
        Some(_) | None => Ok(()),
    }
}

async fn owner(bus: &Connection) -> anyhow::Result<OwnedUniqueName> {
    let names = DBusProxy::new(bus).await?;
    Ok(names.get_name_owner(NAME.try_into()?).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_icon_is_named_only_where_it_is_installed() {
        let folder = tempfile::tempdir().unwrap();
        let folders = [
            std::path::PathBuf::from("/nowhere"),
            folder.path().to_owned(),
        ];
        assert_eq!(paths::icon_in(&folders, &icon_file()), None);
        let apps = folder.path().join("icons/hicolor/scalable/apps");
        std::fs::create_dir_all(&apps).unwrap();
        std::fs::write(apps.join("unhunch.svg"), "<svg/>").unwrap();
        assert_eq!(
            paths::icon_in(&folders, &icon_file()),
            Some(apps.join("unhunch.svg"))
        );
    }

    #[test]
    fn gnome_permission_is_read_from_its_settings() {
        let settings = |enable, banners| {
            let schema = "org.gnome.desktop.notifications.application";
            format!(
                "{schema} application-id 'unhunch.desktop'\n{schema} enable {enable}\n\
                 {schema} enable-sound-alerts false\n{schema} show-banners {banners}\n"
            )
        };
        for (enable, banners, allowed) in [
            (true, true, Allowed::Banners),
            (true, false, Allowed::ListOnly),
            (false, true, Allowed::Nothing),
        ] {
            assert_eq!(allowed_by_gnome(&settings(enable, banners)), allowed);
        }
        assert_eq!(allowed_by_gnome(""), Allowed::Banners);
    }

    #[test]
    fn every_way_of_closing_has_its_answer() {
        for (response, answer) in [
            (NotificationResponse::Default, Answer::Open),
            (NotificationResponse::Action("skip".into()), Answer::Skip),
            (NotificationResponse::Action("?".into()), Answer::Open),
            (
                NotificationResponse::Closed(CloseReason::Dismissed),
                Answer::Dismissed,
            ),
            (
                NotificationResponse::Closed(CloseReason::Expired),
                Answer::Gone,
            ),
        ] {
            assert_eq!(read(&response), answer);
        }
    }
}
