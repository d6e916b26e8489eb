//! A real GNOME Shell on Wayland, headless.

use std::fs;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;

use serde_json::Value;

use crate::root::InsideProcess;
use crate::session::Session;
use crate::{Picture, Rectangle, pass, wait};

const PACKAGES: [&str; 12] = [
    "gjs",
    "gnome-shell",
    "gnome-shell-extension-appindicator",
    "gnome-session-bin",
    "gnome-settings-daemon",
    "mutter",
    "gsettings-desktop-schemas",
    "dconf-gsettings-backend",
    "xwayland",
    "at-spi2-core",
    "python3-dbusmock",
    "python3-gi",
];

pub(crate) struct Gnome {
    // Fields are dropped in this order.
    shell: InsideProcess,
    session: Session,
    size: &'static str,
}

impl Deref for Gnome {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl DerefMut for Gnome {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.session
    }
}

impl Gnome {
    /// Starts GNOME with a monitor of this size; `None` if that is not possible here.
    pub(crate) fn up(size: &'static str) -> Option<Self> {
        let mut session = Session::up("gnome", &PACKAGES)?;
        session.root.write("scale.py", include_str!("scale.py"));
        for (schema, key, value) in [
            (
                "org.gnome.shell",
                "enabled-extensions",
                "['ubuntu-appindicators@ubuntu.com']",
            ),
            ("org.gnome.shell", "welcome-dialog-last-shown-version", "99"),
            ("org.gnome.desktop.interface", "enable-animations", "false"),
        ] {
            session.run("gsettings", &["set", schema, key, value]);
        }
        session.join_applications();
        no_input_methods(&mut session);
        let shell = shell(&session, size);
        session.set("WAYLAND_DISPLAY", "wayland-0");
        let mut gnome = Self {
            shell,
            session,
            size,
        };
        gnome.wait_for_shell();
        gnome.run("dbus-update-activation-environment", &["--all"]);
        gnome.keep("/usr/libexec/gsd-screensaver-proxy", &[]);
        // Mutter gives no window the focus before the overview is closed.
        gnome.js("Main.overview.hide(); 'ok'");
        Some(gnome)
    }

    fn wait_for_shell(&self) {
        wait("the shell", || {
            (self.root.path("run/wayland-0").exists()
                && self.try_js("Main.layoutManager._startingUp").as_deref() == Some("false"))
            .then_some(())
        });
    }

    /// Kills the shell and starts it again, as systemd would.
    pub(crate) fn restart_shell(&mut self) {
        self.shell.kill();
        let _ = fs::remove_file(self.root.path("run/wayland-0"));
        let _ = fs::remove_file(self.root.path("run/wayland-0.lock"));
        self.shell = shell(&self.session, self.size);
        self.wait_for_shell();
        self.js("Main.overview.hide(); 'ok'");
    }

    /// Runs JavaScript in the shell, and returns the value as JSON; `None` if that fails.
    fn try_js(&self, code: &str) -> Option<String> {
        let reply = async_io::block_on(self.bus.call_method(
            Some("org.gnome.Shell"),
            "/org/gnome/Shell",
            Some("org.gnome.Shell"),
            "Eval",
            &(code,),
        ));
        let (worked, value): (bool, String) = reply.ok()?.body().deserialize().ok()?;
        worked.then_some(value)
    }

    pub(crate) fn js(&self, code: &str) -> Value {
        let value = self
            .try_js(code)
            .unwrap_or_else(|| panic!("the shell can't do {code}"));
        serde_json::from_str(&value).unwrap_or(Value::Null)
    }

    /// Clicks with the left button at this point.
    pub(crate) fn click(&self, x: f64, y: f64) {
        self.pointer(&format!(
            "d.notify_absolute_motion(t(), {x} - 3, {y}); d.notify_absolute_motion(t(), {x}, {y})"
        ));
        pass(0.2);
        self.pointer("d.notify_button(t(), 1, 1)");
        pass(0.1);
        self.pointer("d.notify_button(t(), 1, 0)");
    }

    /// Moves the pointer, and turns the wheel downwards by this many notches.
    pub(crate) fn wheel(&self, x: f64, y: f64, notches: usize) {
        self.pointer(&format!("d.notify_absolute_motion(t(), {x}, {y})"));
        for _ in 0..notches {
            self.pointer("d.notify_discrete_scroll(t(), 1, 0)");
            pass(0.05);
        }
    }

