//! How the window comes up: with what the tray program says first, where there is room for it, and with or without the keyboard.

use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::mpsc;

use anyhow::Context as _;
use slint::ComponentHandle as _;
use slint::winit_030::WinitWindowAccessor as _;
use unhunch::ipc::{self, WindowView};

use crate::appearance::{SIZE, level, size};
use crate::context::Context;
use crate::desktop::{self, Wants};
use crate::exercises::everything;
use crate::link::{Link, Listener, Told};
use crate::place::{self, Place};
use crate::shell::Shell;
use crate::surface::{Handle, Surface};
use crate::ui::AppWindow;

/// Opens the window and stays until it is closed.
///
/// # Errors
///
/// When there is no screen to open it on.
pub(crate) fn run(
    socket: Option<PathBuf>,
    page: Option<ipc::Page>,
    routine: Option<String>,
) -> anyhow::Result<ExitCode> {
    let library = everything();
    if let Some(Err(unknown)) = routine.as_deref().map(|id| library.plan(id)) {
        eprintln!("unhunch-window: {unknown}");
        return Ok(ExitCode::from(2));
    }
    let (link, listener, first) = connect(socket);
    let view = match first {
        Some(Told::Show(view)) => *view,
        Some(Told::Close) => return Ok(ExitCode::SUCCESS),
        Some(Told::Gone) | None => WindowView::default(),
    };
    let (window, place) = make_window(&view)?;
    let (tell, told) = mpsc::channel();
    if let Some(listener) = listener {
        let weak = window.as_weak();
        listener.listen(move |heard| {
            // The receiver lives as long as the window; without it nobody needs to hear.
            let _ = tell.send(heard);
            let _ = weak.upgrade_in_event_loop(|window| window.invoke_heard());
        })?;
    }
    let context = Context::new(window.clone_strong(), link, library);
    let shell = Shell::new(Rc::clone(&context), told);
    shell.wire();
    shell.begin_with(view, page, routine);
    follow_the_desktop(&window);
    if place.quietly {
        show_quietly(&window)?;
    } else {
        window.show().context("cannot show the window")?;
    }
    context.listen_soon();
    slint::run_event_loop_until_quit().context("the window broke off")?;
    Ok(ExitCode::SUCCESS)
}

/// Where no tray program answers, the window works alone.
fn connect(socket: Option<PathBuf>) -> (Link, Option<Listener>, Option<Told>) {
    match socket.as_deref().map(Link::connect) {
        Some(Ok((link, listener, first))) => (link, Some(listener), first),
        Some(Err(error)) => {
            eprintln!("unhunch-window: the tray program doesn't answer: {error}");
            (Link::alone(), None, None)
        }
        None => (Link::alone(), None, None),
    }
}

/// Makes the window, as large as there is room for it.
fn make_window(view: &WindowView) -> anyhow::Result<(AppWindow, Place)> {
    let size = size(view.settings.guide.text_size);
    let place = place::look(size);
    // Nobody asked for these: they leave the keyboard where it is.
    let unasked = matches!(view.page, Some(ipc::Page::Welcome | ipc::Page::Question));
    let quietly = place.quietly || unasked;
    let place = Place { quietly, ..place };
    let handle = Handle::default();
    let surface = Surface {
        window: Rc::clone(&handle),
        unfitted: place.size.is_none().then_some(size),
        whole_frames: 0,
        is_known: false,
    };
    open_backend(place, view.settings.guide.on_top, surface)?;
    let window = AppWindow::new().context("cannot make the window")?;
    let first = place.size.unwrap_or(size);
    if first != SIZE {
        place::resize(window.window(), first);
    }
    handle.get_or_init(|| window.as_weak());
    Ok((window, place))
}

fn open_backend(place: Place, on_top: bool, surface: Surface) -> anyhow::Result<()> {
    slint::BackendSelector::new()
        .backend_name("winit".into())
        .renderer_name("software".into())
        .with_winit_custom_application_handler(surface)
        .with_winit_window_attributes_hook(move |attributes| {
            place::dress(attributes, place).with_window_level(level(on_top))
        })
        .select()
        // The windowing library's own message names a file of its source.
        .map_err(|_| anyhow::anyhow!("there is no screen to open a window on"))
}

/// Follows, in the background, whether the desktop wants less motion, more contrast, or larger text.
fn follow_the_desktop(window: &AppWindow) {
    let weak = window.as_weak();
    desktop::follow(move |wants| {
        let Wants {
            still,
            contrast,
            text_scale,
        } = wants;
        // Without the window nobody needs to hear.
        let _ = weak.upgrade_in_event_loop(move |window| {
            window.invoke_desktop_wants(still, contrast, text_scale);
        });
    });
}

/// The window is told to leave the focus alone as soon as it exists, unseen, and only then shown.
fn show_quietly(window: &AppWindow) -> anyhow::Result<()> {
    let weak = window.as_weak();
    slint::spawn_local(async move {
        let Some(window) = weak.upgrade() else { return };
        if let Err(error) = window.window().winit_window().await {
            eprintln!("unhunch-window: the window may take the keyboard: {error}");
        }
        place::open_quietly(window.window());
        if let Err(error) = window.show() {
            eprintln!("unhunch-window: cannot show the window: {error}");
        }
    })
    .context("cannot show the window")?;
    Ok(())
}
