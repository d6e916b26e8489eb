//! A private system bus with python-dbusmock's logind.

use std::collections::HashMap;
use std::process::Command;

use zbus::Connection;
use zbus::zvariant::{DynamicType, OwnedObjectPath, Value};

use super::{Running, bus_at, pass, soon};

const SERVICE: &str = "org.freedesktop.login1";
const MOCK: &str = "org.freedesktop.DBus.Mock";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const MANAGER_PATH: &str = "/org/freedesktop/login1";
const SESSION: &str = "org.freedesktop.login1.Session";

/// The object path of the session of the user who runs the test.
pub(crate) const SESSION_PATH: &str = "/org/freedesktop/login1/session/c7";

/// The object path of the same user's second session, see [`Login::also_has`].
pub(crate) const OTHER_PATH: &str = "/org/freedesktop/login1/session/c9";

/// The bus and its logind, both of which end when this is dropped.
pub(crate) struct Login {
    logind: Running,
    _bus: Running,
    pub(crate) address: String,
    control: Connection,
}

impl Login {
    /// Starts logind with one session; `None` if D-Bus is missing and the tests may skip it.
    pub(crate) async fn start() -> Option<Self> {
        Self::start_at(None).await
    }

    /// Like [`Self::start`], on a bus that listens at `address`.
    pub(crate) async fn start_at(address: Option<&str>) -> Option<Self> {
        let login = Self::empty_at(address).await?;
        login.log_in().await;
        Some(login)
    }

    /// Starts logind without any session.
    pub(crate) async fn start_empty() -> Option<Self> {
        let login = Self::empty_at(None).await?;
        login.is_there().await;
        Some(login)
    }

    async fn empty_at(address: Option<&str>) -> Option<Self> {
        let (bus, address) = bus_at(address)?;
        let control = connect(&address).await;
        Some(Self {
            logind: mock(&address),
            _bus: bus,
            address,
            control,
        })
    }

    async fn is_there(&self) {
        let names = zbus::fdo::DBusProxy::new(&self.control).await;
        let names = names.expect("a bus");
        let name = || SERVICE.try_into().expect("a name");
        soon("logind", async {
            while !names.name_has_owner(name()).await.expect("a bus") {
                pass(20).await;
            }
        })
        .await;
    }

    /// Adds the session of the user.
    pub(crate) async fn log_in(&self) {
        soon("logind", async {
            while self.add_session().await.is_err() {
                pass(20).await;
            }
        })
        .await;
        // The template's own `GetUser` fails on the numeric argument.
        let code = "ret = f'/org/freedesktop/login1/user/{args[0]}'";
        let get_user = (MANAGER, "GetUser", "u", "o", code);
        self.call(MANAGER_PATH, MOCK, "AddMethod", &get_user)
            .await
            .expect("logind is there");
        let user = user_path();
        let session = OwnedObjectPath::try_from(SESSION_PATH).expect("a path");
        let display = Value::from(("c7", session));
        let property = ("org.freedesktop.login1.User", "Display", display);
        let properties = "org.freedesktop.DBus.Properties";
        self.call(&user, properties, "Set", &property)
            .await
            .expect("the user is there");
        let path = OwnedObjectPath::try_from(SESSION_PATH).expect("a path");
        let arguments = vec![Value::from("c7"), Value::from(path)];
        let signal = (MANAGER, "SessionNew", "so", arguments);
        self.call(MANAGER_PATH, MOCK, "EmitSignal", &signal)
            .await
            .expect("logind is there");
    }

    /// Removes the session of the user.
    pub(crate) async fn log_out(&self) {
        let path = OwnedObjectPath::try_from(SESSION_PATH).expect("a path");
        self.call(MANAGER_PATH, MOCK, "RemoveObject", &(SESSION_PATH,))
            .await
            .expect("logind is there");
        let arguments = vec![Value::from("c7"), Value::from(path)];
        let signal = (MANAGER, "SessionRemoved", "so", arguments);
        self.call(MANAGER_PATH, MOCK, "EmitSignal", &signal)
            .await
            .expect("logind is there");
    }

