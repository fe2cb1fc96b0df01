//! Tokens: asked for when they are needed, sent first, seen by nobody.

use yodel_client::{Effect, Event, Generation, Mode, Secret, Session};

use crate::frames::hear;
use crate::transcript::{Middle, play_with};

/// Plays a transcript with a session whose driver has tokens.
pub fn play_login(script: &str) {
    play_with(Session::new().with_tokens(), script);
}

#[test]
fn a_server_that_asks_who_one_is_gets_a_token_before_anything_else() {
    play_login(
        r#"
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      join chat
        20      ask 1 say chat hi
                -> 1 waiting
        40      opened #1
                -> arm 10040
        50      hear #1 welcome
                -> welcome c_me; token wanted; arm 8050
        500     token abc
                -> in secret id:1 auth token:abc; arm 8500
        510     hear #1 {"type":"ok","id":1,"user":"42","expires":2000}
                -> logged in 42; open #1; up ws://a/ws; id:2 join room:chat
                -> transmit #1 1 id:3 publish room:chat data:hi key:k1; 1 sent; arm 1510
        "#,
    );
}

#[test]
fn a_server_that_knows_it_already_gets_none() {
    play_login(
        "
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 welcome 42
                -> welcome c_me; open #1; up ws://a/ws; arm 20050
        ",
    );
}

#[test]
fn whoever_has_no_token_goes_without() {
    play_login(
        "
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 welcome
                -> welcome c_me; token wanted; arm 8050
        60      token
                -> open #1; up ws://a/ws; arm 20060
        70      ask 1 say chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1070
        80      hear #1 no 1 unauthorized
                -> 1 waiting; close #1 4502; abandon #1; down ws://a/ws 4502 no; stopped by 4502 no; arm 270070
        90      token abc
        2000    retry
                -> connecting #2; dial #2 ws://a/ws; arm 12000
        2040    opened #2
                -> arm 12040
        2050    hear #2 welcome
                -> welcome c_me; in secret id:2 auth token:abc; arm 10050
        ",
    );
}

#[test]
fn a_token_that_takes_too_long_is_for_the_next_connection() {
    play_login(
        "
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 welcome
                -> welcome c_me; token wanted; arm 8050
        8050    timer
                -> close #1 1000; abandon #1; down ws://a/ws 1006; backoff until 8800, 1006 x1; arm 8800
        8400    token abc
        8800    timer
                -> connecting #2; dial #2 ws://a/ws; arm 18800
        8840    opened #2
                -> arm 18840
        8850    hear #2 welcome
                -> welcome c_me; in secret id:1 auth token:abc; arm 16850
        ",
    );
}

#[test]
fn an_answer_that_takes_too_long_is_a_failure() {
    play_login(
        "
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 welcome
                -> welcome c_me; token wanted; arm 8050
        60      token abc
                -> in secret id:1 auth token:abc; arm 8060
        8060    timer
                -> close #1 1000; abandon #1; down ws://a/ws 1006; backoff until 8810, 1006 x1; arm 8810
        ",
    );
}

#[test]
fn a_token_that_is_no_good_is_fatal() {
    for code in ["unauthorized", "forbidden", "bad_request"] {
        play_login(&format!(
            "
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 welcome
                -> welcome c_me; token wanted; arm 8050
        60      token abc
                -> in secret id:1 auth token:abc; arm 8060
        70      hear #1 no 1 {code}
                -> close #1 4502; abandon #1; down ws://a/ws 4502 no; stopped by 4502 no; disarm
            "
        ));
    }
}

#[test]
fn a_server_that_cannot_look_at_a_token_now_is_asked_later() {
    play_login(
        "
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 welcome
                -> welcome c_me; token wanted; arm 8050
        60      token abc
                -> in secret id:1 auth token:abc; arm 8060
        70      hear #1 later 1
                -> close #1 1013; abandon #1; down ws://a/ws 1013 no; backoff until 1000, 1013 x1; arm 1000
        ",
    );
}

#[test]
fn nobody_sees_a_token() {
    let event = Event::Token(Some(Secret::new("abc".to_owned())));
    let mut session = Session::new().with_tokens();
    assert!(!format!("{event:?}").contains("abc"));
    session.step(0, event, &mut Middle);
    assert!(!format!("{session:?}").contains("abc"));
    session.step(0, Event::Connect { url: "ws://a/ws".to_owned(), mode: Mode::Envelope { lobby: false } }, &mut Middle);
    session.step(0, Event::Opened(Generation(1)), &mut Middle);
    let effects = session.step(0, hear("#1 welcome"), &mut Middle);
    let said =
        |effect: &Effect| matches!(effect, Effect::Authenticate { text, .. } if text.clone().reveal().contains("abc"));
    assert!(effects.iter().any(said), "{effects:?}");
    assert!(!format!("{session:?} {effects:?}").contains("abc"));
}
