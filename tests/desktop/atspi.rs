//! The window as a screen reader sees it.

use async_channel::Receiver;
use futures_lite::StreamExt as _;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};
use zbus::{Connection, MatchRule, MessageStream};

use crate::harness::{Desktop, wait};

const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
/// `AtspiRole`: a button, and a picture.
pub(crate) const BUTTON: u32 = 43;
pub(crate) const IMAGE: u32 = 27;

const REGISTRY: &str = "org.a11y.atspi.Registry";

/// The bus of the screen readers.
pub(crate) struct Reader {
    bus: Connection,
}

/// Something in the window.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    at: (String, OwnedObjectPath),
    pub(crate) role: u32,
    pub(crate) name: String,
    pub(crate) focusable: bool,
}

impl Reader {
    /// Somebody starts a screen reader.
    pub(crate) fn start(desktop: &Desktop) -> Self {
        let on = zbus::zvariant::Value::from(true);
        let enabled: Option<()> = desktop.call(
            "org.a11y.Bus",
            "/org/a11y/bus",
            "org.freedesktop.DBus.Properties",
            "Set",
            &("org.a11y.Status", "IsEnabled", &on),
        );
        assert!(
            enabled.is_some(),
            "the accessibility bus cannot be switched on"
        );
        let address: String = desktop
            .call(
                "org.a11y.Bus",
                "/org/a11y/bus",
                "org.a11y.Bus",
                "GetAddress",
                &(),
            )
            .expect("it has an address");
        let bus = async_io::block_on(async {
            zbus::connection::Builder::address(address.as_str())
                .unwrap()
                .build()
                .await
                .unwrap()
        });
        Self { bus }
    }

    fn call<A, R>(
        &self,
        at: &(String, OwnedObjectPath),
        interface: &str,
        method: &str,
        arguments: &A,
    ) -> Option<R>
    where
        A: serde::Serialize + zbus::zvariant::DynamicType,
        R: serde::de::DeserializeOwned + zbus::zvariant::Type,
    {
        let call = self.bus.call_method(
            Some(at.0.as_str()),
            at.1.as_str(),
            Some(interface),
            method,
            arguments,
        );
        async_io::block_on(call)
            .ok()
            .and_then(|reply| reply.body().deserialize().ok())
    }

    /// Everything in our windows, from the top down.
    pub(crate) fn tree(&self) -> Vec<Node> {
        let root = (
            REGISTRY.to_owned(),
            OwnedObjectPath::try_from("/org/a11y/atspi/accessible/root").unwrap(),
        );
        let mut nodes = Vec::new();
        for application in self.children(&root) {
            if self.name(&application).to_lowercase().contains("unhunch") {
                self.collect(&application, &mut nodes);
            }
        }
        nodes
    }

    fn collect(&self, at: &(String, OwnedObjectPath), nodes: &mut Vec<Node>) {
        nodes.push(Node {
            at: at.clone(),
            role: self
                .call(at, ACCESSIBLE, "GetRole", &())
                .unwrap_or_default(),
            name: self.name(at),
            focusable: self.states(at) & (1 << 11) != 0,
        });
        for child in self.children(at) {
            self.collect(&child, nodes);
        }
    }

    fn children(&self, at: &(String, OwnedObjectPath)) -> Vec<(String, OwnedObjectPath)> {
        self.call(at, ACCESSIBLE, "GetChildren", &())
            .unwrap_or_default()
    }

    fn name(&self, at: &(String, OwnedObjectPath)) -> String {
        let value: Option<OwnedValue> = self.call(
            at,
            "org.freedesktop.DBus.Properties",
            "Get",
            &(ACCESSIBLE, "Name"),
        );
        value
            .and_then(|value| String::try_from(value).ok())
            .unwrap_or_default()
    }

    /// The bits of `AtspiStateType`; 11 is "focusable".
    fn states(&self, at: &(String, OwnedObjectPath)) -> u32 {
        let states: Vec<u32> = self
            .call(at, ACCESSIBLE, "GetState", &())
            .unwrap_or_default();
        states.first().copied().unwrap_or_default()
    }

    /// Waits until something with that name is there.
    pub(crate) fn find(&self, role: u32, name: &str) -> Node {
        wait(&format!("{role} {name:?}"), || {
            self.tree()
                .into_iter()
                .find(|node| node.role == role && node.name.starts_with(name))
        })
    }

    /// Waits until something is named so.
    pub(crate) fn wait_for_text(&self, text: &str) {
        wait(&format!("{text:?}"), || {
            self.tree()
                .iter()
                .any(|node| node.name == text)
                .then_some(())
        });
    }

    /// Presses a button. One that closes the window takes the answer along.
    pub(crate) fn press(&self, name: &str) {
        let node = self.find(BUTTON, name);
        let done: Option<bool> = self.call(&node.at, "org.a11y.atspi.Action", "DoAction", &(0,));
        assert_ne!(done, Some(false), "{name} cannot be pressed");
    }

    /// What is announced from now on.
    pub(crate) fn announcements(&self) -> Receiver<String> {
        let registry = (
            REGISTRY.to_owned(),
            OwnedObjectPath::try_from("/org/a11y/atspi/registry").unwrap(),
        );
        let _: Option<()> = self.call(
            &registry,
            REGISTRY,
            "RegisterEvent",
            &("object:announcement", Vec::<String>::new(), ""),
        );
        let rule = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .interface("org.a11y.atspi.Event.Object")
            .unwrap()
            .member("Announcement")
            .unwrap()
            .build();
        let (tell, told) = async_channel::unbounded();
        let mut stream =
            async_io::block_on(MessageStream::for_match_rule(rule, &self.bus, None)).unwrap();
        std::thread::spawn(move || {
            async_io::block_on(async {
                while let Some(Ok(message)) = stream.next().await {
                    let body = message.body();
                    let words = body.deserialize::<(
                        String,
                        i32,
                        i32,
                        OwnedValue,
                        std::collections::HashMap<String, OwnedValue>,
                    )>();
                    if let Ok((_, _, _, words, _)) = words {
                        let _ = tell.try_send(String::try_from(words).unwrap_or_default());
                    }
                }
            });
        });
        told
    }
}
