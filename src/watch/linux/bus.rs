//! What all who listen on D-Bus share: names that come and go, questions that nobody waits for without end, and signals.

use std::cell::RefCell;
use std::time::Duration;

use async_io::Timer;
use futures_lite::FutureExt as _;
use serde::{Serialize, Serializer};
use zbus::zvariant::{DynamicType, OwnedValue, Signature, StructureBuilder, Value};
use zbus::{Connection, MatchRule, Message, MessageStream};

use super::bell::Bell;

/// A bus that comes and goes, and somebody who waits for that.
#[derive(Debug, Default)]
pub struct Coming {
    now: RefCell<Option<Connection>>,
    bell: Bell,
}

impl Coming {
    /// It has come, or is gone.
    pub fn set(&self, bus: Option<Connection>) {
        self.now.replace(bus);
        self.bell.ring();
    }

    /// The bus, if it is there.
    #[must_use]
    pub fn now(&self) -> Option<Connection> {
        self.now.borrow().clone()
    }

    /// Waits until it has come, or is gone.
    pub(in crate::watch) async fn changed(&self) {
        self.bell.rung().await;
    }
}

/// How long an answer may take. Who answers no sooner hangs. When it is over, we wake once more, whoever has answered.
const PATIENCE: Duration = Duration::from_secs(2);

/// Signals that may wait until we have read the answer to a question.
const QUEUE: usize = 64;

const BUS: &str = "org.freedesktop.DBus";

/// Somebody on the bus, in one of their roles.
#[derive(Clone, Copy)]
pub(in crate::watch) struct Object<'a> {
    pub(in crate::watch) bus: &'a Connection,
    pub(in crate::watch) service: &'a str,
    pub(in crate::watch) path: &'a str,
    pub(in crate::watch) interface: &'a str,
}

impl Object<'_> {
    /// Asks, and waits a while for the answer.
    pub(in crate::watch) async fn call(
        &self,
        method: &str,
        arguments: &[Value<'_>],
    ) -> zbus::Result<Message> {
        self.call_as(self.interface, method, arguments).await
    }

    /// What a property is now.
    pub(in crate::watch) async fn property(&self, name: &str) -> zbus::Result<OwnedValue> {
        let properties = "org.freedesktop.DBus.Properties";
        let question = [self.interface.into(), name.into()];
        let reply = self.call_as(properties, "Get", &question).await?;
        reply.body().deserialize()
    }

    /// Whether a property is now `true`.
    pub(in crate::watch) async fn is(&self, name: &str) -> zbus::Result<bool> {
        Ok(self.property(name).await?.try_into()?)
    }

    async fn call_as(
        &self,
        interface: &str,
        method: &str,
        arguments: &[Value<'_>],
    ) -> zbus::Result<Message> {
        let late = async {
            Timer::after(PATIENCE).await;
            Err(zbus::Error::Failure(format!("{} hangs", self.service)))
        };
        let arguments = Arguments(arguments);
        let call = self.bus.call_method(
            Some(self.service),
            self.path,
            Some(interface),
            method,
            &arguments,
        );
        call.or(late).await
    }

    /// All that they tell in this role.
    pub(in crate::watch) async fn signals(&self) -> zbus::Result<MessageStream> {
        let rule = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .sender(self.service)?
            .path(self.path)?
            .interface(self.interface)?
            .build();
        MessageStream::for_match_rule(rule, self.bus, Some(QUEUE)).await
    }

    /// Tells that a property has changed; which one is not said.
    pub(in crate::watch) async fn changes(&self) -> zbus::Result<MessageStream> {
        let rule = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .sender(self.service)?
            .path(self.path)?
            .interface("org.freedesktop.DBus.Properties")?
            .member("PropertiesChanged")?
            .add_arg(self.interface)?
            .build();
        MessageStream::for_match_rule(rule, self.bus, Some(QUEUE)).await
    }
}

/// The arguments of a question, whichever they are. Every kind of them by itself would be kilobytes of code.
struct Arguments<'a>(&'a [Value<'a>]);

impl DynamicType for Arguments<'_> {
    fn signature(&self) -> Signature {
        match self.0 {
            [] => Signature::Unit,
            some => Signature::structure(
                some.iter()
                    .map(|value| value.value_signature().clone())
                    .collect::<Vec<_>>(),
            ),
        }
    }
}

impl Serialize for Arguments<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = self.0.iter().cloned();
        let structure = fields.fold(StructureBuilder::new(), StructureBuilder::append_field);
        match structure.build() {
            Ok(structure) => structure.serialize(serializer),
            // There are none.
            Err(_) => ().serialize(serializer),
        }
    }
}

/// All signals of this name, whoever sends them.
pub(in crate::watch) async fn all(
    bus: &Connection,
    member: &'static str,
) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .member(member)?
        .build();
    MessageStream::for_match_rule(rule, bus, Some(QUEUE)).await
}

/// Tells that a name on the bus has another owner, or none.
///
/// # Errors
/// When the bus ends, or lets us not listen.
pub async fn owners(bus: &Connection, name: &str) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .sender(BUS)?
        .interface(BUS)?
        .member("NameOwnerChanged")?
        .add_arg(name)?
        .build();
    MessageStream::for_match_rule(rule, bus, Some(QUEUE)).await
}

/// Whether somebody has that name now. Asking the name itself could start a program that promises it.
///
/// # Errors
/// When the bus ends.
pub async fn is_owned(bus: &Connection, name: &str) -> zbus::Result<bool> {
    let reply = names(bus).call("NameHasOwner", &[name.into()]).await?;
    reply.body().deserialize()
}

/// Whether some program promises that name, and is started when it is asked.
///
/// # Errors
/// When the bus ends.
pub async fn can_be_started(bus: &Connection, name: &str) -> zbus::Result<bool> {
    let reply = names(bus).call("ListActivatableNames", &[]).await?;
    let promised: Vec<String> = reply.body().deserialize()?;
    Ok(promised.iter().any(|promised| promised == name))
}

/// The bus itself, which knows all names.
fn names(bus: &Connection) -> Object<'_> {
    Object {
        bus,
        service: BUS,
        path: "/org/freedesktop/DBus",
        interface: BUS,
    }
}

/// The name of a signal.
pub(in crate::watch) fn member(message: &Message) -> String {
    let header = message.header();
    header.member().map(ToString::to_string).unwrap_or_default()
}
