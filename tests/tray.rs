//! The tray icon on a mock tray.
#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::time::Duration;

use async_channel::Receiver;
use common::notifications::Server;
use common::tray::{Icon, MenuItem};
use common::{Needs, on_a_desktop, pass, soon, with_bus};
use unhunch::schedule::{Phase, Status};
use unhunch::tray::host::{Host, follow};
use unhunch::tray::{Choice, Facts, Named, Offers, Pause, Tray, TrayEvent, TrayView};

const BUS: Needs = Needs {
    bus: true,
    screen: false,
};

fn view(phase: Phase, why: &str, problem: Option<&str>) -> TrayView {
    let status = Status {
        phase,
        sit: Duration::ZERO,
        next: None,
        holds: Vec::new(),
        paused_until: None,
        off_until: None,
        away_since: None,
        watching: false,
        routine: None,
        asking: None,
        why: why.into(),
    };
    let named = |id: &str, name: &str| Named {
        items: vec![(id.to_owned(), name.to_owned())],
        has_more: false,
    };
    let offers = Offers {
        routines: named("desk", "Desk stretch"),
        exercises: named("cat-cow", "Cat & cow"),
        offered: "Desk stretch".to_owned(),
        snooze: Duration::from_secs(600),
    };
    TrayView::new(Facts {
        status: &status,
        problem,
        offers: &offers,
        is_updated: false,
    })
}

fn sitting() -> TrayView {
    view(Phase::Sitting, "Sitting. Next about 14:35.", None)
}

fn create_tray(view: &TrayView) -> (anyhow::Result<Tray>, Receiver<TrayEvent>) {
    let (sender, events) = async_channel::unbounded();
    let tray = Tray::new(
        view,
        Box::new(move |event, _token| {
            let _ = sender.try_send(event);
        }),
    );
    (tray, events)
}

#[test]
fn a_panel_shows_the_icon_and_every_menu_item_works() {
    on_a_desktop(
        "a_panel_shows_the_icon_and_every_menu_item_works",
        BUS,
        || {
            async_io::block_on(async {
                let panel = common::tray::Tray::start(true).await;
                let (tray, events) = create_tray(&sitting());
                let _tray = tray.expect("there is a bus");
                let icon = panel.icon().await;
                assert_eq!(icon.title().await, "Unhunch");
                let tooltip = icon.tooltip().await;
                assert_eq!(tooltip.0, "Unhunch");
                assert_eq!(tooltip.1, "Sitting. Next about 14:35.");
                for (label, choice) in [
                    ("Start: desk stretch", Choice::Start),
                    ("Cat & cow", Choice::Routine("cat-cow".into())),
                    (
                        "1 hour",
                        Choice::Pause(Pause::For(Duration::from_secs(3600))),
                    ),
                    ("Until tomorrow", Choice::Pause(Pause::Tomorrow)),
                    ("Quit", Choice::Quit),
                ] {
                    icon.choose(label).await;
                    let event = soon(label, events.recv()).await;
                    assert_eq!(event, Ok(TrayEvent::Menu(choice)));
                }
                icon.click().await;
                assert_eq!(soon("click", events.recv()).await, Ok(TrayEvent::LeftClick));
            });
        },
    );
}

/// Waits until the item at index `place` has this label, and returns the menu.
async fn menu_with(icon: &Icon, place: usize, label: &str) -> Vec<MenuItem> {
    soon(label, async {
        loop {
            let menu = icon.menu().await;
            if menu[place].label == label {
                return menu;
            }
            pass(50).await;
        }
    })
    .await
}

#[test]
fn a_change_reaches_the_panel_and_keeps_the_items() {
    on_a_desktop(
        "a_change_reaches_the_panel_and_keeps_the_items",
        BUS,
        || {
            async_io::block_on(async {
                let panel = common::tray::Tray::start(true).await;
                let (tray, events) = create_tray(&sitting());
                let mut tray = tray.expect("there is a bus");
                let icon = panel.icon().await;
                let (calm, before) = (icon.picture().await, icon.menu().await);

                let paused = view(Phase::Paused, "Paused until 15:00.", None);
                tray.show(&paused).expect("it is shown");
                let after = menu_with(&icon, 0, "Paused until 15:00.").await;
                assert_eq!(icon.tooltip().await.1, "Paused until 15:00.");
                assert_ne!(icon.picture().await, calm);
                let ids =
                    |menu: &[MenuItem]| -> Vec<i32> { menu.iter().map(|line| line.id).collect() };
                assert_eq!(ids(&after), ids(&before));

                let odd_text = view(Phase::Paused, "Paused until 15:00.", Some("a_slip <&>"));
                tray.show(&odd_text).expect("it is shown");
                menu_with(&icon, 1, "a_slip <&>").await;
                icon.choose("Resume").await;
                let event = soon("resume", events.recv()).await;
                assert_eq!(event, Ok(TrayEvent::Menu(Choice::Resume)));
            });
        },
    );
}