    /// Drags from one point to another with the left button.
    pub(crate) fn drag(&self, from: (f64, f64), to: (f64, f64)) {
        self.pointer(&format!(
            "d.notify_absolute_motion(t(), {}, {})",
            from.0, from.1
        ));
        pass(0.2);
        self.pointer("d.notify_button(t(), 1, 1)");
        for step in 1..=10 {
            let part = f64::from(step) / 10.0;
            let (x, y) = (
                from.0 + (to.0 - from.0) * part,
                from.1 + (to.1 - from.1) * part,
            );
            self.pointer(&format!("d.notify_absolute_motion(t(), {x}, {y})"));
            pass(0.05);
        }
        self.pointer("d.notify_button(t(), 1, 0)");
    }

    fn pointer(&self, action: &str) {
        self.device("_testPointer", "POINTER_DEVICE", action);
    }

    /// Presses and releases the key with this keyval.
    pub(crate) fn key(&self, keyval: u32) {
        let action =
            format!("d.notify_keyval(t(), {keyval}, 1); d.notify_keyval(t(), {keyval}, 0)");
        self.device("_testKeyboard", "KEYBOARD_DEVICE", &action);
    }

    fn device(&self, name: &str, kind: &str, action: &str) {
        self.js(&format!(
            "const Clutter = imports.gi.Clutter; const t = () => imports.gi.GLib.get_monotonic_time(); \
             if (!global.{name}) global.{name} = Clutter.get_default_backend().get_default_seat() \
                 .create_virtual_device(Clutter.InputDeviceType.{kind}); \
             const d = global.{name}; {action}; 'ok'"
        ));
    }

    /// Sets the scale factor of the monitor.
    pub(crate) fn scale(&self, scale: u32) {
        let script = self.root.path("scale.py").display().to_string();
        self.run("/usr/bin/python3", &[&script, &scale.to_string()]);
        pass(1.5);
    }

    /// The area of Unhunch's window.
    pub(crate) fn window(&self) -> Option<Rectangle> {
        let windows = self.js(
            "JSON.stringify(global.get_window_actors().map(a => a.meta_window).filter(w => (w.wm_class || '').includes('unhunch') || \
             (w.get_sandboxed_app_id() || '').includes('unhunch') || w.title == 'Unhunch') \
             .map(w => { const r = w.get_frame_rect(); return [r.x, r.y, r.width, r.height]; }))",
        );
        rectangles(&windows).pop()
    }

    pub(crate) fn wait_for_window(&self) -> Rectangle {
        let window = wait("the window", || self.window());
        // The window fades in even without animations.
        pass(1.0);
        self.window().unwrap_or(window)
    }

    pub(crate) fn wait_for_no_window(&self) {
        wait("no window", || self.window().is_none().then_some(()));
    }

    /// Returns `true` if the shell shows a notification above the windows.
    pub(crate) fn has_banner(&self) -> bool {
        self.js("Main.messageTray._banner !== null") == true
    }

    /// The texts and areas of the buttons in the notification banner.
    pub(crate) fn buttons(&self) -> Vec<(String, Rectangle)> {
        let buttons = self.js(
            "(() => { const banner = Main.messageTray._banner; if (!banner || !banner._buttonBox) return '[]'; \
             return JSON.stringify(banner._buttonBox.get_children().map(b => { const [x, y] = b.get_transformed_position(); \
             const [w, h] = b.get_transformed_size(); return [b.label, x, y, w, h]; })); })()",
        );
        let buttons = parsed(&buttons);
        let button = |value: &Value| {
            Some((
                value[0].as_str()?.to_owned(),
                Rectangle::from_numbers(&value.as_array()?[1..])?,
            ))
        };
        buttons
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(button)
            .collect()
    }

