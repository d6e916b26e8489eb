//! Startup of the window: the first message of the tray program, the initial size and position, and the keyboard focus.

use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::mpsc;

use slint::ComponentHandle as _;
use slint::winit_030::WinitWindowAccessor as _;
use unhunch::config::load;
use unhunch::ipc::{self, WindowSettings, WindowView};
use unhunch::lang::tr;
use unhunch::paths::Paths;
use unhunch::reason;
use winit::keyboard::ModifiersState;

use crate::appearance::{SIZE, window_level, window_size};
use crate::context::Context;
use crate::desktop::{self, Preferences};
use crate::display::{self, Presence, Watchdog};
use crate::exercises::{load_library, stamp};
use crate::link::{Link, Listener, Message};
use crate::place::{self, Place};
use crate::shell::Shell;
use crate::surface::{Surface, WindowHandle};
use crate::ui::AppWindow;

/// Opens the window and runs the event loop until it is closed.
///
/// # Errors
///
/// Fails if there is no screen to open the window on, or if the event loop or the listener thread cannot start.
pub(crate) fn run(
    socket: Option<PathBuf>,
    page: Option<ipc::Page>,
    routine: Option<String>,
    import: Option<PathBuf>,
) -> anyhow::Result<ExitCode> {
    let library_stamp = stamp();
    let library = load_library();
    if let Some(Err(unknown)) = routine.as_deref().map(|id| library.plan(id)) {
        eprintln!("unhunch-window: {unknown}");
        return Ok(ExitCode::from(2));
    }
    let watchdog = Watchdog::start()?;
    let (link, listener, first) = connect(socket);
    let mut view = match first {
        Some(Message::Show(view)) => *view,
        Some(Message::Close) => return Ok(ExitCode::SUCCESS),
        Some(Message::Disconnected) | None => view_of_files(),
    };
    if let Some(file) = import {
        view.file = Some(file.to_string_lossy().into_owned());
    }
    display::explain_end();
    let presence = Presence::new(watchdog);
    let (window, place) = make_window(&view, &presence)?;
    let (sender, receiver) = mpsc::channel();
    if let Some(listener) = listener {
        let weak = window.as_weak();
        listener.listen(move |message| {
            // Sending fails only when the window, which owns the receiver, is gone.
            let _ = sender.send(message);
            let _ = weak.upgrade_in_event_loop(|window| window.invoke_messages_received());
        })?;
    }
    let context = Context::new(
        window.clone_strong(),
        presence,
        link,
        (library, library_stamp),
    );
    let shell = Shell::new(Rc::clone(&context), receiver);
    shell.wire();
    shell.show_first_page(view, page, routine);
    follow_the_desktop(&window);
    if place.without_focus {
        show_quietly(&window)?;
    } else {
        window.show().map_err(not_shown)?;
    }
    context.ignore_input_briefly();
    slint::run_event_loop_until_quit().map_err(|error| {
        display::end_if_gone();
        not_shown(error)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The settings in the file, for a window without a tray program.
fn view_of_files() -> WindowView {
    let mut view = WindowView::default();
    if let Ok(paths) = Paths::find() {
        let settings = load::load(&paths, None, &[]).settings;
        view.settings = WindowSettings::new(&settings, view.settings.safety_seen);
    }
    view
}

/// Connects to the tray program. If it doesn't answer, the window works on its own.
fn connect(socket: Option<PathBuf>) -> (Link, Option<Listener>, Option<Message>) {
    match socket.as_deref().map(Link::connect) {
        Some(Ok((link, listener, first))) => (link, Some(listener), first),
        Some(Err(error)) => {
            eprintln!(
                "unhunch-window: the tray program doesn’t answer: {}",
                reason::of_error(&error)
            );
            (Link::disconnected(), None, None)
        }
        None => (Link::disconnected(), None, None),
    }
}

/// Creates the window, limited to the size that fits the screen.
fn make_window(view: &WindowView, presence: &Rc<Presence>) -> anyhow::Result<(AppWindow, Place)> {
    let size = window_size(view.settings.guide.text_size);
    let place = place::detect(size);
    // The user didn't ask for these pages, so they must not take the keyboard focus.
    let unasked = matches!(view.page, Some(ipc::Page::Welcome | ipc::Page::Question));
    let quietly = place.without_focus || unasked;
    let place = Place {
        without_focus: quietly,
        ..place
    };
    if !quietly {
        presence.set_token(view.activation_token.clone());
    }
    let handle = WindowHandle::default();
    let surface = Surface {
        window: Rc::clone(&handle),
        unfitted: place.size.is_none().then_some(size),
        presence: Rc::clone(presence),
        is_prepared: false,
        modifiers: ModifiersState::empty(),
        dropped: Rc::default(),
        file_drops: None,
    };
    open_backend(place, view.settings.guide.on_top, presence, surface)?;
    let window = AppWindow::new().map_err(not_shown)?;
    let first = place.size.unwrap_or(size);
    if first != SIZE {
        place::resize(window.window(), first);
    }
    handle.get_or_init(|| window.as_weak());
    Ok((window, place))
}

fn open_backend(
    place: Place,
    on_top: bool,
    presence: &Rc<Presence>,
    surface: Surface,
) -> anyhow::Result<()> {
    let presence = Rc::clone(presence);
    slint::BackendSelector::new()
        .backend_name("winit".into())
        .renderer_name("software".into())
        .with_winit_custom_application_handler(surface)
        .with_winit_window_attributes_hook(move |attributes| {
            let attributes = presence.activate(attributes);
            place::configure(attributes, place).with_window_level(window_level(on_top))
        })
        .select()
        // winit's own message names one of its source files.
        .map_err(|_| anyhow::anyhow!(tr("there is no screen to open a window on")))
}

/// Watches in the background whether the desktop asks for less motion, more contrast or larger text.
fn follow_the_desktop(window: &AppWindow) {
    let weak = window.as_weak();
    desktop::follow(move |wants| {
        let Preferences {
            still,
            contrast,
            text_scale,
        } = wants;
        // Fails only when the window is gone.
        let _ = weak.upgrade_in_event_loop(move |window| {
            window.invoke_desktop_wants(still, contrast, text_scale);
        });
    });
}

/// Creates the window unmapped, sets the hint that refuses the focus, and only then shows it.
fn show_quietly(window: &AppWindow) -> anyhow::Result<()> {
    let weak = window.as_weak();
    slint::spawn_local(async move {
        let Some(window) = weak.upgrade() else { return };
        if let Err(error) = window.window().winit_window().await {
            log::debug!("winit: {error}");
            eprintln!("unhunch-window: the window may take the keyboard");
        }
        place::open_without_focus(window.window());
        if let Err(error) = window.show() {
            eprintln!("unhunch-window: {}", not_shown(error));
        }
    })
    .map_err(not_shown)?;
    Ok(())
}

/// Replaces an error of the toolkit, which may name its source files.
fn not_shown(error: impl std::error::Error) -> anyhow::Error {
    log::debug!("toolkit: {error}");
    anyhow::anyhow!(tr("the window cannot be shown"))
}
