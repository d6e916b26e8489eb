//! Requests of other programs, and the replies.

use super::*;

#[test]
fn a_window_that_cannot_be_opened_is_a_refusal() {
    let mut day = Day::begin();
    day.world.borrow_mut().window_fails = true;
    let answer = day.request(json!({ "do": "stretch" }));
    assert_eq!(answer["ok"], false);
    assert_eq!(answer["error"]["code"], "failed");
    assert_eq!(answer["error"]["message"], "there is no unhunch-window");
    assert_eq!(day.phase(), Phase::Sitting);
    assert!(day.notices().is_empty(), "the caller got the error");
    let answer = day.request(json!({ "do": "show", "page": "history" }));
    assert_eq!(answer["error"]["code"], "failed");
    day.world.borrow_mut().window_fails = false;
    let answer = day.request(json!({ "do": "stretch" }));
    assert_eq!(
        (&answer["ok"], &answer["message"]),
        (&json!(true), &json!("Stretching now."))
    );
    assert_eq!(day.pages(), ["guide"], "nothing is left of what failed");
}

#[test]
fn a_window_that_cannot_be_opened_from_the_tray_is_a_notice() {
    let mut day = Day::begin();
    day.world.borrow_mut().window_fails = true;
    day.click();
    assert_eq!(day.notices(), ["That didn’t work"]);
    assert_eq!(day.phase(), Phase::Sitting);
    assert_eq!(
        day.world.borrow().view.as_ref().unwrap().status.phase,
        Phase::Sitting
    );
    day.choose(Choice::Open);
    assert_eq!(day.notices().len(), 2);
}

#[test]
fn unknown_routine_is_refused() {
    let mut day = Day::begin();
    let answer = day.request(json!({ "do": "stretch", "routine": "dask" }));
    assert_eq!(answer["error"]["code"], "unknown-id");
    assert!(day.world.borrow().effects.is_empty());
}

#[test]
fn impossible_length_is_refused() {
    let mut day = Day::begin();
    let answer = day.request(json!({ "do": "stretch", "routine": "desk", "for": "5 s" }));
    assert_eq!(answer["error"]["code"], "bad-value");
    assert_eq!(day.phase(), Phase::Sitting);
}

#[test]
fn a_pause_needs_exactly_one_end() {
    let mut day = Day::begin();
    for pause in [
        json!({ "do": "pause" }),
        json!({ "do": "pause", "for": "10 min", "until": "15:00" }),
        json!({ "do": "pause", "until": "25:00" }),
    ] {
        assert_eq!(day.request(pause)["error"]["code"], "bad-value");
    }
    assert_eq!(day.phase(), Phase::Sitting);
    let answer = day.request(json!({ "do": "pause", "until": "15:00" }));
    assert_eq!(answer["message"], "Paused until 15:00.");
}

#[test]
fn status_is_returned_on_request() {
    let mut day = Day::begin();
    day.advance(10 * MINUTE);
    let status = &day.request(json!({ "do": "status" }))["status"];
    assert_eq!(
        (&status["phase"], &status["sit_seconds"]),
        (&json!("sitting"), &json!(600))
    );
    assert_eq!(status["sources"]["idle"], "test");
}

#[test]
fn watcher_receives_each_change_once() {
    let mut day = Day::begin();
    let mut bar = Client::new(500);
    let caller = bar.caller.clone();
    day.request_from(&caller, json!({ "do": "watch" }));
    assert_eq!(bar.receive_all().len(), 1);
    day.advance(10 * MINUTE);
    day.handle(AppEvent::Wakeup);
    assert!(bar.receive_all().is_empty(), "sitting on is not a change");
    day.command(Command::Snooze(None));
    let messages = bar.receive_all();
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["status"]["phase"], "snoozed");
    day.handle(AppEvent::Server(ServerEvent::Gone(500)));
    day.command(Command::Skip);
    assert!(bar.receive_all().is_empty());
}

#[test]
fn watcher_receives_nothing_if_the_window_fails_to_open() {
    let mut day = Day::begin();
    let mut bar = Client::new(500);
    let caller = bar.caller.clone();
    day.request_from(&caller, json!({ "do": "watch" }));
    bar.receive_all();
    day.world.borrow_mut().window_fails = true;
    day.click();
    let phases: Vec<_> = bar
        .receive_all()
        .iter()
        .map(|it| it["status"]["phase"].clone())
        .collect();
    assert!(!phases.contains(&json!("stretching")), "{phases:?}");
}

