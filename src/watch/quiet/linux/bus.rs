//! Queries a service on the session or system bus, and follows its changes.

use std::future::Future;

use async_io::Timer;
use futures_lite::{FutureExt, StreamExt, stream};
use zbus::message::Type;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, MatchRule, Message, MessageStream};

use super::TIMEOUT;
use crate::watch::linux::bus::{Object, is_owned, owner_changes};
use crate::watch::quiet::answers::AnswerReceiver;

/// The number of changes that may queue up while we query after the first of them.
const QUEUE: usize = 64;

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// A service that knows about a reason to keep quiet.
pub(super) struct Source {
    /// The name of the source in `unhunch status`.
    pub(super) name: &'static str,
    /// The name of the service on the bus.
    pub(super) service: &'static str,
    pub(super) path: &'static str,
    pub(super) interface: &'static str,
    pub(super) query: Query,
    /// Returns `true` if this answer of the service means to keep quiet.
    pub(super) quiet: fn(&Value<'_>) -> bool,
    /// The signal after which the answer may be different.
    pub(super) changes: Changes,
    /// A service that knows better: while this name has an owner, the source is not queried.
    pub(super) unless: Option<&'static str>,
}

/// The way to query a service.
pub(super) enum Query {
    /// Reads the property of this name.
    Property(&'static str),
    /// Calls the method of this name without arguments.
    Method(&'static str),
    /// Calls the method of this name with two strings.
    MethodWithStrings(&'static str, [&'static str; 2]),
    /// Calls the method of this name with a number.
    MethodWithNumber(&'static str, u32),
}

/// The signal that announces a possibly different answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Changes {
    /// The standard signal for a changed property.
    Property,
    /// A signal of this name.
    Signal(&'static str),
    /// The standard signal for a changed property, which older versions of the service don't send. There, the change was
    /// made by another program, which leaves the bus afterwards.
    PropertyOrClientExit,
}

/// Queries a service, and queries it again after each change, including its exit and its return.
pub(super) async fn follow(
    bus: &Connection,
    source: &'static Source,
    receiver: &dyn AnswerReceiver,
) {
    let Ok(mut changes) = changes(bus, source).await else {
        return receiver.answer(None);
    };
    loop {
        // A service that is gone or hangs is no reason to keep quiet.
        receiver.answer(with_timeout(query_source(bus, source)).await.ok());
        let Some(Ok(_)) = changes.next().await else {
            return receiver.answer(None);
        };
    }
}

async fn with_timeout<T>(answer: impl Future<Output = zbus::Result<T>>) -> zbus::Result<T> {
    let timeout = async {
        Timer::after(TIMEOUT).await;
        Err(zbus::Error::Failure("it hangs".to_owned()))
    };
    answer.or(timeout).await
}

/// Subscribes to everything that may change the answer of a service: its own signal, or a new owner of its name.
async fn changes(
    bus: &Connection,
    source: &Source,
) -> zbus::Result<impl StreamExt<Item = zbus::Result<Message>> + Unpin + use<>> {
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .path(source.path)?;
    let rule = match source.changes {
        Changes::Signal(signal) => rule.interface(source.interface)?.member(signal)?,
        Changes::Property | Changes::PropertyOrClientExit => {
            rule.interface(PROPERTIES)?.member("PropertiesChanged")?
        }
    };
    let signals = MessageStream::for_match_rule(rule.build(), bus, Some(QUEUE)).await?;
    let owner = owner_changes(bus, source.service).await?;
    let guests = if source.changes == Changes::PropertyOrClientExit {
        let leaves = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender("org.freedesktop.DBus")?
            .interface("org.freedesktop.DBus")?
            .member("NameOwnerChanged")?
            .arg(2, "")?
            .build();
        Some(MessageStream::for_match_rule(leaves, bus, Some(QUEUE)).await?)
    } else {
        None
    };
    Ok(stream::iter(guests).flatten().or(signals).or(owner))
}

async fn query_source(bus: &Connection, source: &Source) -> zbus::Result<bool> {
    // A call to a name without an owner would start a program that provides it, so check first.
    if !is_owned(bus, source.service).await? {
        return Err(zbus::Error::InterfaceNotFound);
    }
    if let Some(better) = source.unless
        && is_owned(bus, better).await?
    {
        return Err(zbus::Error::InterfaceNotFound);
    }
    let service = Object {
        bus,
        service: source.service,
        path: source.path,
        interface: source.interface,
    };
    let answer = match &source.query {
        Query::Property(property) => service.property(property).await?,
        Query::Method(method) => value(&service.call(method, &[]).await?)?,
        Query::MethodWithStrings(method, texts) => {
            value(&service.call(method, &texts.map(Value::from)).await?)?
        }
        Query::MethodWithNumber(method, number) => {
            value(&service.call(method, &[Value::from(*number)]).await?)?
        }
    };
    Ok((source.quiet)(&answer))
}

/// Returns the first value of the reply, converted from any of the expected types.
fn value(reply: &Message) -> zbus::Result<OwnedValue> {
    let body = reply.body();
    let value = match body.signature().to_string().as_str() {
        "v" => body.deserialize::<OwnedValue>()?,
        "b" => body.deserialize::<bool>()?.into(),
        "as" => Value::from(body.deserialize::<Vec<String>>()?).try_to_owned()?,
        _ => return Err(zbus::Error::InvalidReply),
    };
    Ok(value)
}
