//! Events of the windowing system that Slint doesn't handle: the size of the screen, full repaints, shortcuts in other
//! layouts, and dropped files.
//!
//! Slint repaints only what has changed, relying on the reported age of the buffer. On Wayland, softbuffer reports a stale age
//! after a buffer was resized, and Windows discards the parts of a window that were off screen. So after such a change the
//! whole window is marked as changed for several frames, one per buffer.

use std::cell::{OnceCell, RefCell};
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use slint::winit_030::{CustomApplicationHandler, EventResult};
use slint::{ComponentHandle as _, ModelRc, SharedString, Timer, VecModel, Weak};
use winit::event::WindowEvent;
use winit::event_loop::ActiveEventLoop;
use winit::keyboard::ModifiersState;
use winit::monitor::MonitorHandle;
use winit::window::WindowId;

use crate::display::{FileDrops, Presence};
use crate::place;
use crate::shortcut;
use crate::ui::AppWindow;

/// The window, set once it has been created.
pub(crate) type WindowHandle = Rc<OnceCell<Weak<AppWindow>>>;

/// Receives window events before Slint does.
pub(crate) struct Surface {
    pub(crate) window: WindowHandle,
    /// The initial size to fit to the monitor, in logical pixels. `None` if that is done.
    pub(crate) unfitted: Option<(f64, f64)>,
    pub(crate) presence: Rc<Presence>,
    /// `true` once the backing store of the window has been requested.
    pub(crate) is_prepared: bool,
    /// The modifier keys that are held.
    pub(crate) modifiers: ModifiersState,
    /// The files that were dropped on the window and are not handled yet.
    pub(crate) dropped: Rc<RefCell<Vec<SharedString>>>,
    /// Receives dropped files where the toolkit doesn't.
    pub(crate) file_drops: Option<FileDrops>,
}

impl CustomApplicationHandler for Surface {
    fn resumed(&mut self, event_loop: &ActiveEventLoop) -> EventResult {
        if let Some((size, window)) = self.unfitted.take().zip(self.upgrade()) {
            let rooms = event_loop
                .available_monitors()
                .map(|monitor| monitor_size(&monitor));
            // The monitor isn't known yet, so the window must fit on the lowest one.
            if let Some(room) = rooms.min_by(|a, b| a.1.total_cmp(&b.1)) {
                place::resize(window.window(), place::fit(size, room));
            }
        }
        EventResult::Propagate
    }

    fn window_event(
        &mut self,
        _event_loop: &ActiveEventLoop,
        _id: WindowId,
        winit_window: Option<&winit::window::Window>,
        _slint_window: Option<&slint::Window>,
        event: &WindowEvent,
    ) -> EventResult {
        if let Some(window) = winit_window.filter(|_| !self.is_prepared) {
            self.is_prepared = true;
            place::enable_backing_store(window);
            self.file_drops = self.follow_drops(window);
        }
        if let WindowEvent::ModifiersChanged(modifiers) = event {
            self.modifiers = modifiers.state();
        }
        if let WindowEvent::KeyboardInput {
            event,
            is_synthetic: false,
            ..
        } = event
            && event.state.is_pressed()
            && let Some(window) = self.upgrade()
        {
            restore_focus(&window);
            if let Some(replacement) = shortcut::replacement(event, self.modifiers) {
                window.window().dispatch_event(replacement);
                return EventResult::PreventDefault;
            }
        }
        self.notice(event);
        EventResult::Propagate
    }

    fn exiting(&mut self, _event_loop: &ActiveEventLoop) -> EventResult {
        // It uses the connection of the event loop.
        self.file_drops = None;
        EventResult::Propagate
    }
}

impl Surface {
    fn upgrade(&self) -> Option<AppWindow> {
        self.window.get()?.upgrade()
    }

    fn notice(&self, event: &WindowEvent) {
        let Some(window) = self.upgrade() else { return };
        let is_new = matches!(
            event,
            WindowEvent::Resized(_)
                | WindowEvent::Moved(_)
                | WindowEvent::ScaleFactorChanged { .. }
                | WindowEvent::Occluded(false)
        );
        if let WindowEvent::DroppedFile(file) = event {
            self.drop(&window, file);
        }
        if is_new {
            self.presence.repaint(&window);
        } else if matches!(event, WindowEvent::RedrawRequested) {
            self.presence.count_frame(&window);
        }
    }
}

impl Surface {
    /// Passes a dropped file on. winit reports the files of one drop one by one; they are handled together.
    fn drop(&self, window: &AppWindow, file: &Path) {
        self.dropped
            .borrow_mut()
            .push(file.to_string_lossy().as_ref().into());
        let (window, dropped) = (window.as_weak(), Rc::clone(&self.dropped));
        Timer::single_shot(Duration::ZERO, move || {
            let files = dropped.take();
            if let Some(window) = window.upgrade().filter(|_| !files.is_empty()) {
                pass_on(&window, files);
            }
        });
    }

    fn follow_drops(&self, window: &winit::window::Window) -> Option<FileDrops> {
        let weak = self.window.get()?.clone();
        FileDrops::follow(window, move |files| {
            let names = files
                .iter()
                .map(|file| file.to_string_lossy().as_ref().into());
            let names: Vec<SharedString> = names.collect();
            // Fails only when the window is gone.
            let _ = weak.upgrade_in_event_loop(move |window| pass_on(&window, names));
        })
    }
}

/// Passes the files of a drop on to the page.
fn pass_on(window: &AppWindow, files: Vec<SharedString>) {
    window.invoke_dropped(ModelRc::new(VecModel::from(files)));
}

/// Gives the focus back to the page if the focused control is gone.
///
/// A control that disappears, such as the navigation in a narrow window, takes the focus along. Slint then drops all key
/// events.
pub(crate) fn restore_focus(window: &AppWindow) {
    /// A private-use character that is on no keyboard.
    const PROBE: &str = "\u{f8ff}";
    window.set_focus_answered(false);
    let text = PROBE.into();
    window
        .window()
        .dispatch_event(slint::platform::WindowEvent::KeyPressed { text });
    if !window.get_focus_answered() {
        window.invoke_take_keys();
    }
}

/// Returns the size of a monitor, in logical pixels.
pub(crate) fn monitor_size(monitor: &MonitorHandle) -> (f64, f64) {
    let size = monitor.size().to_logical::<f64>(monitor.scale_factor());
    (size.width, size.height)
}
