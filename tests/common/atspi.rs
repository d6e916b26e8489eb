//! An AT-SPI client: the window as a screen reader sees it.

use async_channel::Receiver;
use async_executor::LocalExecutor;
use futures_lite::StreamExt as _;
use futures_lite::future::zip;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};
use zbus::{Connection, MatchRule, MessageStream};

use super::harness::{Desktop, wait};

const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
/// Values of `AtspiRole` for a button and an image.
pub(crate) const BUTTON: u32 = 43;
pub(crate) const IMAGE: u32 = 27;

const REGISTRY: &str = "org.a11y.atspi.Registry";

/// A connection to the accessibility bus.
pub(crate) struct Reader {
    bus: Connection,
}

/// The x, y, width and height of a node, relative to its window.
pub(crate) type Area = (i32, i32, i32, i32);

/// The address of a node: its bus name and its object path.
type Address = (String, OwnedObjectPath);

/// The body of an AT-SPI signal: its kind, two numbers, a value and properties.
type Event = (
    String,
    i32,
    i32,
    OwnedValue,
    std::collections::HashMap<String, OwnedValue>,
);

/// A node of the accessibility tree.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) at: Address,
    /// `true` if the node reports its role; the tree may still list nodes that are gone.
    pub(crate) answers: bool,
    pub(crate) role: u32,
    pub(crate) name: String,
    pub(crate) focusable: bool,
    pub(crate) enabled: bool,
    pub(crate) checked: bool,
    pub(crate) focused: bool,
    pub(crate) area: Area,
    /// The index of the parent in the list that [`Reader::tree`] returns.
    pub(crate) parent: Option<usize>,
}

impl Reader {
    /// Enables accessibility, as a screen reader does when it starts, and connects to the accessibility bus.
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

    fn call<A, R>(&self, at: &Address, interface: &str, method: &str, arguments: &A) -> Option<R>
    where
        A: serde::Serialize + zbus::zvariant::DynamicType,
        R: serde::de::DeserializeOwned + zbus::zvariant::Type,
    {
        async_io::block_on(self.call_async(at, interface, method, arguments))
    }

    /// All nodes in our windows, parents before their children.
    pub(crate) fn tree(&self) -> Vec<Node> {
        let root = (
            REGISTRY.to_owned(),
            OwnedObjectPath::try_from("/org/a11y/atspi/accessible/root").unwrap(),
        );
        let mut level: Vec<_> = async_io::block_on(self.children(&root))
            .into_iter()
            .filter(|at| {
                let name = async_io::block_on(self.name(at));
                name.to_lowercase().contains("unhunch")
            })
            .map(|at| (at, None))
            .collect();
        let mut nodes = Vec::new();
        while !level.is_empty() {
            let mut below = Vec::new();
            for (node, children) in self.look_at_all(level) {
                nodes.push(node);
                let parent = Some(nodes.len() - 1);
                below.extend(children.into_iter().map(|child| (child, parent)));
            }
            level = below;
        }
        nodes
    }

    /// Queries the nodes concurrently, since each answer takes a while.
    fn look_at_all(&self, level: Vec<(Address, Option<usize>)>) -> Vec<(Node, Vec<Address>)> {
        let executor = LocalExecutor::new();
        let tasks: Vec<_> = level
            .into_iter()
            .map(|(at, parent)| executor.spawn(self.look_at(at, parent)))
            .collect();
        async_io::block_on(executor.run(async {
            let mut answers = Vec::new();
            for task in tasks {
                answers.push(task.await);
            }
            answers
        }))
    }

    async fn look_at(&self, at: Address, parent: Option<usize>) -> (Node, Vec<Address>) {
        let words = zip(
            self.name(&at),
            self.call_async(&at, ACCESSIBLE, "GetRole", &()),
        );
        let area = self.area(&at);
        let more = zip(self.states(&at), self.children(&at));
        let ((name, role), (area, (states, children))) = zip(words, zip(area, more)).await;
        let has = |state: u32| states & (1 << state) != 0;
        let node = Node {
            answers: role.is_some(),
            role: role.unwrap_or_default(),
            name,
            focusable: has(11),
            enabled: has(8),
            checked: has(4),
            focused: has(12),
            area,
            at,
            parent,
        };
        (node, children)
    }

    /// Queries the current state of one node.
    pub(crate) fn node(&self, at: &Address) -> Node {
        async_io::block_on(self.look_at(at.clone(), None)).0
    }