    /// The titles of Unhunch's notifications in the message tray.
    pub(crate) fn notifications(&self) -> Vec<String> {
        let titles = parsed(&self.js(
            "JSON.stringify(Main.messageTray.getSources().filter(s => /unhunch/i.test(s.title)) \
             .flatMap(s => s.notifications.map(n => n.title)))",
        ));
        titles
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|title| Some(title.as_str()?.to_owned()))
            .collect()
    }

    /// The area of the icon on the panel, once it has a picture.
    pub(crate) fn icon(&self) -> Option<Rectangle> {
        let icons = self.js(
            "JSON.stringify(Object.keys(Main.panel.statusArea).filter(k => k.startsWith('appindicator')).map(k => { \
             const a = Main.panel.statusArea[k]; const [x, y] = a.get_transformed_position(); \
             const [w, h] = a.get_transformed_size(); return [x, y, w, h]; }))",
        );
        // Without a picture, it is only as wide as its padding.
        const PADDING: f64 = 8.0;
        let icon = rectangles(&icons).pop();
        icon.filter(|icon| icon.width > PADDING)
    }

    /// The texts and areas of the items in the icon's menu; empty while the menu is closed.
    pub(crate) fn menu(&self) -> Vec<(String, Rectangle)> {
        let items = parsed(&self.js(
            "JSON.stringify(Object.keys(Main.panel.statusArea).filter(k => k.startsWith('appindicator')).flatMap(k => { \
             const m = Main.panel.statusArea[k].menu; if (!m.isOpen) return []; return m._getMenuItems().filter(i => i.label) \
             .map(i => { const [x, y] = i.get_transformed_position(); const [w, h] = i.get_transformed_size(); \
             return [i.label.text, x, y, w, h]; }); }))",
        ));
        let item = |value: &Value| {
            Some((
                value[0].as_str()?.to_owned(),
                Rectangle::from_numbers(&value.as_array()?[1..])?,
            ))
        };
        items
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(item)
            .collect()
    }

    /// The area of the screen that windows may use.
    pub(crate) fn work_area(&self) -> Rectangle {
        let area = self.js("(() => { const r = Main.layoutManager.getWorkAreaForMonitor(0); return JSON.stringify([[r.x, r.y, r.width, r.height]]); })()");
        rectangles(&area).pop().expect("a monitor")
    }

    /// Takes a screenshot, and saves a copy for inspection.
    pub(crate) fn screenshot(&self, name: &str) -> Picture {
        let file: PathBuf = self.root.path("run").join("shot.png");
        let arguments = (false, false, file.display().to_string());
        let screenshot: (bool, String) = async_io::block_on(async {
            let reply = self.bus.call_method(
                Some("org.gnome.Shell.Screenshot"),
                "/org/gnome/Shell/Screenshot",
                Some("org.gnome.Shell.Screenshot"),
                "Screenshot",
                &arguments,
            );
            let reply = reply
                .await
                .expect("the shell takes pictures in its unsafe mode");
            reply.body().deserialize().expect("the interface's types")
        });
        assert!(screenshot.0);
        Picture::keep(&file, &format!("gnome-{name}"))
    }
}

/// Prevents the shell from starting the ibus daemon.
///
/// To start it, GNOME 43 runs JavaScript between fork and exec. In some starts the child deadlocks on a lock that another thread
/// held at the fork, and the shell waits for the child forever.
fn no_input_methods(session: &mut Session) {
    const SCRIPT: &str = "/org/gnome/shell/misc/ibusManager.js";
    let library = "/usr/lib/gnome-shell/libgnome-shell.so";
    let script = session.run("gresource", &["extract", library, SCRIPT]);
    let spawn = "_spawn(extraArgs = []) {";
    let changed = script.replace(spawn, &format!("{spawn}\n        return;"));
    session.root.write("ibusManager.js", &changed);
    let file = session.root.path("ibusManager.js").display().to_string();
    session.set("G_RESOURCE_OVERLAYS", &format!("{SCRIPT}={file}"));
}

/// Starts the shell without `WAYLAND_DISPLAY`, because it is the Wayland display itself.
fn shell(session: &Session, size: &str) -> InsideProcess {
    let program = ["-u", "WAYLAND_DISPLAY", "gnome-shell"];
    let headless = [
        "--headless",
        "--wayland",
        "--unsafe-mode",
        "--virtual-monitor",
    ];
    session.start("env", &[&program[..], &headless[..], &[size]].concat())
}

/// Parses JSON that the shell returns as a string within JSON.
fn parsed(value: &Value) -> Value {
    value
        .as_str()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

fn rectangles(value: &Value) -> Vec<Rectangle> {
    let list = parsed(value);
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(|value| Rectangle::from_numbers(value.as_array()?))
        .collect()
}