    async fn add_session(&self) -> zbus::Result<()> {
        let uid = rustix::process::getuid().as_raw();
        let session = ("c7", "seat0", uid, "me", true);
        self.call(MANAGER_PATH, MOCK, "AddSession", &session).await
    }

    /// Changes a property of the session, and emits the signal for it.
    pub(crate) async fn session_is(&self, property: &str, value: impl Into<Value<'_>>) {
        self.update(SESSION_PATH, property, value.into()).await;
    }

    async fn update(&self, path: &str, property: &str, value: Value<'_>) {
        let properties = HashMap::from([(property, value)]);
        self.call(path, MOCK, "UpdateProperties", &(SESSION, properties))
            .await
            .expect("the session is there");
    }

    /// Adds a second session, and makes `GetSession` answer with the path for each of these ids.
    pub(crate) async fn also_has(&self, sessions: &[(&str, &str)]) {
        let uid = rustix::process::getuid().as_raw();
        let session = ("c9", "seat0", uid, "me", true);
        self.call(MANAGER_PATH, MOCK, "AddSession", &session)
            .await
            .expect("logind is there");
        let code = sessions
            .iter()
            .map(|(id, path)| format!("'{id}': '{path}'"))
            .collect::<Vec<_>>()
            .join(", ");
        let code = format!("ret = {{{code}}}[args[0]]");
        let method = (MANAGER, "GetSession", "s", "o", code);
        self.call(MANAGER_PATH, MOCK, "AddMethod", &method)
            .await
            .expect("logind is there");
    }

    /// Changes a property of the second session, and emits the signal for it.
    pub(crate) async fn other_session_is(&self, property: &str, value: impl Into<Value<'_>>) {
        self.update(OTHER_PATH, property, value.into()).await;
    }

    /// Announces that the computer is about to sleep (`true`) or has woken up (`false`).
    pub(crate) async fn sleeps(&self, begins: bool) {
        let arguments = vec![Value::from(begins)];
        let signal = (MANAGER, "PrepareForSleep", "b", arguments);
        self.call(MANAGER_PATH, MOCK, "EmitSignal", &signal)
            .await
            .expect("logind is there");
    }

    /// The inhibitor locks: what, who, why and mode of each.
    pub(crate) async fn waits_for(&self) -> Vec<(String, String, String, String)> {
        type Inhibitors = Vec<(String, String, String, String, u32, u32)>;
        let reply = self.control.call_method(
            Some(SERVICE),
            MANAGER_PATH,
            Some(MANAGER),
            "ListInhibitors",
            &(),
        );
        let reply = reply.await.expect("logind is there");
        let list: Inhibitors = reply.body().deserialize().expect("a list");
        list.into_iter()
            .map(|(what, who, why, how, _, _)| (what, who, why, how))
            .collect()
    }

    /// Kills logind; the bus stays.
    pub(crate) fn kill(&mut self) {
        self.logind.kill();
    }

    /// Starts logind again, with one session.
    pub(crate) async fn come_back(&mut self) {
        self.logind = mock(&self.address);
        self.log_in().await;
    }

    async fn call<A>(
        &self,
        path: &str,
        interface: &str,
        method: &str,
        arguments: &A,
    ) -> zbus::Result<()>
    where
        A: serde::Serialize + DynamicType,
    {
        let call =
            self.control
                .call_method(Some(SERVICE), path, Some(interface), method, arguments);
        call.await.map(drop)
    }
}

fn user_path() -> String {
    format!(
        "/org/freedesktop/login1/user/{}",
        rustix::process::getuid().as_raw()
    )
}

/// Connects to a bus, with a thread of zbus as executor.
pub(crate) async fn connect(address: &str) -> Connection {
    let bus = zbus::connection::Builder::address(address).expect("an address");
    bus.build().await.expect("the bus lets us in")
}

fn mock(address: &str) -> Running {
    let mut mock = Command::new("/usr/bin/python3");
    mock.args(["-m", "dbusmock", "--system", "--template", "logind"]);
    Running::silently(mock.env("DBUS_SYSTEM_BUS_ADDRESS", address))
}