    async fn call_async<A, R>(
        &self,
        at: &Address,
        interface: &str,
        method: &str,
        arguments: &A,
    ) -> Option<R>
    where
        A: serde::Serialize + zbus::zvariant::DynamicType,
        R: serde::de::DeserializeOwned + zbus::zvariant::Type,
    {
        let reply = self
            .bus
            .call_method(
                Some(at.0.as_str()),
                at.1.as_str(),
                Some(interface),
                method,
                arguments,
            )
            .await;
        reply.ok().and_then(|reply| reply.body().deserialize().ok())
    }

    async fn children(&self, at: &Address) -> Vec<Address> {
        let children = self.call_async(at, ACCESSIBLE, "GetChildren", &()).await;
        children.unwrap_or_default()
    }

    async fn name(&self, at: &Address) -> String {
        let properties = "org.freedesktop.DBus.Properties";
        let value: Option<OwnedValue> = self
            .call_async(at, properties, "Get", &(ACCESSIBLE, "Name"))
            .await;
        value
            .and_then(|value| String::try_from(value).ok())
            .unwrap_or_default()
    }

    /// The area of a node in its window; all zeros if it has none.
    async fn area(&self, at: &Address) -> Area {
        let component = "org.a11y.atspi.Component";
        let in_window = 1_u32;
        let area: Option<(Area,)> = self
            .call_async(at, component, "GetExtents", &(in_window,))
            .await;
        area.map(|(area,)| area).unwrap_or_default()
    }

    /// The bits of `AtspiStateType`: 4 is "checked", 8 is "enabled", 11 is "focusable", 12 is "focused".
    async fn states(&self, at: &Address) -> u32 {
        let states: Vec<u32> = self
            .call_async(at, ACCESSIBLE, "GetState", &())
            .await
            .unwrap_or_default();
        states.first().copied().unwrap_or_default()
    }

    /// Subscribes to focus changes: receives each control that gets the focus.
    pub(crate) fn focus_changes(&self) -> Receiver<Address> {
        self.events(
            "object:state-changed:focused",
            "StateChanged",
            |message, (state, on, ..)| {
                let header = message.header();
                let at = (header.sender()?.to_string(), header.path()?.clone().into());
                (state == "focused" && on == 1).then_some(at)
            },
        )
    }

    /// Subscribes to the announcements for screen readers.
    pub(crate) fn announcements(&self) -> Receiver<String> {
        self.events(
            "object:announcement",
            "Announcement",
            |_, (.., words, _)| Some(String::try_from(words).unwrap_or_default()),
        )
    }

    /// Subscribes to an AT-SPI event, and sends what `read` returns for each signal.
    fn events<T: Send + 'static>(
        &self,
        event: &str,
        member: &'static str,
        read: impl Fn(&zbus::Message, Event) -> Option<T> + Send + 'static,
    ) -> Receiver<T> {
        let registry = (
            REGISTRY.to_owned(),
            OwnedObjectPath::try_from("/org/a11y/atspi/registry").unwrap(),
        );
        let event = (event, Vec::<String>::new(), "");
        let _: Option<()> = self.call(&registry, REGISTRY, "RegisterEvent", &event);
        let rule = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .interface("org.a11y.atspi.Event.Object")
            .unwrap()
            .member(member)
            .unwrap()
            .build();
        let (sender, receiver) = async_channel::unbounded();
        let mut stream =
            async_io::block_on(MessageStream::for_match_rule(rule, &self.bus, None)).unwrap();
        std::thread::spawn(move || {
            async_io::block_on(async {
                while let Some(Ok(message)) = stream.next().await {
                    let event = message.body().deserialize::<Event>().ok();
                    if let Some(received) = event.and_then(|event| read(&message, event)) {
                        let _ = sender.try_send(received);
                    }
                }
            });
        });
        receiver
    }

    /// Waits for a node of this role whose name starts with `name`.
    pub(crate) fn find(&self, role: u32, name: &str) -> Node {
        wait(&format!("{role} {name:?}"), || {
            self.tree()
                .into_iter()
                .find(|node| node.role == role && node.name.starts_with(name))
        })
    }

    /// Waits for a node with exactly this name.
    pub(crate) fn wait_for_text(&self, text: &str) {
        wait(&format!("{text:?}"), || {
            self.tree()
                .iter()
                .any(|node| node.name == text)
                .then_some(())
        });
    }

    /// Presses a button. If it closes the window, there is no reply.
    pub(crate) fn press(&self, name: &str) {
        let node = self.find(BUTTON, name);
        assert_ne!(self.act(&node), Some(false), "{name} cannot be pressed");
    }

    /// Triggers the default action of the node, as a click does.
    pub(crate) fn act(&self, node: &Node) -> Option<bool> {
        self.call(&node.at, "org.a11y.atspi.Action", "DoAction", &(0,))
    }
}
