//! A mock of SwayNotificationCenter's "do not disturb" switch.

use zbus::object_server::SignalEmitter;
use zbus::{Connection, interface};

use super::login::connect;

const NAME: &str = "org.erikreider.swaync.cc";
const PATH: &str = "/org/erikreider/swaync/cc";

struct Interface {
    on: bool,
}

#[interface(name = "org.erikreider.swaync.cc")]
impl Interface {
    fn get_dnd(&self) -> bool {
        self.on
    }

    /// The signal for a change, as swaync calls it.
    #[zbus(signal)]
    async fn subscribe(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}

/// The switch, which leaves the bus when this is dropped.
pub(crate) struct SwayncMock(Connection);

impl SwayncMock {
    /// Starts a switch that is on or off.
    pub(crate) async fn start(address: &str, on: bool) -> Self {
        let bus = connect(address).await;
        let served = bus.object_server().at(PATH, Interface { on }).await;
        assert!(served.expect("a free path"));
        bus.request_name(NAME).await.expect("a free name");
        Self(bus)
    }

    /// Turns the switch on or off, and emits the signal for it.
    pub(crate) async fn set(&self, on: bool) {
        let server = self.0.object_server();
        let switch = server.interface::<_, Interface>(PATH).await;
        let switch = switch.expect("it is served");
        switch.get_mut().await.on = on;
        let signalled = Interface::subscribe(switch.signal_emitter()).await;
        signalled.expect("an open connection");
    }

    /// Closes the connection without releasing the name, as if the service had crashed.
    pub(crate) async fn die(self) {
        self.0.close().await.expect("an open connection");
    }
}
