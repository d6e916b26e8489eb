//! The window: each session that plays in it is written to the history exactly once.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Click,
    Choose(Choice),
    Stretch(Option<&'static str>),
    Play(u64),
    End(&'static str),
    Close,
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Click),
        2 => proptest::sample::select(vec![
            Choice::Start,
            Choice::Routine("desk".into()),
            Choice::Routine("moment".into()),
            Choice::Snooze,
            Choice::Skip,
            Choice::Stood,
            Choice::Open,
        ])
        .prop_map(Step::Choose),
        1 => proptest::sample::select(vec![None, Some("desk"), Some("moment")]).prop_map(Step::Stretch),
        4 => (1..25_u64).prop_map(Step::Play),
        1 => proptest::sample::select(vec!["ended", "finished"]).prop_map(Step::End),
        1 => Just(Step::Close),
        1 => (1..40_u64).prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_session_is_written_once_whatever_is_clicked(steps in proptest::collection::vec(step(), 1..30)) {
        let mut day = Day::begin();
        for step in steps {
            match step {
                Step::Click => day.click(),
                Step::Choose(choice) => day.choose(choice),
                Step::Stretch(routine) => day.send_from_window(json!({ "do": "stretch", "routine": routine })),
                Step::Play(seconds) => day.play(seconds),
                Step::End(kind) => day.end(kind),
                Step::Close => day.close(),
                Step::Wait(minutes) => day.advance(u32::try_from(minutes).unwrap() * MINUTE),
            }
            let routine = day.status().routine;
            prop_assert_eq!(routine.as_deref(), day.playing());
        }
        day.close();
        day.sessions.retain(|(_, seconds)| *seconds >= 10);
        prop_assert_eq!(day.written(), day.sessions);
    }
}

#[test]
fn a_click_on_the_icon_shows_the_routine_that_plays() {
    let mut day = Day::begin();
    day.click();
    day.play(30);
    day.click();
    day.choose(Choice::Routine("desk".into()));
    assert_eq!(day.pages(), ["guide", "guide", "guide"]);
    assert_eq!(day.playing(), Some("desk"));
    assert!(day.written().is_empty());
    day.end("finished");
    assert_eq!(day.written(), [("desk".to_owned(), 30)]);
}

#[test]
fn a_click_on_the_icon_shows_the_question_that_is_open() {
    let mut day = Day::begin();
    day.advance_until_reminder();
    day.click();
    assert_eq!(
        (day.pages(), day.playing()),
        (&["home".to_owned()][..], None)
    );
    assert_eq!(day.phase(), Phase::Asking);
    day.click();
    assert_eq!(day.pages(), ["home", "home"]);
}

#[test]
fn sessions_shorter_than_ten_seconds_are_not_recorded() {
    let mut day = Day::begin();
    day.click();
    day.play(9);
    day.close();
    assert!(day.written().is_empty());
    assert_eq!(day.phase(), Phase::Sitting);
    day.click();
    day.play(10);
    day.close();
    assert_eq!(day.written(), [("desk".to_owned(), 10)]);
}

#[test]
fn progress_is_recorded_when_the_window_closes() {
    let mut day = Day::begin();
    day.advance_until_reminder();
    day.answer(Answer::Start);
    day.play(100);
    day.close();
    assert_eq!(day.history(), ["asked Stand false", "partly desk 100"]);
    assert_eq!(day.phase(), Phase::Sitting);
    day.advance(10 * MINUTE);
    assert_eq!(
        day.phase(),
        Phase::Asking,
        "less than half doesn't count as an answer"
    );
}

#[test]
fn window_that_never_connects_is_reported() {
    let mut day = Day::begin();
    day.running
        .handle(AppEvent::Tray(TrayEvent::LeftClick), &day.now);
    assert!(std::mem::take(&mut day.world.borrow_mut().opens));
    assert_eq!(day.phase(), Phase::Stretching);
    day.handle(AppEvent::WindowExited);
    assert_eq!(day.notices(), ["The window couldn’t be opened"]);
    assert_eq!(day.phase(), Phase::Sitting);
    assert!(day.written().is_empty());
}

#[test]
fn pending_routine_ends_if_the_window_never_connects() {
    let mut day = Day::begin();
    day.running
        .handle(AppEvent::Tray(TrayEvent::LeftClick), &day.now);
    day.running
        .handle(AppEvent::Tray(TrayEvent::Menu(Choice::History)), &day.now);
    day.world.borrow_mut().opens = false;
    day.handle(AppEvent::WindowExited);
    assert_eq!(day.notices(), ["The window couldn’t be opened"]);
    assert_eq!(day.phase(), Phase::Sitting);
}

