//! A locker that tells the session bus alone.

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

/// One that is active or not; it is gone when its connection is.
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

/// It begins or ends to hide the screen.
pub(crate) async fn turns(saver: &Connection, active: bool) {
    let emitter = SignalEmitter::new(saver, PATH).expect("a path");
    Saver::active_changed(&emitter, active)
        .await
        .expect("the bus is there");
}
