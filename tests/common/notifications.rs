//! A mock notification server that the test controls.

use std::collections::HashMap;

use async_channel::{Receiver, Sender};
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, interface};

const PATH: &str = "/org/freedesktop/Notifications";
const NAME: &str = "org.freedesktop.Notifications";

/// A request to the server.
#[derive(Debug)]
pub(crate) enum Call {
    Notify(Card),
    Close(u32),
}

/// A notification as the server received it.
#[derive(Debug)]
pub(crate) struct Card {
    pub(crate) id: u32,
    pub(crate) replaces: u32,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) actions: Vec<String>,
    pub(crate) hints: HashMap<String, OwnedValue>,
    pub(crate) timeout: i32,
}

struct Interface {
    calls: Sender<Call>,
    abilities: Vec<String>,
    last: u32,
    inhibited: Option<bool>,
    name: &'static str,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Interface {
    #[expect(clippy::too_many_arguments, reason = "the protocol has them")]
    fn notify(
        &mut self,
        _app_name: String,
        replaces: u32,
        _icon: String,
        title: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        timeout: i32,
    ) -> u32 {
        let id = if replaces == 0 {
            self.last += 1;
            self.last
        } else {
            replaces
        };
        let card = Card {
            id,
            replaces,
            title,
            body,
            actions,
            hints,
            timeout,
        };
        let _ = self.calls.try_send(Call::Notify(card));
        id
    }

    async fn close_notification(
        &self,
        id: u32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        let _ = self.calls.try_send(Call::Close(id));
        emitter.notification_closed(id, 3).await?;
        Ok(())
    }

    fn get_capabilities(&self) -> Vec<String> {
        self.abilities.clone()
    }

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        (self.name, "nobody", "1", "1.2")
    }

    /// The state of "do not disturb", a property that only KDE's server has.
    #[zbus(property)]
    fn inhibited(&self) -> zbus::fdo::Result<bool> {
        let unknown = || zbus::fdo::Error::UnknownProperty("Inhibited".into());
        self.inhibited.ok_or_else(unknown)
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, key: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn activation_token(
        emitter: &SignalEmitter<'_>,
        id: u32,
        token: &str,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(
        emitter: &SignalEmitter<'_>,
        id: u32,
        reason: u32,
    ) -> zbus::Result<()>;
}

/// The server, which leaves the bus when this is dropped.
pub(crate) struct Server {
    bus: Connection,
    calls: Receiver<Call>,
}

impl Server {
    /// Starts a server with these capabilities on the session bus.
    pub(crate) async fn start(abilities: &[&str]) -> Self {
        let session = zbus::connection::Builder::session();
        Self::on(session.expect("the environment names the bus"), abilities).await
    }

    /// Like [`Self::start`], on the bus of this builder.
    pub(crate) async fn on(bus: zbus::connection::Builder<'_>, abilities: &[&str]) -> Self {
        Self::with(bus, abilities, None).await
    }

    /// Starts a server that calls itself `gnome-shell`.
    pub(crate) async fn of_gnome() -> Self {
        let session = zbus::connection::Builder::session();
        let bus = session.expect("the environment names the bus");
        Self::named(bus, "gnome-shell", &["actions", "body"], None).await
    }

    /// Starts a server like KDE's, with "do not disturb" on or off.
    pub(crate) async fn of_kde(bus: zbus::connection::Builder<'_>, inhibited: bool) -> Self {
        Self::with(bus, &["actions", "body"], Some(inhibited)).await
    }

    async fn with(
        bus: zbus::connection::Builder<'_>,
        abilities: &[&str],
        inhibited: Option<bool>,
    ) -> Self {
        Self::named(bus, "scripted", abilities, inhibited).await
    }

    async fn named(
        bus: zbus::connection::Builder<'_>,
        name: &'static str,
        abilities: &[&str],
        inhibited: Option<bool>,
    ) -> Self {
        let (calls, heard) = async_channel::unbounded();
        let interface = Interface {
            calls,
            abilities: abilities.iter().map(|&ability| ability.into()).collect(),
            last: 0,
            inhibited,
            name,
        };
        let bus = bus
            .name(NAME)
            .and_then(|builder| builder.serve_at(PATH, interface))
            .expect("valid names")
            .build()
            .await
            .expect("the bus lets it in");
        Self { bus, calls: heard }
    }

    /// Waits for the next request.
    pub(crate) async fn call(&self) -> Call {
        super::soon("a call of the server", self.calls.recv())
            .await
            .expect("the server lives")
    }

    /// Waits for the next notification; panics if the next request is another one.
    pub(crate) async fn card(&self) -> Card {
        match self.call().await {
            Call::Notify(card) => card,
            Call::Close(id) => panic!("asked to close {id} instead of showing something"),
        }
    }

    /// Waits for the next request to close a notification, and returns its id; panics if the next request is another one.
    pub(crate) async fn closed(&self) -> u32 {
        match self.call().await {
            Call::Close(id) => id,
            Call::Notify(card) => panic!("asked to show {card:?} instead of closing something"),
        }
    }

    /// Returns `true` if there are no unread requests.
    pub(crate) fn is_left_alone(&self) -> bool {
        self.calls.is_empty()
    }

    /// Reports a click on a button, or on the notification itself (`default`).
    pub(crate) async fn click(&self, id: u32, key: &str) {
        let emitter = SignalEmitter::new(&self.bus, PATH).expect("a valid path");
        emitter.action_invoked(id, key).await.expect("it is sent");
    }

    /// Sends the activation token of the click that follows.
    pub(crate) async fn token(&self, id: u32, token: &str) {
        let emitter = SignalEmitter::new(&self.bus, PATH).expect("a valid path");
        let sent = emitter.activation_token(id, token).await;
        sent.expect("it is sent");
    }

    /// Reports that a notification was closed, with this reason code of the protocol.
    pub(crate) async fn close(&self, id: u32, reason: u32) {
        let emitter = SignalEmitter::new(&self.bus, PATH).expect("a valid path");
        let sent = emitter.notification_closed(id, reason).await;
        sent.expect("it is sent");
    }

    /// Closes the connection without a warning, as if the server had crashed.
    pub(crate) async fn die(self) {
        self.bus.close().await.expect("it is there to die");
    }
}