#[test]
fn replaced_routine_is_recorded_with_its_progress() {
    let mut day = Day::begin();
    day.click();
    day.play(60);
    day.choose(Choice::Routine("moment".into()));
    assert_eq!(day.playing(), Some("moment"));
    assert_eq!(day.written(), [("desk".to_owned(), 60)]);
    day.play(40);
    day.end("finished");
    assert_eq!(day.history(), ["partly desk 60", "done moment 40"]);
}

#[test]
fn window_report_overrides_known_progress() {
    let mut day = Day::begin();
    day.click();
    day.play(60);
    let playing = day.window.as_mut().unwrap().playing.as_mut();
    playing.unwrap().1 += 5;
    day.choose(Choice::Routine("moment".into()));
    assert_eq!(day.written(), [("desk".to_owned(), 65)]);
}

#[test]
fn a_replaced_routine_is_recorded_even_if_the_window_dies() {
    let mut day = Day::begin();
    day.click();
    day.play(60);
    // The window dies before it has switched routines.
    let window = day.window.take().unwrap();
    day.choose(Choice::Routine("moment".into()));
    day.handle(AppEvent::Server(ServerEvent::Gone(window.client.caller.id)));
    day.handle(AppEvent::WindowExited);
    assert_eq!(day.written(), [("desk".to_owned(), 60)]);
    assert_eq!(day.phase(), Phase::Sitting);
}

#[test]
fn starting_the_playing_routine_again_continues_it() {
    let mut day = Day::begin();
    day.advance_until_reminder();
    day.answer(Answer::Start);
    day.play(20);
    day.request(json!({ "do": "stretch" }));
    day.request(json!({ "do": "stretch", "routine": "desk", "for": "2 min" }));
    day.play(200);
    day.end("finished");
    assert_eq!(day.history(), ["asked Stand false", "done desk 220"]);
}

#[test]
fn another_window_takes_the_place_of_the_first() {
    let mut day = Day::begin();
    day.choose(Choice::Open);
    let mut first = day.window.take().unwrap().client;
    day.open_window();
    assert!(
        first
            .receive_all()
            .iter()
            .any(|message| message["close"] == true)
    );
    day.handle(AppEvent::Server(ServerEvent::Gone(first.caller.id)));
    day.click();
    assert_eq!(day.playing(), Some("desk"), "the second is still there");
}

#[test]
fn length_is_passed_to_the_window() {
    let mut day = Day::begin();
    day.request(json!({ "do": "stretch", "routine": "desk", "for": "2 min" }));
    assert_eq!(day.last_view()["for"], "2 min");
    day.end("ended");
    day.choose(Choice::Routine("desk".into()));
    assert_eq!(
        day.last_view()["for"],
        Value::Null,
        "the next is whole again"
    );
}

#[test]
fn a_click_uses_the_length_from_the_settings() {
    let mut day = Day::with("[rhythm]\nlength = \"3 min\"");
    day.click();
    assert_eq!(day.last_view()["for"], "3 min");
    day.end("ended");
    day.choose(Choice::Routine("desk".into()));
    assert_eq!(
        day.last_view()["for"],
        Value::Null,
        "it was chosen by its name"
    );
    day.end("ended");
    day.request(json!({ "do": "stretch", "for": "2 min" }));
    assert_eq!(day.last_view()["for"], "2 min");
}

#[test]
fn missing_routine_is_reported() {
    let mut day = Day::begin();
    day.choose(Choice::Routine("no-such-routine".into()));
    assert_eq!(day.notices(), ["That didn’t work"]);
    assert_eq!(day.phase(), Phase::Sitting);
    assert!(day.window.is_none());
}

#[test]
fn the_end_of_the_program_closes_the_window_and_keeps_what_was_done() {
    let mut day = Day::begin();
    day.click();
    day.play(60);
    day.quit();
    let messages = day.window.as_mut().unwrap().client.receive_all();
    assert!(messages.iter().any(|message| message["close"] == true));
    assert_eq!(day.written(), [("desk".to_owned(), 60)]);
}

#[test]
fn being_away_does_not_end_a_routine_that_plays() {
    let mut day = Day::begin();
    day.click();
    day.play(60);
    day.leave();
    day.advance(20 * MINUTE);
    assert_eq!(day.playing(), Some("desk"), "hands are off the keyboard");
    day.end("finished");
    assert_eq!(day.written(), [("desk".to_owned(), 60)]);
}

