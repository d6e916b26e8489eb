//! The file dialogs of the desktop.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use rfd::AsyncFileDialog;
use unhunch::config::programme::PICTURE_ENDINGS;
use unhunch::lang::tr;
use unhunch::time::Clock;

/// A dialog that is gone after this time was never there: nobody cancels so quickly.
const SHORTEST: Duration = Duration::from_millis(400);

/// The desktop has no file dialog.
#[derive(Debug, thiserror::Error)]
#[error(
    "{}",
    tr("Your desktop has no dialog for choosing files. Install xdg-desktop-portal or zenity.")
)]
pub(crate) struct NoDialog;

/// Asks for pictures: one for an exercise, or one for each of its steps. `then` isn't called if the user cancels.
pub(crate) fn choose_pictures(then: impl FnOnce(Result<Vec<PathBuf>, NoDialog>) + 'static) {
    let dialog = AsyncFileDialog::new()
        .set_title(tr("Choose a picture, or one for each step"))
        .add_filter(tr("Pictures"), &PICTURE_ENDINGS);
    spawn(then, async move {
        let files = dialog.pick_files().await?;
        Some(files.iter().map(|file| file.path().to_owned()).collect())
    });
}

/// Asks for a file with exercises. `then` isn't called if the user cancels.
pub(crate) fn choose_programme(then: impl FnOnce(Result<PathBuf, NoDialog>) + 'static) {
    let dialog = AsyncFileDialog::new()
        .set_title(tr("Choose a file with exercises"))
        .add_filter(tr("Exercises"), &["toml"]);
    spawn(then, async move {
        let file = dialog.pick_file().await?;
        Some(file.path().to_owned())
    });
}

fn spawn<T>(
    then: impl FnOnce(Result<T, NoDialog>) + 'static,
    chosen: impl Future<Output = Option<T>> + 'static,
) {
    let begin = Clock.now().elapsed;
    let work = async move {
        match chosen.await {
            Some(chosen) => then(Ok(chosen)),
            None if Clock.now().elapsed.saturating_sub(begin) < SHORTEST => then(Err(NoDialog)),
            None => {}
        }
    };
    if let Err(error) = slint::spawn_local(work) {
        // Only without an event loop.
        log::debug!("dialog: {error}");
    }
}

/// Returns a callback that passes the outcome to a page that still exists.
pub(crate) fn callback<P: 'static, T: 'static>(
    page: &Rc<P>,
    act: impl FnOnce(&Rc<P>, Result<T, NoDialog>) + 'static,
) -> impl FnOnce(Result<T, NoDialog>) + 'static {
    let page = Rc::downgrade(page);
    move |value| {
        if let Some(page) = page.upgrade() {
            act(&page, value);
        }
    }
}
