//! A mock of Mutter's `IdleMonitor`, whose idle time the test sets.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use zbus::object_server::SignalEmitter;
use zbus::{Connection, interface};

use super::login::connect;

const NAME: &str = "org.gnome.Mutter.IdleMonitor";
const PATH: &str = "/org/gnome/Mutter/IdleMonitor/Core";

#[derive(Default)]
struct State {
    idle: u64,
    last: u32,
    /// The watches and their intervals in milliseconds; `None` for a watch that fires on input.
    watches: BTreeMap<u32, Option<u64>>,
}

impl State {
    fn add(&mut self, interval: Option<u64>) -> u32 {
        self.last += 1;
        self.watches.insert(self.last, interval);
        self.last
    }
}

struct Interface(Arc<Mutex<State>>);

#[interface(name = "org.gnome.Mutter.IdleMonitor")]
impl Interface {
    fn get_idletime(&self) -> u64 {
        self.0.lock().unwrap().idle
    }

    async fn add_idle_watch(
        &self,
        interval: u64,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> u32 {
        let (id, fires) = {
            let mut state = self.0.lock().unwrap();
            (state.add(Some(interval)), state.idle >= interval)
        };
        if fires {
            Self::watch_fired(&emitter, id).await.unwrap();
        }
        id
    }

    fn add_user_active_watch(&self) -> u32 {
        self.0.lock().unwrap().add(None)
    }

    fn remove_watch(&self, id: u32) {
        let removed = self.0.lock().unwrap().watches.remove(&id);
        assert!(removed.is_some(), "there is no watch {id}");
    }

    #[zbus(signal)]
    async fn watch_fired(emitter: &SignalEmitter<'_>, id: u32) -> zbus::Result<()>;
}

/// The mock service, which leaves the bus when this is dropped.
pub(crate) struct Mutter {
    bus: Connection,
    state: Arc<Mutex<State>>,
}

impl Mutter {
    pub(crate) async fn start(address: &str) -> Self {
        let bus = connect(address).await;
        let state = Arc::new(Mutex::new(State::default()));
        let server = bus.object_server();
        let served = server.at(PATH, Interface(state.clone())).await;
        assert!(served.expect("a free path"));
        bus.request_name(NAME).await.expect("a free name");
        Self { bus, state }
    }

    /// Sets the time since the last input, and fires the watches that this affects. Zero means that there was input.
    pub(crate) async fn idle(&self, milliseconds: u64) {
        let fired: Vec<u32> = {
            let mut state = self.state.lock().unwrap();
            let before = std::mem::replace(&mut state.idle, milliseconds);
            let passed = |interval: u64| before < interval && interval <= milliseconds;
            let fires = |watch: &Option<u64>| watch.map_or(milliseconds == 0, passed);
            let fired = state.watches.iter().filter(|(_, watch)| fires(watch));
            let fired = fired.map(|(id, _)| *id).collect();
            if milliseconds == 0 {
                state.watches.retain(|_, watch| watch.is_some());
            }
            fired
        };
        let emitter = SignalEmitter::new(&self.bus, PATH).expect("a path");
        for id in fired {
            Interface::watch_fired(&emitter, id).await.expect("a bus");
        }
    }

    /// The number of active watches.
    pub(crate) fn watches(&self) -> usize {
        self.state.lock().unwrap().watches.len()
    }
}
