//! What the sources on D-Bus share: questions that nobody waits for without end, and signals.

use std::cell::RefCell;
use std::time::Duration;

use async_io::Timer;
use futures_lite::FutureExt as _;
use serde::Serialize;
use zbus::zvariant::{DynamicType, OwnedValue};
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
    pub(super) fn now(&self) -> Option<Connection> {
        self.now.borrow().clone()
    }

    /// Waits until it has come, or is gone.
    pub(super) async fn changed(&self) {
        self.bell.rung().await;
    }
}

/// How long an answer may take. Who answers no sooner hangs.
const PATIENCE: Duration = Duration::from_secs(5);

/// Signals that may wait until we have read the answer to a question.
const QUEUE: usize = 64;

const BUS: &str = "org.freedesktop.DBus";

/// Somebody on the bus, in one of their roles.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) bus: &'a Connection,
    pub(super) service: &'a str,
    pub(super) path: &'a str,
    pub(super) interface: &'a str,
}

impl Object<'_> {
    /// Asks, and waits a while for the answer.
    pub(super) async fn call<A: Serialize + DynamicType>(
        &self,
        method: &str,
        arguments: &A,
    ) -> zbus::Result<Message> {
        self.call_as(self.interface, method, arguments).await
    }

    /// What a property is now.
    pub(super) async fn property(&self, name: &str) -> zbus::Result<OwnedValue> {
        let properties = "org.freedesktop.DBus.Properties";
        let question = (self.interface, name);
        let reply = self.call_as(properties, "Get", &question).await?;
        reply.body().deserialize()
    }

    /// Whether a property is now `true`.
    pub(super) async fn is(&self, name: &str) -> zbus::Result<bool> {
        Ok(self.property(name).await?.try_into()?)
    }

    async fn call_as<A: Serialize + DynamicType>(
        &self,
        interface: &str,
        method: &str,
        arguments: &A,
    ) -> zbus::Result<Message> {
        let late = async {
            Timer::after(PATIENCE).await;
            Err(zbus::Error::Failure(format!("{} hangs", self.service)))
        };
        let call = self.bus.call_method(
            Some(self.service),
            self.path,
            Some(interface),
            method,
            arguments,
        );
        call.or(late).await
    }

    /// All that they tell in this role.
    pub(super) async fn signals(&self) -> zbus::Result<MessageStream> {
        let rule = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .sender(self.service)?
            .path(self.path)?
            .interface(self.interface)?
            .build();
        MessageStream::for_match_rule(rule, self.bus, Some(QUEUE)).await
    }

    /// Tells that a property has changed; which one is not said.
    pub(super) async fn changes(&self) -> zbus::Result<MessageStream> {
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

/// All signals of this name, whoever sends them.
pub(super) async fn all(bus: &Connection, member: &'static str) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .member(member)?
        .build();
    MessageStream::for_match_rule(rule, bus, Some(QUEUE)).await
}

/// Tells that a name on the bus has another owner, or none.
pub(super) async fn owners(bus: &Connection, name: &str) -> zbus::Result<MessageStream> {
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
pub(super) async fn is_owned(bus: &Connection, name: &str) -> zbus::Result<bool> {
    let names = Object {
        bus,
        service: BUS,
        path: "/org/freedesktop/DBus",
        interface: BUS,
    };
    let reply = names.call("NameHasOwner", &(name,)).await?;
    reply.body().deserialize()
}

/// The name of a signal.
pub(super) fn member(message: &Message) -> String {
    let header = message.header();
    header.member().map(ToString::to_string).unwrap_or_default()
}
