//! Helpers for D-Bus: name owners, calls with a timeout, and signals.

use std::cell::RefCell;
use std::time::Duration;

use async_io::Timer;
use futures_lite::FutureExt as _;
use serde::{Serialize, Serializer};
use zbus::zvariant::{DynamicType, OwnedValue, Signature, StructureBuilder, Value};
use zbus::{Connection, MatchRule, Message, MessageStream};

use super::bell::Bell;

/// A bus connection that comes and goes, and a wake-up for the task that waits for that.
#[derive(Debug, Default)]
pub struct CurrentBus {
    now: RefCell<Option<Connection>>,
    bell: Bell,
}

impl CurrentBus {
    /// Sets or clears the connection, and wakes the waiting task.
    pub fn set(&self, bus: Option<Connection>) {
        self.now.replace(bus);
        self.bell.ring();
    }

    /// Returns the connection, if there is one now.
    #[must_use]
    pub fn get(&self) -> Option<Connection> {
        self.now.borrow().clone()
    }

    /// Waits until the connection is set or cleared.
    pub(in crate::watch) async fn changed(&self) {
        self.bell.rung().await;
    }
}

/// The timeout of a call. The timer wakes us once more, even if the reply came in time.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The number of signals that may queue up until we have read the reply to a call.
const QUEUE: usize = 64;

const BUS: &str = "org.freedesktop.DBus";

/// An object on the bus, with one of its interfaces.
#[derive(Clone, Copy)]
pub(in crate::watch) struct Object<'a> {
    pub(in crate::watch) bus: &'a Connection,
    pub(in crate::watch) service: &'a str,
    pub(in crate::watch) path: &'a str,
    pub(in crate::watch) interface: &'a str,
}

impl Object<'_> {
    /// Calls a method, and waits for the reply until the timeout.
    pub(in crate::watch) async fn call(
        &self,
        method: &str,
        arguments: &[Value<'_>],
    ) -> zbus::Result<Message> {
        self.call_as(self.interface, method, arguments).await
    }

    /// Returns the current value of a property.
    pub(in crate::watch) async fn property(&self, name: &str) -> zbus::Result<OwnedValue> {
        let properties = "org.freedesktop.DBus.Properties";
        let question = [self.interface.into(), name.into()];
        let reply = self.call_as(properties, "Get", &question).await?;
        reply.body().deserialize()
    }

    /// Returns the current value of a boolean property.
    pub(in crate::watch) async fn bool_property(&self, name: &str) -> zbus::Result<bool> {
        Ok(self.property(name).await?.try_into()?)
    }

    async fn call_as(
        &self,
        interface: &str,
        method: &str,
        arguments: &[Value<'_>],
    ) -> zbus::Result<Message> {
        let timeout = async {
            Timer::after(TIMEOUT).await;
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
        call.or(timeout).await
    }

    /// Subscribes to all signals of the interface.
    pub(in crate::watch) async fn signals(&self) -> zbus::Result<MessageStream> {
        let rule = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .sender(self.service)?
            .path(self.path)?
            .interface(self.interface)?
            .build();
        MessageStream::for_match_rule(rule, self.bus, Some(QUEUE)).await
    }

    /// Subscribes to changes of any property of the interface.
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

/// Subscribes to changes of any property of this interface, on all objects of the service.
pub(in crate::watch) async fn changes_of_all(
    bus: &Connection,
    service: &str,
    interface: &str,
) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .sender(service)?
        .interface("org.freedesktop.DBus.Properties")?
        .member("PropertiesChanged")?
        .add_arg(interface)?
        .build();
    MessageStream::for_match_rule(rule, bus, Some(QUEUE)).await
}

/// The arguments of a call, of any types. Generic code for each combination of types would take kilobytes.
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
            // There are no arguments.
            Err(_) => ().serialize(serializer),
        }
    }
}

/// Subscribes to all signals of this name, from any sender.
pub(in crate::watch) async fn signals_named(
    bus: &Connection,
    member: &'static str,
) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .member(member)?
        .build();
    MessageStream::for_match_rule(rule, bus, Some(QUEUE)).await
}

/// Subscribes to changes of the owner of a bus name.
///
/// # Errors
/// If the bus connection ends, or the bus refuses the subscription.
pub async fn owner_changes(bus: &Connection, name: &str) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .sender(BUS)?
        .interface(BUS)?
        .member("NameOwnerChanged")?
        .add_arg(name)?
        .build();
    MessageStream::for_match_rule(rule, bus, Some(QUEUE)).await
}

/// Returns `true` if the name has an owner. A call to the name itself could start a program that provides it.
///
/// # Errors
/// If the bus connection ends, or the bus doesn't answer in time.
pub async fn is_owned(bus: &Connection, name: &str) -> zbus::Result<bool> {
    let reply = names(bus).call("NameHasOwner", &[name.into()]).await?;
    reply.body().deserialize()
}

/// Returns `true` if a program provides that name and is started by a call to it.
///
/// # Errors
/// If the bus connection ends, or the bus doesn't answer in time.
pub async fn can_be_started(bus: &Connection, name: &str) -> zbus::Result<bool> {
    let reply = names(bus).call("ListActivatableNames", &[]).await?;
    let promised: Vec<String> = reply.body().deserialize()?;
    Ok(promised.iter().any(|promised| promised == name))
}

/// Returns the bus itself, which knows all names.
fn names(bus: &Connection) -> Object<'_> {
    Object {
        bus,
        service: BUS,
        path: "/org/freedesktop/DBus",
        interface: BUS,
    }
}

/// Returns the name of a signal, or an empty string.
pub(in crate::watch) fn member(message: &Message) -> String {
    let header = message.header();
    header.member().map(ToString::to_string).unwrap_or_default()
}
