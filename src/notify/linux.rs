//! Notifications on Linux: futures on the one thread, and no work while a question waits for its answer.

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
use zbus::Connection;
use zbus::fdo::{DBusProxy, NameOwnerChangedArgs, NameOwnerChangedStream};
use zbus::names::OwnedUniqueName;
use zbus::zvariant::Value;

use super::{Allowed, Answer, News, Question, Server};
use crate::child::said;
use crate::paths;
use crate::source::Absence;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// The base name of our desktop entry, by which a server finds our name, icon and settings.
const ENTRY: &str = "unhunch";

/// How long a server may take for an answer; it may have to be started first.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who has just come may not be ready, and who has just gone may be back in a moment.
const MOMENT: Duration = Duration::from_secs(1);

/// Puts questions and notices on the screen and takes them back. There is one of each at most.
#[derive(Clone, Debug)]
pub struct Notifier {
    questions: Sender<Option<Question>>,
    notices: Sender<Option<Notice>>,
}

/// Something to read that asks for no answer.
#[derive(Debug)]
struct Notice {
    title: String,
    body: String,
}

impl Notifier {
    /// The notifier and its work: a future that the loop polls as long as there may be something to show. `bus` is
    /// a session bus connection that the loop ticks; `tell` hears what becomes of each question, on the loop's
    /// thread. The work ends when every notifier is dropped, and takes the question back first.
    pub fn new<T: Fn(News)>(
        bus: &Connection,
        tell: T,
    ) -> (Self, impl Future<Output = ()> + use<T>) {
        let (questions, asked) = async_channel::unbounded();
        let (notices, noted) = async_channel::unbounded();
        let (first, second) = (bus.clone(), bus.clone());
        let work = async move {
            future::zip(
                keep_question(&first, &asked, tell),
                keep_notice(&second, &noted),
            )
            .await;
        };
        (Self { questions, notices }, work)
    }

    /// Puts the question. It takes the place of the one before.
    pub fn ask(&self, question: Question) {
        self.want(Some(question));
    }

    /// Takes the question back, if it is still there.
    pub fn withdraw(&self) {
        self.want(None);
    }

    fn want(&self, question: Option<Question>) {
        // It fails only when the work is over, and then there is no screen to show it on.
        let _ = self.questions.try_send(question);
    }

    /// Shows something to read, of a few words and a plain text. It takes the place of the one before.
    pub fn tell(&self, title: &str, body: &str) {
        let (title, body) = (title.to_owned(), body.to_owned());
        let _ = self.notices.try_send(Some(Notice { title, body }));
    }

    /// Takes that back, if it is still there: it is no longer so.
    pub fn untell(&self) {
        let _ = self.notices.try_send(None);
    }
}

/// A question that shall be on the screen, whichever server shows it.
struct Wanted {
    question: Question,
    /// Tells of servers that come and go.
    owners: NameOwnerChangedStream,
    shown: Option<Shown>,
    /// How long it waits after a fall. Should servers fall over this very question, they fall ever more rarely.
    pause: Duration,
}

/// A question on the screen.
struct Shown {
    handle: NotificationHandle,
    owner: OwnedUniqueName,
}

/// What the work waits for.
enum Next {
    Wish(Option<Question>),
    Ended(Answer),
    /// The server fell and took the question along, or one has come.
    Again,
    Over,
}

async fn keep_question(bus: &Connection, wishes: &Receiver<Option<Question>>, tell: impl Fn(News)) {
    let mut wanted = None;
    loop {
        match next(wishes, wanted.as_mut()).await {
            Next::Wish(wish) => {
                // Close the old one first. To show the new one under its id would leave the server to guess which
                // of two connections it belongs to.
                take_back(wanted.take()).await;
                wanted = match wish {
                    Some(question) => want(bus, question, &tell).await,
                    None => None,
                };
            }
            Next::Ended(answer) => {
                // Not every server closes what was answered.
                take_back(wanted.take()).await;
                tell(News::Answered(answer));
            }
            Next::Again => {
                if let Some(wanted) = &mut wanted {
                    wanted.put(bus, &tell).await;
                }
            }
            Next::Over => return take_back(wanted.take()).await,
        }
    }
}

