//! Notices that are shown once: no tray, a history that can't be written, the introduction.

use super::*;
use crate::config::load;
use crate::source::Absence;

#[test]
fn missing_tray_is_reported_only_once() {
    let mut day = Day::begin();
    day.handle(AppEvent::NotificationServer(Source::Present));
    day.handle(AppEvent::NoTray);
    assert_eq!(day.notices(), ["This desktop has no tray"]);
    day.handle(AppEvent::NoTray);
    day.restart();
    day.handle(AppEvent::NotificationServer(Source::Present));
    day.handle(AppEvent::NoTray);
    assert!(day.notices().is_empty());
}

#[test]
fn missing_tray_notice_waits_for_a_notification_server() {
    let mut day = Day::begin();
    day.handle(AppEvent::NotificationServer(Source::none("nobody")));
    day.handle(AppEvent::NoTray);
    assert!(day.notices().is_empty());
    day.handle(AppEvent::NotificationServer(Source::Present));
    assert_eq!(day.notices(), ["This desktop has no tray"]);
}

#[test]
fn late_tray_is_not_reported_as_missing() {
    let mut day = Day::begin();
    day.handle(AppEvent::NotificationServer(Source::none("nobody")));
    day.handle(AppEvent::NoTray);
    day.handle(AppEvent::TrayHost(Source::Shown));
    day.handle(AppEvent::NotificationServer(Source::Present));
    assert!(day.notices().is_empty());
}

#[test]
fn history_write_failure_is_reported_once_per_failure() {
    let mut day = Day::begin();
    // A file in place of the folder.
    let folder = day.paths.history();
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    fs::write(&folder, "").unwrap();
    day.command(Command::Stood);
    day.command(Command::Stood);
    assert_eq!(day.notices(), ["The history can’t be saved"]);
    let problems = |day: &Day| day.running.app.status_message(&day.now).problems.len();
    assert_eq!(problems(&day), 1);
    fs::remove_file(&folder).unwrap();
    day.command(Command::Stood);
    assert_eq!(problems(&day), 0, "it works again");
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "").unwrap();
    day.command(Command::Stood);
    assert_eq!(day.notices().len(), 2);
}

#[test]
fn the_first_start_ever_shows_the_introduction() {
    if load::language().tag != "en" {
        // Without a settings file the program uses the system's language, which would affect the other tests.
        return;
    }
    let mut day = Day::at(Place::Desktop, |paths| {
        fs::remove_file(paths.settings()).unwrap()
    });
    assert_eq!(day.pages(), ["welcome"]);
    day.close();
    day.restart();
    assert!(day.window.is_none());
}

#[test]
fn no_introduction_if_settings_exist() {
    assert!(Day::begin().window.is_none());
}

#[test]
fn introduction_that_cannot_be_shown_causes_no_notice() {
    let mut day = Day::begin();
    day.world.borrow_mut().window_fails = true;
    let mut turn = Turn::at(&day.now);
    day.running.app.offer_page(Page::Welcome, &mut turn);
    day.handle(AppEvent::WindowStarted(Err(anyhow::anyhow!("no program"))));
    assert!(day.notices().is_empty());
}

#[test]
fn the_program_joins_the_applications_once() {
    let mut day = Day::begin();
    assert_eq!(day.world.borrow().joined, 1);
    assert_eq!(day.world.borrow().repaired, 1);
    StateFile::InApplications.write(&day.paths, "").unwrap();
    day.restart();
    assert_eq!(day.world.borrow().joined, 0);
    assert_eq!(day.world.borrow().repaired, 1, "at every start");
    let terminal = Day::at(Place::Terminal, |_| {});
    assert_eq!(terminal.world.borrow().joined, 0);
}

#[test]
fn a_question_that_nothing_shows_is_asked_in_the_window() {
    let mut day = Day::begin();
    day.advance_until_reminder();
    day.handle(AppEvent::Question(QuestionEvent::Failed(anyhow::anyhow!(
        "nobody"
    ))));
    assert_eq!(day.pages(), ["question"]);
    let sources = day.running.app.sources();
    assert_eq!(sources.notifications, Source::none("nobody"));
}

#[test]
fn a_question_that_the_icon_shows_needs_no_window() {
    let mut day = Day::begin();
    day.handle(AppEvent::TrayHost(Source::Shown));
    day.advance_until_reminder();
    day.handle(AppEvent::Question(QuestionEvent::Failed(anyhow::anyhow!(
        "nobody"
    ))));
    assert!(day.window.is_none());
}

#[test]
fn a_place_without_a_screen_says_what_is_missing() {
    let mut day = Day::at(Place::Headless, |_| {});
    let sources = day.running.app.sources().clone();
    assert_eq!(sources.tray, Source::None(Absence::Headless));
    assert_eq!(sources.idle, Source::None(Absence::NoScreen));
    assert_eq!(day.world.borrow().idle, None);
    day.advance(HOUR);
    assert_eq!(day.world.borrow().probe, None);
}

#[test]
fn an_update_is_shown_until_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unhunch");
    fs::write(&file, "old").unwrap();
    let mut day = Day::begin();
    day.running.app.program = InstalledProgram::at(file.clone());
    let is_updated = |day: &Day| {
        let is_shown = day.world.borrow().view.as_ref().unwrap().is_updated;
        let status = day.running.app.status_message(&day.now);
        assert_eq!(status.is_updated, is_shown);
        is_shown
    };
    day.still();
    assert!(!is_updated(&day));
    fs::write(&file, "newer").unwrap();
    day.still();
    assert!(is_updated(&day));
    assert!(day.notices().is_empty(), "it interrupts nobody");
}
