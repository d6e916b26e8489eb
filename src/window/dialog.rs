//! The file dialogs of the desktop.

use std::path::PathBuf;
use std::rc::Rc;

use rfd::AsyncFileDialog;
use unhunch::config::programme::PICTURE_ENDINGS;
use unhunch::lang::tr;

/// Asks for pictures: one for an exercise, or one for each of its steps. `then` isn't called if the user cancels.
pub(crate) fn choose_pictures(then: impl FnOnce(Vec<PathBuf>) + 'static) {
    let dialog = AsyncFileDialog::new()
        .set_title(tr("Choose a picture, or one for each step"))
        .add_filter(tr("Pictures"), &PICTURE_ENDINGS);
    spawn(async move {
        if let Some(files) = dialog.pick_files().await {
            then(files.iter().map(|file| file.path().to_owned()).collect());
        }
    });
}

/// Asks for a file with exercises. `then` isn't called if the user cancels.
pub(crate) fn choose_programme(then: impl FnOnce(PathBuf) + 'static) {
    let dialog = AsyncFileDialog::new()
        .set_title(tr("Choose a file with exercises"))
        .add_filter(tr("Exercises"), &["toml"]);
    spawn(async move {
        if let Some(file) = dialog.pick_file().await {
            then(file.path().to_owned());
        }
    });
}

fn spawn(work: impl Future<Output = ()> + 'static) {
    if let Err(error) = slint::spawn_local(work) {
        // Only without an event loop.
        log::debug!("dialog: {error}");
    }
}

/// Returns a callback that passes its argument to a page that still exists.
pub(crate) fn tell<P: 'static, T: 'static>(
    page: &Rc<P>,
    act: impl FnOnce(&Rc<P>, T) + 'static,
) -> impl FnOnce(T) + 'static {
    let page = Rc::downgrade(page);
    move |value| {
        if let Some(page) = page.upgrade() {
            act(&page, value);
        }
    }
}