#[test]
fn answers_to_a_sample_reminder_change_nothing_except_start() {
    let mut day = Day::begin();
    let answer = day.request(json!({ "do": "try-reminder" }));
    assert_eq!(answer["ok"], true);
    assert!(day.world.borrow().question.is_some());
    for answer in [
        Answer::Snooze,
        Answer::Skip,
        Answer::Stood,
        Answer::Dismissed,
    ] {
        day.answer(answer);
    }
    assert_eq!(day.phase(), Phase::Sitting);
    assert!(day.world.borrow().effects.is_empty());
    assert!(day.history().is_empty());
    day.answer(Answer::Start);
    assert_eq!(day.playing(), Some("desk"));
}

#[test]
fn a_trial_of_a_question_that_is_open_is_that_question() {
    let mut day = Day::begin();
    day.advance_until_reminder();
    day.request(json!({ "do": "try-reminder" }));
    day.answer(Answer::Skip);
    assert_eq!(day.history(), ["asked Stand false", "skipped"]);
}

#[test]
fn a_real_question_after_a_sample_counts() {
    let mut day = Day::begin();
    day.request(json!({ "do": "try-reminder" }));
    day.advance_until_reminder();
    day.answer(Answer::Snooze);
    assert_eq!(day.phase(), Phase::Snoozed);
}

#[test]
fn safety_advice_that_was_read_is_remembered() {
    let mut day = Day::begin();
    day.choose(Choice::Open);
    assert_eq!(day.last_view()["settings"]["safety_seen"], false);
    day.send_from_window(json!({ "do": "safety-seen" }));
    assert_eq!(
        StateFile::SafetyRead.read(&day.paths).unwrap(),
        "2026-03-02\n"
    );
    day.choose(Choice::Open);
    assert_eq!(day.last_view()["settings"]["safety_seen"], true);
}

#[test]
fn the_window_gets_errors_but_no_replies_to_successful_requests() {
    let mut day = Day::begin();
    day.choose(Choice::Open);
    let mut client = day.window.take().unwrap().client;
    let caller = client.caller.clone();
    day.request_from(&caller, json!({ "do": "try-reminder" }));
    assert!(
        client
            .receive_all()
            .iter()
            .all(|message| message.get("message").is_none())
    );
    day.request_from(&caller, json!({ "do": "stretch", "routine": "dask" }));
    let messages = client.receive_all();
    assert!(
        messages
            .iter()
            .any(|message| message["error"]["code"] == "unknown-id"),
        "{messages:?}"
    );
}

#[test]
fn quit_on_the_socket_ends_the_program_after_the_answer() {
    let mut day = Day::begin();
    let mut client = Client::new(500);
    let call = serde_json::from_value(json!({ "do": "quit" })).unwrap();
    let request = AppEvent::Server(ServerEvent::Request(client.caller.clone(), call));
    assert_eq!(day.running.handle(request, &day.now), Flow::End);
    assert_eq!(client.receive_all()[0]["message"], "Unhunch has quit.");
}

#[test]
fn an_instance_with_a_display_or_bus_that_this_one_lacks_takes_over() {
    let mut day = Day::begin();
    day.running.app.set_display(Some("x11::0".to_owned()));
    let answer = day.request(json!({ "do": "start", "display": "x11::0" }));
    assert_eq!(answer["makes_way"], Value::Null);
    assert_eq!(day.pages(), ["home"]);
    let answer = day.request(json!({ "do": "start", "display": "x11::0", "at_login": true }));
    assert_eq!(answer["ok"], true);
    assert_eq!(day.pages(), ["home"], "no second window");
    let answer = day.request(json!({ "do": "start" }));
    assert_eq!(answer["makes_way"], Value::Null, "it has no display itself");
    let start = json!({ "do": "start", "display": "x11::0", "has_bus": true, "at_login": true });
    assert_eq!(day.request(start.clone())["makes_way"], Value::Null);
    day.running.app.lacks_bus = true;
    for start in [start, json!({ "do": "start", "display": "x11::1" })] {
        let mut client = Client::new(500);
        let call = serde_json::from_value(start).unwrap();
        let request = AppEvent::Server(ServerEvent::Request(client.caller.clone(), call));
        assert_eq!(day.running.handle(request, &day.now), Flow::End);
        assert_eq!(client.receive_all()[0]["makes_way"], true);
    }
}
