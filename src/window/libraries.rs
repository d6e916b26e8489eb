//! Checks the shared libraries that are opened at run time. Without them, dependencies would panic or draw no text.

use anyhow::ensure;
use libloading::Library;

use unhunch::lang::tr;

/// A shared library and its Debian package.
type Needed = (&'static str, &'static str);

const ALWAYS: [Needed; 2] = [
    ("libfontconfig.so.1", "libfontconfig1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
];
const WAYLAND: [Needed; 1] = [("libwayland-client.so.0", "libwayland-client0")];
const X11: [Needed; 5] = [
    ("libX11.so.6", "libx11-6"),
    ("libX11-xcb.so.1", "libx11-xcb1"),
    ("libXcursor.so.1", "libxcursor1"),
    ("libXi.so.6", "libxi6"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
];

/// Fails with a message that names every missing library and its package.
pub(crate) fn check() -> anyhow::Result<()> {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    // winit chooses in the same order.
    let system: &[Needed] = if is_set("WAYLAND_DISPLAY") || is_set("WAYLAND_SOCKET") {
        &WAYLAND
    } else {
        &X11
    };
    let missing: Vec<Needed> = [&ALWAYS, system]
        .concat()
        .into_iter()
        .filter(|(library, _)| !can_be_opened(library))
        .collect();
    ensure!(missing.is_empty(), "{}", sentence(&missing));
    Ok(())
}

#[allow(
    unsafe_code,
    reason = "opening a library runs its initialisers; these are the ones that winit and fontique open, too"
)]
fn can_be_opened(library: &str) -> bool {
    // SAFETY: the initialisers of the system libraries named above may run on any thread.
    unsafe { Library::new(library) }.is_ok()
}

fn sentence(missing: &[Needed]) -> String {
    let (libraries, packages): (Vec<_>, Vec<_>) = missing.iter().copied().unzip();
    tr!(
        "the window needs these libraries, which cannot be opened: {libraries}; on Debian and Ubuntu: {command}",
        libraries = libraries.join(", "),
        command = format!("sudo apt install {}", packages.join(" "))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_missing_library_is_named_with_its_package() {
        assert_eq!(
            sentence(&X11[3..]),
            "the window needs these libraries, which cannot be opened: libXi.so.6, libxkbcommon-x11.so.0; \
             on Debian and Ubuntu: sudo apt install libxi6 libxkbcommon-x11-0"
        );
    }
}
