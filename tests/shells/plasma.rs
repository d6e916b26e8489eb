//! A real Plasma desktop on Wayland, headless.

use std::fs;
use std::ops::{Deref, DerefMut};

use crate::root::InsideProcess;
use crate::session::Session;
use crate::{Picture, pass, wait};

const PACKAGES: [&str; 12] = [
    "imagemagick",
    "kwin-wayland",
    "kscreen",
    "plasma-workspace",
    "plasma-workspace-wayland",
    "plasma-desktop",
    "breeze",
    "breeze-icon-theme",
    "plasma-integration",
    "python3-dbusmock",
    "python3-gi",
    "xwayland",
];

pub(crate) struct Plasma {
    // Fields are dropped in this order.
    shell: InsideProcess,
    session: Session,
}

impl Deref for Plasma {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl DerefMut for Plasma {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.session
    }
}

impl Plasma {
    /// Starts Plasma with a monitor of this size; `None` if that is not possible here.
    pub(crate) fn up(width: u32, height: u32) -> Option<Self> {
        let mut session = Session::up("kde", &PACKAGES)?;
        for (name, value) in [
            ("KDE_FULL_SESSION", "true"),
            ("KDE_SESSION_VERSION", "5"),
            ("XDG_CONFIG_DIRS", "/etc/xdg"),
            ("XDG_DATA_DIRS", "/usr/local/share:/usr/share"),
            ("KWIN_WAYLAND_NO_PERMISSION_CHECKS", "1"),
            ("KWIN_SCREENSHOT_NO_PERMISSION_CHECKS", "1"),
        ] {
            session.set(name, value);
        }
        // Prevents dialogs, file indexing and automatic locks.
        let config =
            |name: &str, text: &str| session.root.write(&format!("home/.config/{name}"), text);
        config("kwalletrc", "[Wallet]\nEnabled=false\n");
        config("baloofilerc", "[Basic Settings]\nIndexing-Enabled=false\n");
        config("kscreenlockerrc", "[Daemon]\nAutolock=false\n");
        session
            .root
            .write("screenshot.py", include_str!("kwin_screenshot.py"));
        session
            .root
            .write("input.py", include_str!("kwin_input.py"));
        let (width, height) = (width.to_string(), height.to_string());
        let size = ["--width", &width, "--height", &height];
        let virtual_screen = ["--virtual", "--xwayland", "--socket", "wayland-0"];
        session.keep("kwin_wayland", &[&virtual_screen[..], &size[..]].concat());
        wait("KWin", || {
            let ping = [
                "call",
                "--session",
                "-d",
                "org.kde.KWin",
                "-o",
                "/KWin",
                "-m",
                "org.freedesktop.DBus.Peer.Ping",
            ];
            let pinged = session.command("gdbus", &ping).output().ok()?;
            (session.root.path("run/wayland-0").exists() && pinged.status.success()).then_some(())
        });
        session.set("WAYLAND_DISPLAY", "wayland-0");
        session.set("QT_QPA_PLATFORM", "wayland");
        session.run("dbus-update-activation-environment", &["--all"]);
        session.keep("kded5", &[]);
        let shell = session.start("plasmashell", &[]);
        let plasma = Self { shell, session };
        plasma.wait_for_shell();
        Some(plasma)
    }

    fn wait_for_shell(&self) {
        wait("Plasma's panel", || {
            let script = [
                "call",
                "--session",
                "-d",
                "org.kde.plasmashell",
                "-o",
                "/PlasmaShell",
                "-m",
            ];
            let count = [
                "org.kde.PlasmaShell.evaluateScript",
                "print(panels().length)",
            ];
            let output = self
                .command("gdbus", &[&script[..], &count[..]].concat())
                .output()
                .ok()?;
            String::from_utf8_lossy(&output.stdout)
                .contains('1')
                .then_some(())
        });
        // The applets start after the panel.
        pass(3.0);
    }

    /// Kills the shell and starts it again, as systemd would.
    pub(crate) fn restart_shell(&mut self) {
        self.shell.kill();
        pass(1.0);
        self.shell = self.start("plasmashell", &[]);
        self.wait_for_shell();
    }

    /// Clicks with the left button at this point.
    pub(crate) fn click(&self, x: u32, y: u32) {
        let script = self.root.path("input.py").display().to_string();
        self.run(
            "/usr/bin/python3",
            &[&script, &x.to_string(), &y.to_string()],
        );
    }

    /// Sets the scale factor of the monitor.
    pub(crate) fn scale(&self, scale: u32) {
        self.run("kscreen-doctor", &[&format!("output.1.scale.{scale}")]);
        pass(3.0);
    }

    /// Switches "do not disturb" on, as an application does. The returned cookie switches it off.
    pub(crate) fn inhibit_notifications(&self) -> u32 {
        let nothing = std::collections::HashMap::<&str, zbus::zvariant::Value<'_>>::new();
        let reply = async_io::block_on(self.bus.call_method(
            Some("org.freedesktop.Notifications"),
            "/org/freedesktop/Notifications",
            Some("org.freedesktop.Notifications"),
            "Inhibit",
            &("test", "a test", nothing),
        ));
        let reply = reply.expect("Plasma can be told");
        reply.body().deserialize().expect("a cookie")
    }

    pub(crate) fn allow_notifications(&self, cookie: u32) {
        let reply = async_io::block_on(self.bus.call_method(
            Some("org.freedesktop.Notifications"),
            "/org/freedesktop/Notifications",
            Some("org.freedesktop.Notifications"),
            "UnInhibit",
            &(cookie,),
        ));
        reply.expect("Plasma can be told");
    }

    /// Takes a screenshot, and saves a copy for inspection.
    pub(crate) fn screenshot(&self, name: &str) -> Picture {
        let script = self.root.path("screenshot.py").display().to_string();
        let file = self.root.path("run").join("shot.png");
        let _ = fs::remove_file(&file);
        self.run("/usr/bin/python3", &[&script, &file.display().to_string()]);
        Picture::keep(&file, &format!("plasma-{name}"))
    }
}
