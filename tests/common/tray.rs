//! A mock tray without a panel: it registers icons, and lets the test inspect and click them.

use async_channel::{Receiver, Sender};
use zbus::message::Header;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, interface};

const NAME: &str = "org.kde.StatusNotifierWatcher";
const PATH: &str = "/StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const ITEM_PATH: &str = "/StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

struct Interface {
    icons: Sender<String>,
    has_host: bool,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Interface {
    fn register_status_notifier_item(&self, name: String, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string);
        let _ = self.icons.try_send(sender.unwrap_or(name));
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        self.has_host
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(signal)]
    async fn status_notifier_host_registered(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn status_notifier_host_unregistered(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}

/// The tray, which leaves the bus when this is dropped.
pub(crate) struct Tray {
    bus: Connection,
    icons: Receiver<String>,
}

impl Tray {
    /// Starts a tray on the session bus. Without a host it accepts icons but reports that nothing displays them.
    pub(crate) async fn start(has_host: bool) -> Self {
        let session = zbus::connection::Builder::session();
        Self::on(session.expect("the environment names the bus"), has_host).await
    }

    /// Like [`Self::start`], on the bus of this builder.
    pub(crate) async fn on(bus: zbus::connection::Builder<'_>, has_host: bool) -> Self {
        let (icons, registered) = async_channel::unbounded();
        let interface = Interface { icons, has_host };
        let bus = bus
            .name(NAME)
            .and_then(|builder| builder.serve_at(PATH, interface))
            .expect("valid names")
            .build()
            .await
            .expect("the bus lets it in");
        Self {
            bus,
            icons: registered,
        }
    }

    /// Reports that a host, which displays the icons, has come or gone.
    pub(crate) async fn set_host(&self, has_host: bool) {
        let server = self.bus.object_server();
        let interface = server.interface::<_, Interface>(PATH).await;
        let interface = interface.expect("it is served");
        interface.get_mut().await.has_host = has_host;
        let emitter = interface.signal_emitter();
        if has_host {
            emitter.status_notifier_host_registered().await
        } else {
            emitter.status_notifier_host_unregistered().await
        }
        .expect("it is sent");
    }

    /// Waits for the next icon that registers.
    pub(crate) async fn icon(&self) -> Icon {
        let name = super::soon("an icon that registers", self.icons.recv()).await;
        Icon {
            bus: self.bus.clone(),
            name: name.expect("the tray lives"),
        }
    }

    /// Closes the connection without a warning, as if the tray had crashed.
    pub(crate) async fn die(self) {
        self.bus.close().await.expect("it is there to die");
    }
}

/// A registered icon as the tray sees it.
pub(crate) struct Icon {
    bus: Connection,
    name: String,
}

/// A menu item on the wire: its id, its properties and its children.
type Layout = (
    i32,
    std::collections::HashMap<String, OwnedValue>,
    Vec<OwnedValue>,
);

/// A parsed item of the menu.
#[derive(Debug)]
pub(crate) struct MenuItem {
    pub(crate) id: i32,
    pub(crate) depth: usize,
    pub(crate) label: String,
    pub(crate) enabled: bool,
}

impl Icon {
    async fn call<A, R>(&self, path: &str, interface: &str, method: &str, arguments: &A) -> R
    where
        A: serde::Serialize + zbus::zvariant::DynamicType,
        R: serde::de::DeserializeOwned + zbus::zvariant::Type,
    {
        let call = self.bus.call_method(
            Some(self.name.as_str()),
            path,
            Some(interface),
            method,
            arguments,
        );
        let reply = super::soon(method, call).await;
        let reply = reply.unwrap_or_else(|error| panic!("{method}: {error}"));
        reply.body().deserialize().expect("the protocol's types")
    }

    async fn property(&self, name: &str) -> OwnedValue {
        let get = "org.freedesktop.DBus.Properties";
        self.call(ITEM_PATH, get, "Get", &(ITEM, name)).await
    }

    /// The title of the icon, which is the name of the program.
    pub(crate) async fn title(&self) -> String {
        let title = self.property("Title").await;
        title.try_into().expect("a text")
    }

    /// The title and the text of the tooltip.
    pub(crate) async fn tooltip(&self) -> (String, String) {
        type Tooltip = (String, Vec<(i32, i32, Vec<u8>)>, String, String);
        let value = Value::from(self.property("ToolTip").await);
        let tooltip: Tooltip = value.downcast().expect("the protocol's types");
        (tooltip.2, tooltip.3)
    }

    /// The width, height and ARGB pixels of the first picture.
    pub(crate) async fn picture(&self) -> (i32, i32, Vec<u8>) {
        let value = Value::from(self.property("IconPixmap").await);
        let mut pictures: Vec<(i32, i32, Vec<u8>)> = value.downcast().expect("pictures");
        pictures.remove(0)
    }

    /// Activates the icon, as a left click does.
    pub(crate) async fn click(&self) {
        let () = self.call(ITEM_PATH, ITEM, "Activate", &(0, 0)).await;
    }

    /// The whole menu from top to bottom, without its root.
    pub(crate) async fn menu(&self) -> Vec<MenuItem> {
        let all: [&str; 0] = [];
        let arguments = (0, -1, all.as_slice());
        let (_, root): (u32, Layout) = self.call("/MenuBar", MENU, "GetLayout", &arguments).await;
        let mut lines = Vec::new();
        walk(root, 0, &mut lines);
        lines.remove(0);
        lines
    }

    /// Clicks the menu item with this label.
    pub(crate) async fn choose(&self, label: &str) {
        let menu = self.menu().await;
        let line = menu.iter().find(|line| line.label == label);
        let line = line.unwrap_or_else(|| panic!("no {label:?} in {menu:#?}"));
        let arguments = (line.id, "clicked", Value::from(0), 0_u32);
        let () = self.call("/MenuBar", MENU, "Event", &arguments).await;
    }
}

fn walk((id, properties, below): Layout, depth: usize, lines: &mut Vec<MenuItem>) {
    let text = |name: &str| {
        properties
            .get(name)
            .and_then(|value| String::try_from(value.clone()).ok())
    };
    let enabled = properties
        .get("enabled")
        .and_then(|value| bool::try_from(value).ok());
    let separator = text("type").is_some_and(|kind| kind == "separator");
    lines.push(MenuItem {
        id,
        depth,
        label: if separator {
            "---".into()
        } else {
            text("label").unwrap_or_default().replace("__", "_")
        },
        enabled: enabled.unwrap_or(true),
    });
    for item in below {
        let item = Value::from(item).downcast().expect("an item of a menu");
        walk(item, depth + 1, lines);
    }
}
