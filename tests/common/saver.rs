//! A mock screen locker that is only visible on the session bus.

use zbus::object_server::SignalEmitter;
use zbus::{Connection, interface};

use super::login::connect;

const PATH: &str = "/org/gnome/ScreenSaver";

struct Saver {
    active: bool,
}

#[interface(name = "org.gnome.ScreenSaver")]
impl Saver {
    fn get_active(&self) -> bool {
        self.active
    }

    #[zbus(signal)]
    async fn active_changed(emitter: &SignalEmitter<'_>, active: bool) -> zbus::Result<()>;
}

/// Starts a screen saver, active or not, that lives as long as the returned connection.
pub(crate) async fn saver(address: &str, active: bool) -> Connection {
    let bus = connect(address).await;
    let server = bus.object_server();
    server
        .at(PATH, Saver { active })
        .await
        .expect("a free path");
    bus.request_name("org.gnome.ScreenSaver")
        .await
        .expect("a free name");
    bus
}

/// Emits the signal that the screen saver has started or stopped.
pub(crate) async fn turns(saver: &Connection, active: bool) {
    let emitter = SignalEmitter::new(saver, PATH).expect("a path");
    Saver::active_changed(&emitter, active)
        .await
        .expect("the bus is there");
}