async fn next(wishes: &Receiver<Option<Question>>, wanted: Option<&mut Wanted>) -> Next {
    let wish = async { latest(wishes).await.map_or(Next::Over, Next::Wish) };
    match wanted {
        Some(wanted) => wish.or(wanted.next()).await,
        None => wish.await,
    }
}

/// The last thing wanted; what was wanted before and is no longer true is passed over.
async fn latest<W>(wishes: &Receiver<W>) -> Option<W> {
    let mut wish = wishes.recv().await.ok()?;
    while let Ok(newer) = wishes.try_recv() {
        wish = newer;
    }
    Some(wish)
}

async fn want(bus: &Connection, question: Question, tell: &impl Fn(News)) -> Option<Wanted> {
    match within(owners(bus)).await {
        Ok(owners) => {
            let mut wanted = Wanted {
                question,
                owners,
                shown: None,
                pause: MOMENT,
            };
            wanted.put(bus, tell).await;
            Some(wanted)
        }
        Err(error) => {
            tell(News::Failed(error));
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

impl Wanted {
    async fn put(&mut self, bus: &Connection, tell: &impl Fn(News)) {
        match within(show(bus, &self.question)).await {
            Ok((server, shown)) => {
                tell(News::Shown(server));
                self.shown = Some(shown);
            }
            Err(error) => tell(News::Failed(error)),
        }
    }

    /// Waits until the question is answered or gone, whatever the server forgets to tell, or is to be put once more.
    async fn next(&mut self) -> Next {
        let Some(shown) = &self.shown else {
            come(&mut self.owners).await;
            Timer::after(MOMENT).await;
            return Next::Again;
        };
        let answered = async { Some(answer(&shown.handle).await) };
        match answered.or(left(&shown.owner, &mut self.owners)).await {
            // Some servers close all that they show before they end.
            Some(Answer::Gone) => {
                let stays = async {
                    Timer::after(MOMENT).await;
                    Some(Answer::Gone)
                };
                let left = left(&shown.owner, &mut self.owners);
                if let Some(gone) = stays.or(left).await {
                    return Next::Ended(gone);
                }
            }
            Some(answer) => return Next::Ended(answer),
            None => {}
        }
        // Nobody is left to take it back from.
        self.shown = None;
        Timer::after(self.pause).await;
        self.pause *= 2;
        Next::Again
    }
}

async fn show(bus: &Connection, question: &Question) -> anyhow::Result<(Server, Shown)> {
    let server = find_server(bus).await?;
    // The server would take the question and show it to nobody.
    anyhow::ensure!(server.allowed != Allowed::Nothing, Absence::SwitchedOff);
    let handle = notification(question, &server).show_async().await?;
    let owner = owner(bus).await?;
    Ok((server, Shown { handle, owner }))
}

fn notification(question: &Question, server: &Server) -> Notification {
    let mut notification = Notification::new();
    notification
        .appname("Unhunch")
        .summary(&question.title)
        .body(&question.body_for(server))
        .icon(&icon(server))
        .hint(Hint::DesktopEntry(ENTRY.into()))
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

/// Our icon within an icon theme.
const ICON: &str = "scalable/apps/unhunch.svg";

/// Our icon, if it is installed: for a name that they don't find, servers draw a warning.
fn icon(server: &Server) -> String {
    match paths::installed_icon(ICON) {
        // It looks for names in the folders alone that it was told of.
        Some(file) if server.name.starts_with("dunst") => file.display().to_string(),
        Some(_) => ENTRY.to_owned(),
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

/// Waits for the end of the server that shows the question. It takes the question along, and that is no answer.
async fn left(owner: &OwnedUniqueName, owners: &mut NameOwnerChangedStream) -> Option<Answer> {
    let is_ours = |change: &NameOwnerChangedArgs<'_>| {
        let before = change.old_owner().as_ref();
        before.is_some_and(|name| name.as_str() == owner.as_str())
    };
    until(owners, is_ours).await;
    None
}

/// Waits for a server to come.
async fn come(owners: &mut NameOwnerChangedStream) {
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
    // The session ends with its bus.
    future::pending().await
}

async fn take_back(wanted: Option<Wanted>) {
    if let Some(shown) = wanted.and_then(|wanted| wanted.shown) {
        let close = async {
            shown.handle.close_async().await;
            Ok(())
        };
        // A server that doesn't answer has nothing on the screen, or nothing that we could take away.
        let _ = within(close).await;
    }
}

/// What the server says of itself. Asking starts it, where the desktop knows how.
///
/// # Errors
/// When none answers.
pub async fn find_server(bus: &Connection) -> anyhow::Result<Server> {
    let (name, _vendor, version, _spec): (String, String, String, String) =
        call(bus, "GetServerInformation", &())
            .await
            .context("no notification server answers")?;
    let abilities: Vec<String> = call(bus, "GetCapabilities", &()).await?;
    let can = |what: &str| abilities.iter().any(|ability| ability == what);
    let allowed = if name == "gnome-shell" {
        let said = said("gsettings", &["list-recursively", &gnome_settings()]).await;
        said.map_or_else(Allowed::default, |said| allowed_by_gnome(&said))
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

/// Where GNOME keeps what the person wants of our notifications alone.
fn gnome_settings() -> String {
    let schema = "org.gnome.desktop.notifications.application";
    format!("{schema}:/org/gnome/desktop/notifications/application/{ENTRY}/")
}

/// Each line is a schema, a key and its value.
fn allowed_by_gnome(said: &str) -> Allowed {
    let is_off = |key: &str| {
        let lines = said.lines().map(|line| line.split(' ').skip(1));
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
    let late = async {
        Timer::after(PATIENCE).await;
        Err(anyhow!("the notification server does not answer"))
    };
    work.or(late).await
}

/// A notice on the screen.
struct Noted {
    id: u32,
    owner: OwnedUniqueName,
}

/// Notices go over the long-lived connection: nobody waits for an answer to them, and some servers take a
/// notification away together with the connection it came from.
async fn keep_notice(bus: &Connection, wishes: &Receiver<Option<Notice>>) {
    let mut noted = None;
    while let Some(wish) = latest(wishes).await {
        noted = match wish {
            // The tray says the same, so that nothing is lost where it can't be shown.
            Some(notice) => within(note(bus, &notice, noted)).await.ok(),
            None => {
                let _ = within(take_note_back(bus, noted)).await;
                None
            }
        };
    }
}

async fn note(bus: &Connection, notice: &Notice, before: Option<Noted>) -> anyhow::Result<Noted> {
    let server = find_server(bus).await?;
    let owner = owner(bus).await?;
    let before = before.filter(|noted| noted.owner == owner);
    let replaces = before.map_or(0, |noted| noted.id);
    let hints = HashMap::from([
        ("desktop-entry", Value::from(ENTRY)),
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
    Ok(Noted { id, owner })
}

async fn take_note_back(bus: &Connection, noted: Option<Noted>) -> anyhow::Result<()> {
    match noted {
        // Another server may have given the number to somebody else's notification.
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
        assert_eq!(paths::icon_in(&folders, ICON), None);
        let apps = folder.path().join("icons/hicolor/scalable/apps");
        std::fs::create_dir_all(&apps).unwrap();
        std::fs::write(apps.join("unhunch.svg"), "<svg/>").unwrap();
        assert_eq!(
            paths::icon_in(&folders, ICON),
            Some(apps.join("unhunch.svg"))
        );
    }

    #[test]
    fn what_gnome_lets_us_show_is_read_from_its_settings() {
        let said = |enable, banners| {
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
            assert_eq!(allowed_by_gnome(&said(enable, banners)), allowed);
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
