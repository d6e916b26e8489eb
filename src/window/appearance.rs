//! The look and language of the window, from the settings and the desktop's preferences.

use std::cell::Cell;
use std::rc::Rc;

use slint::ComponentHandle as _;
use slint::language::ColorScheme;
use slint::winit_030::WinitWindowAccessor as _;
use unhunch::config::{self, Contrast, Guide, Motion, TextSize};
use unhunch::lang;
use winit::window::WindowLevel;

use crate::context::Context;
use crate::desktop::Preferences;
use crate::exercises::load_library;
use crate::ui::Theme as Look;
use crate::{font, place, surface};

/// The default window size, in logical pixels.
pub(crate) const SIZE: (f64, f64) = (440.0, 720.0);
/// The largest text scale where both the setting and the desktop enlarge the text.
const LARGEST_TEXT: f32 = 2.0;

/// Returns the window size for a text size, in logical pixels. It grows with the square root of the scale.
pub(crate) fn window_size(text: TextSize) -> (f64, f64) {
    let more = f64::from(scale(text)).sqrt();
    ((SIZE.0 * more).round(), (SIZE.1 * more).round())
}

/// Returns the scale of the letters, 1 for the usual size.
fn scale(text: TextSize) -> f32 {
    match text {
        TextSize::Normal => 1.0,
        TextSize::Large => 1.4,
        TextSize::Largest => 2.0,
    }
}

pub(crate) fn window_level(on_top: bool) -> WindowLevel {
    if on_top {
        WindowLevel::AlwaysOnTop
    } else {
        WindowLevel::Normal
    }
}

fn scheme(theme: config::Theme) -> ColorScheme {
    match theme {
        config::Theme::Auto => ColorScheme::Unknown,
        config::Theme::Light => ColorScheme::Light,
        config::Theme::Dark => ColorScheme::Dark,
    }
}

/// Applies language, theme, text size, motion and contrast to the window.
pub(crate) struct Appearance {
    context: Rc<Context>,
    desktop: Cell<Preferences>,
    /// The tag of the current language. `None` before the first one is set.
    language: Cell<Option<&'static str>>,
}

/// The current language compared to the previous one.
#[derive(PartialEq, Eq)]
pub(crate) enum LanguageChange {
    Unchanged,
    /// No language was set before.
    First,
    Changed,
}

impl Appearance {
    pub(crate) fn new(context: Rc<Context>) -> Self {
        Self {
            context,
            desktop: Cell::default(),
            language: Cell::default(),
        }
    }

    /// Switches to the language of the settings, or to that of the desktop if the setting names no known language.
    pub(crate) fn apply_language(&self) -> LanguageChange {
        let tag = self.context.settings().language.clone();
        let language = lang::by_tag(&tag).unwrap_or_else(lang::desktop_language);
        let before = self.language.replace(Some(language.tag));
        if before == Some(language.tag) {
            return LanguageChange::Unchanged;
        }
        lang::set_current(language);
        if let Err(error) = slint::select_bundled_translation(language.tag) {
            eprintln!("unhunch-window: {error}");
        }
        *self.context.library.borrow_mut() = load_library();
        let window = &self.context.window;
        window.global::<Look<'_>>().set_rtl(language.is_rtl());
        window.set_family(font::family(language).into());
        if before.is_none() {
            LanguageChange::First
        } else {
            LanguageChange::Changed
        }
    }

    /// Applies text size, theme and "always on top" where they differ from `before`.
    pub(crate) fn apply(&self, before: &Guide) {
        self.apply_text_scale();
        let guide = self.context.settings().guide;
        let window = &self.context.window;
        if before.text_size != guide.text_size && window.window().is_visible() {
            self.enlarge_window(window_size(guide.text_size));
        }
        if before.theme != guide.theme {
            window.invoke_force_scheme(scheme(guide.theme));
        }
        if before.on_top != guide.on_top {
            let level = window_level(guide.on_top);
            window
                .window()
                .with_winit_window(|window| window.set_window_level(level));
        }
    }

    /// Combines the text sizes of the setting and of the desktop.
    fn apply_text_scale(&self) {
        let chosen = scale(self.context.settings().guide.text_size);
        let scale = (chosen * self.desktop.get().text_scale).min(LARGEST_TEXT.max(chosen));
        self.context.window.global::<Look<'_>>().set_scale(scale);
    }

    /// Enlarges the window for larger letters, to the size that a new window would have.
    fn enlarge_window(&self, size: (f64, f64)) {
        self.context.window.window().with_winit_window(|window| {
            if !window.is_maximized() {
                let room = window.current_monitor().as_ref().map(surface::monitor_size);
                let (width, height) = room.map_or(size, |room| place::fit(size, room));
                // The window system may refuse the request.
                let _ = window.request_inner_size(winit::dpi::LogicalSize::new(width, height));
            }
        });
    }

    /// Applies new desktop preferences. Returns `true` if the text size has changed.
    pub(crate) fn set_desktop_preferences(&self, wants: Preferences) -> bool {
        let before = self.desktop.replace(wants);
        let is_other = before.text_scale != wants.text_scale;
        if is_other {
            self.apply_text_scale();
        }
        is_other
    }

    /// Returns `true` if the motion setting has changed.
    pub(crate) fn apply_motion(&self) -> bool {
        let still = match self.context.settings().guide.motion {
            Motion::Auto => self.desktop.get().still,
            Motion::Full => false,
            Motion::Reduced => true,
        };
        let is_other = self.context.set_still(still);
        if is_other {
            self.context.window.global::<Look<'_>>().set_still(still);
        }
        is_other
    }

    pub(crate) fn apply_contrast(&self) {
        let contrast = match self.context.settings().guide.contrast {
            Contrast::Auto => self.desktop.get().contrast,
            Contrast::Normal => false,
            Contrast::High => true,
        };
        self.context
            .window
            .global::<Look<'_>>()
            .set_contrast(contrast);
    }
}
