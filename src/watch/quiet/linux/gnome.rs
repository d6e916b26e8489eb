//! The do-not-disturb mode of GNOME. No service on the bus reports it, so the program `gsettings` is used.

use crate::child::{Lines, output};
use crate::watch::quiet::answers::AnswerReceiver;

const PROGRAM: &str = "gsettings";
const KEY: [&str; 2] = ["org.gnome.desktop.notifications", "show-banners"];

pub(super) async fn follow(receiver: &dyn AnswerReceiver) {
    let desktop = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
    if !desktop.split(':').any(|name| name == "GNOME") {
        return receiver.answer(None);
    }
    let [schema, key] = KEY;
    let Ok(mut changes) = Lines::spawn(PROGRAM, &["monitor", schema, key]) else {
        return receiver.answer(None);
    };
    let present = output(PROGRAM, &["get", schema, key]).await;
    let Some(banners_shown) = present.as_deref().and_then(banners) else {
        return receiver.answer(None);
    };
    receiver.answer(Some(!banners_shown));
    while let Some(line) = changes.next().await {
        if let Some(banners_shown) = banners(&line) {
            receiver.answer(Some(!banners_shown));
        }
    }
    receiver.answer(None);
}

/// Parses a line such as `true` or `show-banners: true`. Returns `true` if notifications are shown.
fn banners(line: &str) -> Option<bool> {
    line.rsplit(' ').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_output_formats_are_parsed() {
        assert_eq!(banners("true\n"), Some(true));
        assert_eq!(banners("show-banners: false"), Some(false));
        assert_eq!(banners(""), None);
        assert_eq!(banners("No such schema"), None);
    }
}
