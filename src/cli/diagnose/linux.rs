//! The current answers of a Linux desktop.

use std::env;

use super::Answers;
use crate::app;
use crate::config::load;
use crate::ipc::Sources;
use crate::lang::tr;
use crate::notify::Allowed;
use crate::paths::Paths;
use crate::schedule::Hold;
use crate::source::{Absence, Source};

/// Determines now what the program checks only when a reminder is due.
pub(super) fn add_live_answers(now: &mut Answers, sources: &mut Sources) {
    if matches!(sources.quiet, Source::None(_)) {
        return;
    }
    let Ok(paths) = Paths::find() else { return };
    let settings = load::load(&paths, None, &[]).settings;
    let desktop = app::query_desktop(&settings, sources.notifications == Source::Present);
    now.0
        .insert("quiet", quiet_now(&desktop, settings.quiet.microphone));
    sources.quiet = Source::all(&desktop.sources);
    if let Some(server) = desktop.server {
        sources.notifications = match server.allowed {
            Allowed::Nothing => Source::None(Absence::SwitchedOff),
            Allowed::Banners | Allowed::ListOnly => Source::Named(server.name),
        };
        let buttons = if server.actions {
            tr("Reminders have buttons, or can be clicked.")
        } else {
            tr("Reminders have no buttons here: answer in the tray menu or with `unhunch`.")
        };
        let mut lines = vec![buttons.to_owned()];
        if server.allowed == Allowed::ListOnly {
            lines.push(
                tr("Your desktop’s settings for Unhunch put reminders in the notification list, without a banner.")
                    .to_owned(),
            );
        }
        now.0.insert("notifications", lines);
    }
}

fn quiet_now(desktop: &app::DesktopReport, microphone: bool) -> Vec<String> {
    let holds: Vec<String> = desktop.holds.iter().map(Hold::label).collect();
    let mut lines = vec![if holds.is_empty() {
        tr("Now: no reason to wait.").to_owned()
    } else {
        tr!("Now: {holds}.", holds = holds.join(", "))
    }];
    if microphone && !desktop.sources.contains(&"microphone") {
        lines.push(tr("No sound server reports when a microphone is in use.").to_owned());
    }
    lines
}

/// The name of the desktop and the kind of its session.
pub(super) fn desktop() -> String {
    let named = |name: &str| env::var(name).unwrap_or_else(|_| "?".to_owned());
    let (desktop, kind) = (named("XDG_CURRENT_DESKTOP"), named("XDG_SESSION_TYPE"));
    format!(", {desktop} ({kind})")
}

/// Advice if nothing shows notifications.
pub(super) fn without_notifications() -> &'static str {
    tr("Install a notification server, such as dunst or mako.")
}