/// mhogomchungu/sirikali#158: the panel starts after the icon was created.
#[test]
fn an_icon_waits_for_a_panel_and_outlives_one() {
    on_a_desktop("an_icon_waits_for_a_panel_and_outlives_one", BUS, || {
        async_io::block_on(async {
            let (tray, _told) = create_tray(&sitting());
            let _tray = tray.expect("there is a bus");
            for _ in 0..2 {
                let panel = common::tray::Tray::start(true).await;
                assert_eq!(panel.icon().await.title().await, "Unhunch");
                panel.die().await;
            }
        });
    });
}

#[test]
fn without_a_bus_there_is_an_error_and_no_icon() {
    on_a_desktop(
        "without_a_bus_there_is_an_error_and_no_icon",
        Needs::default(),
        || {
            let (tray, _told) = create_tray(&sitting());
            let error = tray.err().expect("no bus").to_string();
            assert_eq!(error, "the tray icon cannot be shown");
        },
    );
}

#[test]
fn the_host_is_followed_as_it_comes_and_goes() {
    on_a_desktop("the_host_is_followed_as_it_comes_and_goes", BUS, || {
        with_bus(|bus| async move {
            use futures_lite::FutureExt;
            let (sender, events) = async_channel::unbounded();
            let script = async {
                let next = || soon("word of the host", events.recv());
                assert_eq!(next().await, Ok(Host::Absent));
                let panel = common::tray::Tray::start(false).await;
                panel.set_host(true).await;
                assert_eq!(next().await, Ok(Host::Present));
                panel.set_host(false).await;
                assert_eq!(next().await, Ok(Host::Absent));
                panel.set_host(true).await;
                assert_eq!(next().await, Ok(Host::Present));
                panel.die().await;
                assert_eq!(next().await, Ok(Host::Absent));
                let _panel = common::tray::Tray::start(true).await;
                assert_eq!(next().await, Ok(Host::Present));
            };
            let work = async {
                let ended = follow(&bus, |host| {
                    let _ = sender.try_send(host);
                });
                panic!("{:?}", ended.await)
            };
            script.or(work).await;
        });
    });
}

/// slgobinath/safeeyes#199, #300, #428, #558, #743, #809, hovancik/stretchly#259: the icon is missing without any message.
#[test]
fn a_missing_tray_is_reported_only_once() {
    let needs = Needs {
        bus: true,
        screen: true,
    };
    on_a_desktop("a_missing_tray_is_reported_only_once", needs, || {
        let home = tempfile::tempdir().expect("a folder");
        // Marks the introduction as shown.
        let state = home.path().join(".local/state/unhunch");
        std::fs::create_dir_all(&state).expect("a folder");
        std::fs::write(state.join("welcomed"), "").expect("a file");
        async_io::block_on(async {
            let server = common::notifications::Server::start(&["body"]).await;
            let running = common::at_home(home.path());
            let card = soon("a notice", async {
                pass(10_000).await;
                assert!(server.is_left_alone(), "a panel may come late");
                server.card().await
            });
            let card = card.await;
            assert_eq!(card.title, "This desktop has no tray");
            assert!(card.body.contains("“unhunch status”"), "{}", card.body);
            drop(running);
            let _again = common::at_home(home.path());
            pass(17_000).await;
            assert!(server.is_left_alone(), "once is enough");
        });
    });
}

#[test]
fn names_are_plain_text_in_the_menu_the_tooltip_and_notifications() {
    let name = "names_are_plain_text_in_the_menu_the_tooltip_and_notifications";
    let needs = Needs {
        bus: true,
        screen: true,
    };
    on_a_desktop(name, needs, || {
        async_io::block_on(async {
            let panel = common::tray::Tray::start(true).await;
            let server = Server::start(&["actions", "body", "body-markup"]).await;
            let home = tempfile::tempdir().unwrap();
            let folder = home.path().join(".config/unhunch/exercises");
            fs::create_dir_all(&folder).unwrap();
            let exercise = include_str!("../config/exercises/scapula-squeeze.toml")
                .replace("\"scapula-squeeze\"", "\"nasty\"")
                .replace("\"Scapula squeeze\"", r#""& < > \" ' </b> _""#);
            fs::write(folder.join("nasty.toml"), exercise).unwrap();
            fs::write(folder.join("& < > \" ' <b>.toml"), "id = 4").unwrap();
            let _program = common::at_home(home.path());
            let icon = panel.icon().await;
            let label = "& < > \" ' </b> _";
            let menu = icon.menu().await;
            assert!(menu.iter().any(|item| item.label == label), "{menu:#?}");
            let escaped = "&amp; &lt; &gt; \" ' &lt;b&gt;.toml";
            soon("the file in the tooltip", async {
                while !icon.tooltip().await.1.contains(escaped) {
                    pass(50).await;
                }
            })
            .await;
            let card = server.card().await;
            assert!(card.body.contains(escaped), "{card:?}");
            assert!(!card.title.contains('&'), "{card:?}");
        });
    });
}
