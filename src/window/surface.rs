//! What the windowing system tells: how large the screen is, and when the whole window has to be painted again.
//!
//! Slint paints only what has changed, and goes by the age that the buffer claims to have. Softbuffer keeps that age on Wayland when
//! a buffer gets another size, and Windows keeps nothing of a part that was outside of the screen. So after such a change
//! the whole window counts as changed, once for each buffer that there may be.

use std::cell::OnceCell;
use std::rc::Rc;
use std::time::Duration;

use slint::winit_030::{CustomApplicationHandler, EventResult};
use slint::{ComponentHandle as _, Timer, Weak};
use winit::event::WindowEvent;
use winit::event_loop::ActiveEventLoop;
use winit::monitor::MonitorHandle;
use winit::window::WindowId;

use crate::place;
use crate::ui::AppWindow;

/// How many frames are painted whole after a change: two buffers, and one frame that may still have the old size.
const FRAMES: u8 = 3;

/// The window, once there is one.
pub(crate) type Handle = Rc<OnceCell<Weak<AppWindow>>>;

/// Sees what the windowing system says before Slint does.
pub(crate) struct Surface {
    pub(crate) window: Handle,
    /// The first size that is still to be fitted to the monitor, in logical pixels; none where that is done.
    pub(crate) unfitted: Option<(f64, f64)>,
    /// How many frames are still to be painted whole.
    pub(crate) whole_frames: u8,
    /// Whether the windowing system has been told how to treat the window.
    pub(crate) is_known: bool,
}

impl CustomApplicationHandler for Surface {
    fn resumed(&mut self, event_loop: &ActiveEventLoop) -> EventResult {
        if let Some((size, window)) = self.unfitted.take().zip(self.upgrade()) {
            let rooms = event_loop
                .available_monitors()
                .map(|monitor| room(&monitor));
            // Which monitor it comes to isn't known yet: it must fit on each.
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
        if let Some(window) = winit_window.filter(|_| !self.is_known) {
            self.is_known = true;
            place::keep_contents(window);
        }
        if let WindowEvent::KeyboardInput { event, .. } = event
            && event.state.is_pressed()
            && let Some(window) = self.upgrade()
        {
            keep_focus(&window);
        }
        self.notice(event);
        EventResult::Propagate
    }
}

impl Surface {
    fn upgrade(&self) -> Option<AppWindow> {
        self.window.get()?.upgrade()
    }

    fn notice(&mut self, event: &WindowEvent) {
        let is_new = matches!(
            event,
            WindowEvent::Resized(_)
                | WindowEvent::Moved(_)
                | WindowEvent::ScaleFactorChanged { .. }
                | WindowEvent::Occluded(false)
        );
        if is_new {
            self.whole_frames = FRAMES;
            self.request_frame();
        } else if matches!(event, WindowEvent::RedrawRequested) && self.whole_frames > 0 {
            self.whole_frames -= 1;
            if let Some(window) = self.upgrade() {
                window.set_whole_frame(!window.get_whole_frame());
            }
            if self.whole_frames > 0 {
                self.request_frame();
            }
        }
    }

    /// Later: a frame that is asked for while another one is painted would be the same one.
    fn request_frame(&self) {
        let Some(window) = self.window.get().cloned() else {
            return;
        };
        Timer::single_shot(Duration::ZERO, move || {
            if let Some(window) = window.upgrade() {
                window.window().request_redraw();
            }
        });
    }
}

/// Gives the focus back to the page if the control that had it is gone.
///
/// A control that vanishes, as the navigation does when the window becomes narrow, takes the focus along. Slint then sends
/// keys to nobody.
pub(crate) fn keep_focus(window: &AppWindow) {
    /// A character for private use, which is on no keyboard.
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

/// The size of a monitor, in logical pixels.
pub(crate) fn room(monitor: &MonitorHandle) -> (f64, f64) {
    let size = monitor.size().to_logical::<f64>(monitor.scale_factor());
    (size.width, size.height)
}
