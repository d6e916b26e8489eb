//! The event loop on macOS: run by winit, with a proxy for events from other threads.

use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use winit::application::ApplicationHandler;
use winit::event::{StartCause, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoop};
use winit::platform::macos::{ActivationPolicy, EventLoopBuilderExtMacOS as _};
use winit::window::WindowId;

use crate::app::AppEvent;
use crate::app::running::Flow;
use crate::app::start::{self, EventSender, Place, Start};
use crate::app::system::Live;
use crate::lang::tr;
use crate::paths::Paths;

/// Runs the event loop until the program ends.
pub(in crate::app::system) fn run(paths: Paths, start: &Start) -> anyhow::Result<ExitCode> {
    let event_loop = build().context(tr("the system lacks what Unhunch needs to run"))?;
    let proxy = Mutex::new(event_loop.create_proxy());
    // This fails only after the loop has ended.
    let send: EventSender = Arc::new(move |incoming| {
        let proxy = proxy.lock().unwrap_or_else(PoisonError::into_inner);
        drop(proxy.send_event(incoming));
    });
    let Some((server, place)) = start::start_or_forward(&paths, &send, start)? else {
        return Ok(ExitCode::SUCCESS);
    };
    let mut stage = Stage::Waiting(paths, send, place, start.display.clone());
    event_loop.run_app(&mut stage)?;
    drop(server);
    match stage {
        Stage::Failed(error) => Err(error),
        Stage::Waiting(..) | Stage::Live(_) | Stage::Over => Ok(ExitCode::SUCCESS),
    }
}

fn build() -> Result<EventLoop<AppEvent>, winit::error::EventLoopError> {
    // No icon in the Dock, no menu bar, and no change of the keyboard focus.
    EventLoop::with_user_event()
        .with_activation_policy(ActivationPolicy::Accessory)
        .with_default_menu(false)
        .with_activate_ignoring_other_apps(false)
        .build()
}

/// The state of the program. The tray icon can be created only once the loop runs.
enum Stage {
    Waiting(Paths, EventSender, Place, Option<String>),
    Live(Box<Live>),
    Failed(anyhow::Error),
    Over,
}

impl Stage {
    fn begin(&mut self, event_loop: &ActiveEventLoop) {
        if let Self::Waiting(paths, send, place, display) = std::mem::replace(self, Self::Over) {
            match Live::begin(paths, send, place, display) {
                Ok(live) => *self = Self::Live(Box::new(live)),
                Err(error) => {
                    *self = Self::Failed(error);
                    event_loop.exit();
                }
            }
        }
    }

    fn handle(&mut self, incoming: AppEvent) -> Flow {
        let Self::Live(live) = self else {
            return Flow::Go;
        };
        let flow = live.handle(incoming);
        if flow == Flow::End {
            *self = Self::Over;
        }
        flow
    }
}

impl ApplicationHandler<AppEvent> for Stage {
    fn new_events(&mut self, event_loop: &ActiveEventLoop, cause: StartCause) {
        match cause {
            StartCause::Init => self.begin(event_loop),
            StartCause::ResumeTimeReached { .. } => self.user_event(event_loop, AppEvent::Wakeup),
            StartCause::WaitCancelled { .. } | StartCause::Poll => {}
        }
    }

    fn resumed(&mut self, _event_loop: &ActiveEventLoop) {}

    fn user_event(&mut self, event_loop: &ActiveEventLoop, incoming: AppEvent) {
        if self.handle(incoming) == Flow::End {
            event_loop.exit();
        }
    }

    fn window_event(&mut self, _: &ActiveEventLoop, _: WindowId, _: WindowEvent) {}

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        if let Self::Live(live) = self {
            event_loop.set_control_flow(match live.rest() {
                Some(left) => ControlFlow::wait_duration(left),
                None => ControlFlow::Wait,
            });
        }
    }

    /// Called when the user logs out.
    fn exiting(&mut self, _event_loop: &ActiveEventLoop) {
        self.handle(AppEvent::Quit);
    }
}
