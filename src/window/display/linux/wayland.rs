//! Activates a window that exists already. The toolkit does that only for new ones.

use anyhow::{Context as _, bail};
use wayland_backend::client::{Backend, ObjectId};
use wayland_client::globals::{GlobalListContents, registry_queue_init};
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_surface::WlSurface;
use wayland_client::{Connection, Dispatch, Proxy as _, QueueHandle};
use wayland_protocols::xdg::activation::v1::client::xdg_activation_v1::{self, XdgActivationV1};
use winit::raw_window_handle::{
    HasDisplayHandle as _, HasWindowHandle as _, RawDisplayHandle, RawWindowHandle,
};

/// Asks the compositor to bring the window to the front. `token` is the activation token of the click, launcher or command that
/// asked for it.
pub(super) fn activate(window: &winit::window::Window, token: &str) -> anyhow::Result<()> {
    let RawWindowHandle::Wayland(surface) = window.window_handle()?.as_raw() else {
        bail!("this is not a Wayland window")
    };
    let connection = connection(window).context("the window has no connection")?;
    let (globals, queue) = registry_queue_init::<IgnoreEvents>(&connection)?;
    let activation: XdgActivationV1 = globals.bind(&queue.handle(), 1..=1, ())?;
    let pointer = surface.surface.as_ptr().cast();
    // SAFETY: it is the surface of the window, which outlives this call.
    #[expect(
        unsafe_code,
        reason = "winit exposes its surface only as a raw pointer"
    )]
    let id = unsafe { ObjectId::from_ptr(WlSurface::interface(), pointer) }?;
    let surface = WlSurface::from_id(&connection, id)?;
    activation.activate(token.to_owned(), &surface);
    activation.destroy();
    connection.flush()?;
    Ok(())
}

/// Returns winit's connection to the compositor, which must not be used after winit's event loop has ended. `None` on X11.
pub(super) fn connection(window: &winit::window::Window) -> Option<Connection> {
    let RawDisplayHandle::Wayland(display) = window.display_handle().ok()?.as_raw() else {
        return None;
    };
    // SAFETY: winit's connection lives as long as its event loop.
    #[expect(
        unsafe_code,
        reason = "winit exposes its connection only as a raw pointer"
    )]
    let backend = unsafe { Backend::from_foreign_display(display.display.as_ptr().cast()) };
    Some(Connection::from_backend(backend))
}

/// Ignores all events: none of these objects sends anything that matters here.
pub(super) struct IgnoreEvents;

impl Dispatch<WlRegistry, GlobalListContents> for IgnoreEvents {
    fn event(
        _: &mut Self,
        _: &WlRegistry,
        _: wl_registry::Event,
        _: &GlobalListContents,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }
}

impl Dispatch<XdgActivationV1, ()> for IgnoreEvents {
    fn event(
        _: &mut Self,
        _: &XdgActivationV1,
        _: xdg_activation_v1::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }
}
