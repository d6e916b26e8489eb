//! Asks a service on the session or the system bus, and follows it.

use std::future::Future;

use async_io::Timer;
use futures_lite::{FutureExt, StreamExt, stream};
use zbus::message::Type;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, MatchRule, Message, MessageStream};

use super::PATIENCE;
use crate::watch::linux::bus::{Object, is_owned, owners};
use crate::watch::quiet::answers::Teller;

/// So many changes may come while we ask after the first of them.
const QUEUE: usize = 64;

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// A service that knows whether to keep quiet.
pub(super) struct Source {
    /// What `status` calls it.
    pub(super) name: &'static str,
    /// The name that it has on the bus.
    pub(super) service: &'static str,
    pub(super) path: &'static str,
    pub(super) interface: &'static str,
    pub(super) ask: Ask,
    /// Whether its answer means quiet.
    pub(super) quiet: fn(&Value<'_>) -> bool,
    /// After what the answer may be another.
    pub(super) changes: Changes,
    /// It is not asked where somebody has this name, who knows better.
    pub(super) unless: Option<&'static str>,
}

/// How a service is asked.
pub(super) enum Ask {
    /// It has a property of this name.
    Property(&'static str),
    /// It has a method of this name.
    Method(&'static str),
    /// It has a method of this name that takes two texts.
    MethodOf(&'static str, [&'static str; 2]),
    /// It has a method of this name that takes a number.
    MethodOfNumber(&'static str, u32),
}

/// How it is heard that a service may answer otherwise.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Changes {
    /// It says that a property has changed.
    Property,
    /// It sends a signal of this name.
    Signal(&'static str),
    /// It says that a property has changed, but older versions say nothing. Then it was another program that changed it,
    /// and that leaves the bus when it has done so.
    PropertyOrGuest,
}

/// Asks a service, and again after each change, also when it goes and comes back.
pub(super) async fn follow(bus: &Connection, source: &'static Source, tell: &dyn Teller) {
    let Ok(mut changes) = changes(bus, source).await else {
        return tell.answer(None);
    };
    loop {
        // Who is gone, or hangs, keeps nobody quiet.
        tell.answer(in_time(ask(bus, source)).await.ok());
        let Some(Ok(_)) = changes.next().await else {
            return tell.answer(None);
        };
    }
}

async fn in_time<T>(answer: impl Future<Output = zbus::Result<T>>) -> zbus::Result<T> {
    let late = async {
        Timer::after(PATIENCE).await;
        Err(zbus::Error::Failure("it hangs".to_owned()))
    };
    answer.or(late).await
}

/// Everything after which a service may answer otherwise: it says so, or it goes.
async fn changes(
    bus: &Connection,
    source: &Source,
) -> zbus::Result<impl StreamExt<Item = zbus::Result<Message>> + Unpin + use<>> {
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .path(source.path)?;
    let rule = match source.changes {
        Changes::Signal(signal) => rule.interface(source.interface)?.member(signal)?,
        Changes::Property | Changes::PropertyOrGuest => {
            rule.interface(PROPERTIES)?.member("PropertiesChanged")?
        }
    };
    let said = MessageStream::for_match_rule(rule.build(), bus, Some(QUEUE)).await?;
    let owner = owners(bus, source.service).await?;
    let guests = if source.changes == Changes::PropertyOrGuest {
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
    Ok(stream::iter(guests).flatten().or(said).or(owner))
}

async fn ask(bus: &Connection, source: &Source) -> zbus::Result<bool> {
    // Asking a name that nobody owns would start a program that promises it, so look first.
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
    let answer = match &source.ask {
        Ask::Property(property) => service.property(property).await?,
        Ask::Method(method) => value(&service.call(method, &[]).await?)?,
        Ask::MethodOf(method, texts) => {
            value(&service.call(method, &texts.map(Value::from)).await?)?
        }
        Ask::MethodOfNumber(method, number) => {
            value(&service.call(method, &[Value::from(*number)]).await?)?
        }
    };
    Ok((source.quiet)(&answer))
}

/// The first thing in the reply, whatever its type.
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
