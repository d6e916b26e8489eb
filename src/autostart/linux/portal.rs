//! Autostart in a Flatpak. A program in a sandbox can't write autostart entries: it asks the Background portal to do so, and the
//! portal may ask the user. Nothing in the sandbox can read the entry, so the last answer is remembered.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context as _, bail};
use async_io::{Timer, block_on};
use futures_lite::{FutureExt as _, StreamExt as _};
use zbus::message::Type;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, MatchRule, MessageStream};

use crate::autostart::State;
use crate::lang::tr;
use crate::paths::Paths;
use crate::state::StateFile;

const SERVICE: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const BACKGROUND: &str = "org.freedesktop.portal.Background";
const REQUEST: &str = "org.freedesktop.portal.Request";

/// The time that the user has to answer the portal's question.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The number of answers to other requests that may queue up before our own.
const QUEUE: usize = 16;

/// The contents of the file that remembers that the portal has added an entry.
const ADDED: &str = "on\n";

/// Returns what the portal answered last.
pub(super) fn state() -> anyhow::Result<State> {
    let answer = StateFile::Autostart.read(&Paths::find()?);
    Ok(match answer.is_ok_and(|answer| answer == ADDED) {
        true => State::starts(BACKGROUND).with_note(
            tr("A Flatpak can’t see if your desktop’s own settings have changed this since.")
                .to_owned(),
        ),
        false => State::off(BACKGROUND),
    })
}

/// Asks the portal to add or to remove the entry.
pub(super) fn switch(on: bool) -> anyhow::Result<State> {
    let answer = async {
        let bus = Connection::session().await;
        let bus = bus.context(tr("there is no session bus"))?;
        request(&bus, on).await
    };
    let timeout = async {
        Timer::after(TIMEOUT).await;
        bail!(tr(
            "no answer came within a minute to the question whether Unhunch may start at login"
        ))
    };
    let starts = block_on(answer.or(timeout))?;
    if let Some(starts) = starts {
        let text = if starts { ADDED } else { "off\n" };
        StateFile::Autostart.write(&Paths::find()?, text)?;
    }
    match (on, starts) {
        (true, Some(true)) | (false, Some(false)) => state(),
        (true, _) => bail!(tr(
            "your desktop doesn’t let Unhunch start at login; its settings for applications may have a switch for that"
        )),
        (false, _) => bail!(tr(
            "your desktop still starts Unhunch at login; its settings for applications may have a switch for that"
        )),
    }
}

/// Returns `true` if the desktop will start the program, and `false` if it won't. `None` if the request was refused or cancelled,
/// which changes nothing.
async fn request(bus: &Connection, on: bool) -> anyhow::Result<Option<bool>> {
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .interface(REQUEST)?
        .member("Response")?
        .build();
    // The answer may come before the reply that names the request.
    let mut answers = MessageStream::for_match_rule(rule, bus, Some(QUEUE)).await?;
    let options = HashMap::from([
        (
            "reason",
            Value::from(tr("Reminds you to stand up and stretch, from the tray")),
        ),
        ("autostart", Value::from(on)),
        ("commandline", Value::from(vec!["unhunch", "--at-login"])),
    ]);
    let service = bus.is_bus().then_some(SERVICE);
    let reply = bus
        .call_method(
            service,
            PATH,
            Some(BACKGROUND),
            "RequestBackground",
            &("", options),
        )
        .await
        .context(tr(
            "the desktop has no Background portal, which starts Flatpak programs at login",
        ))?;
    let request: OwnedObjectPath = reply.body().deserialize()?;
    while let Some(answer) = answers.next().await {
        let answer = answer?;
        if answer.header().path() != Some(&*request) {
            continue;
        }
        let (code, results): (u32, HashMap<String, OwnedValue>) = answer.body().deserialize()?;
        let added = results.get("autostart").map(bool::try_from);
        return Ok((code == 0).then(|| added.is_some_and(|added| added == Ok(true))));
    }
    bail!(tr("the session bus is gone"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use futures_lite::future::zip;
    use zbus::connection::Builder;

    use super::*;

    /// A portal that gives this answer, after one to another program's request.
    struct Portal(u32, bool);

    #[zbus::interface(name = "org.freedesktop.portal.Background")]
    impl Portal {
        async fn request_background(
            &self,
            #[zbus(connection)] bus: &Connection,
            parent: &str,
            options: HashMap<String, OwnedValue>,
        ) -> OwnedObjectPath {
            assert_eq!(parent, "");
            let command = options.into_iter().find(|(key, _)| key == "commandline");
            let command: Vec<String> = command.unwrap().1.try_into().unwrap();
            assert_eq!(command, ["unhunch", "--at-login"]);
            for (name, code, added) in [("other", 0, !self.1), ("own", self.0, self.1)] {
                let path = format!("{PATH}/request/{name}");
                let results = HashMap::from([("autostart", Value::from(added))]);
                let body = (code, results);
                bus.emit_signal(None::<&str>, path, REQUEST, "Response", &body)
                    .await
                    .unwrap();
            }
            OwnedObjectPath::try_from(format!("{PATH}/request/own")).unwrap()
        }
    }

    fn answer_of(portal: Portal) -> Option<bool> {
        let (server_end, client_end) = UnixStream::pair().unwrap();
        block_on(async {
            let server = Builder::async_io_unix_stream(server_end)
                .server(zbus::Guid::generate())
                .unwrap()
                .p2p()
                .serve_at(PATH, portal)
                .unwrap()
                .build();
            let client = Builder::async_io_unix_stream(client_end).p2p().build();
            let (server, client) = zip(server, client).await;
            let _server = server.unwrap();
            request(&client.unwrap(), true).await.unwrap()
        })
    }

    #[test]
    fn only_the_answer_to_our_request_counts() {
        assert_eq!(answer_of(Portal(0, true)), Some(true));
        assert_eq!(answer_of(Portal(0, false)), Some(false));
        // The user said no.
        assert_eq!(answer_of(Portal(1, true)), None);
    }
}