#[test]
fn check_in_is_recorded() {
    let mut day = Day::begin();
    day.click();
    day.play(200);
    day.end("finished");
    day.send_from_window(
        json!({ "do": "report", "report": "check-in", "routine": "desk", "feeling": "better" }),
    );
    assert_eq!(day.history(), ["done desk 200", "felt Better"]);
}

#[test]
fn a_report_of_a_routine_that_does_not_play_is_not_written() {
    let mut day = Day::begin();
    day.choose(Choice::Open);
    day.report("finished", &("desk".to_owned(), 200));
    assert!(day.written().is_empty());
}

#[test]
fn window_receives_every_change() {
    let mut day = Day::begin();
    day.choose(Choice::Open);
    assert_eq!(day.last_view()["status"]["phase"], "sitting");
    day.command(Command::Snooze(None));
    assert_eq!(day.last_view()["status"]["phase"], "snoozed");
    assert_eq!(day.pages(), ["home"], "no other page is opened");
}

#[test]
fn window_that_connects_but_is_never_shown_is_reported_once_and_not_recorded() {
    for pages in [&[][..], &[Choice::History]] {
        let mut day = Day::begin();
        day.shows_windows = false;
        day.click();
        day.play(100);
        for page in pages {
            day.choose(page.clone());
        }
        day.close();
        assert_eq!(day.notices(), ["The window couldn’t be opened"]);
        assert_eq!(day.phase(), Phase::Sitting);
        assert!(day.written().is_empty());
        // The next one is on the screen.
        day.shows_windows = true;
        day.click();
        day.play(20);
        day.close();
        assert_eq!(day.notices().len(), 1);
        assert_eq!(day.written(), [("desk".to_owned(), 20)]);
    }
}

#[test]
fn a_routine_replaced_before_the_window_is_shown_is_not_recorded() {
    let mut day = Day::begin();
    day.shows_windows = false;
    day.click();
    day.play(100);
    // The window dies before it has switched routines.
    let window = day.window.take().unwrap();
    day.choose(Choice::Routine("moment".into()));
    day.handle(AppEvent::Server(ServerEvent::Gone(window.client.caller.id)));
    day.handle(AppEvent::WindowExited);
    assert_eq!(day.notices(), ["The window couldn’t be opened"]);
    assert!(day.written().is_empty());
}

#[test]
fn failure_of_a_window_that_opened_by_itself_is_not_reported() {
    let mut day = Day::begin();
    day.shows_windows = false;
    day.running
        .app
        .offer_page(Page::Welcome, &mut Turn::at(&day.now));
    day.open_window();
    day.close();
    assert!(day.notices().is_empty());
}

#[test]
fn window_that_is_told_to_close_has_not_failed() {
    let mut day = Day::begin();
    day.shows_windows = false;
    day.click();
    day.quit();
    let window = day.window.take().unwrap();
    let event = ServerEvent::Gone(window.client.caller.id);
    day.running.handle(AppEvent::Server(event), &day.now);
    assert!(day.notices().is_empty());
}

#[test]
fn only_the_window_says_that_it_is_shown() {
    let mut day = Day::begin();
    day.shows_windows = false;
    day.click();
    day.request(json!({ "do": "shown" }));
    day.close();
    assert_eq!(day.notices(), ["The window couldn’t be opened"]);
}

#[test]
fn window_receives_the_activation_token_of_the_click() {
    let token = |token: &str| AppEvent::ActivationToken(token.to_owned());
    let mut day = Day::begin();
    day.handle(token("one"));
    day.choose(Choice::Settings);
    assert_eq!(day.last_view()["activation_token"], "one");
    day.choose(Choice::History);
    assert_eq!(
        day.last_view()["activation_token"],
        Value::Null,
        "it is used up"
    );
    day.handle(AppEvent::Question(QuestionEvent::ActivationToken(
        "two".to_owned(),
    )));
    day.answer(Answer::Open);
    assert_eq!(day.last_view()["activation_token"], "two");
    let event = ServerEvent::ActivationToken("three".to_owned());
    day.handle(AppEvent::Server(event));
    day.request(json!({ "do": "stretch" }));
    assert_eq!(day.last_view()["activation_token"], "three");
    day.handle(token("four"));
    day.request(json!({ "do": "stretch" }));
    assert_eq!(
        day.last_view()["activation_token"],
        "four",
        "it plays already"
    );
    day.handle(token("too old"));
    day.advance(MINUTE);
    day.choose(Choice::Settings);
    assert_eq!(day.last_view()["activation_token"], Value::Null);
    day.handle(token("no\0token"));
    day.choose(Choice::Settings);
    assert_eq!(day.last_view()["activation_token"], Value::Null);
}
