//! Tokens, which are requested when needed, sent first, and never shown.

use yodel_client::{Effect, Event, Generation, Mode, Session, Target};

use crate::frames::{receive, token};
use crate::transcript::{Middle, play_with};

/// Plays a transcript with a session whose driver supplies tokens.
pub fn play_with_tokens(script: &str) {
    play_with(Session::new().with_tokens(), script);
}

#[test]
fn authenticates_before_any_other_frame() {
    play_with_tokens(
        r#"
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      join chat
        20      request 1 publish chat hi
                -> 1 waiting
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; token requested; arm 8050
        500     token abc
                -> secret id:1 auth token:abc; arm 8500
        510     receive #1 {"type":"ok","id":1,"user":"42","expires":2000}
                -> authenticated 42; open #1; up ws://a/ws; id:2 join room:chat
                -> transmit #1 1 id:3 publish room:chat data:hi key:k1; 1 sent; arm 1510
        "#,
    );
}

#[test]
fn sends_no_token_to_a_server_that_knows_the_user() {
    play_with_tokens(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome 42
                -> welcome c_me; open #1; up ws://a/ws; arm 20050
        ",
    );
}

#[test]
fn continues_without_a_token() {
    play_with_tokens(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; token requested; arm 8050
        60      token
                -> open #1; up ws://a/ws; arm 20060
        70      request 1 publish chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1070
        80      receive #1 error 1 unauthorized
                -> 1 waiting; close #1 4502; abandon #1; down ws://a/ws 4502 no; stopped by 4502 no; arm 270070
        90      token abc
        2000    retry
                -> connecting #2; dial #2 ws://a/ws; arm 12000
        2040    opened #2
                -> arm 12040
        2050    receive #2 welcome
                -> welcome c_me; secret id:2 auth token:abc; arm 10050
        ",
    );
}

#[test]
fn keeps_a_late_token_for_the_next_connection() {
    play_with_tokens(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; token requested; arm 8050
        8050    timer
                -> close #1 1000; abandon #1; down ws://a/ws 1006; backoff until 8800, 1006 x1; arm 8800
        8400    token abc
        8800    timer
                -> connecting #2; dial #2 ws://a/ws; arm 18800
        8840    opened #2
                -> arm 18840
        8850    receive #2 welcome
                -> welcome c_me; secret id:1 auth token:abc; arm 16850
        ",
    );
}

#[test]
fn fails_without_a_reply_to_auth() {
    play_with_tokens(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; token requested; arm 8050
        60      token abc
                -> secret id:1 auth token:abc; arm 8060
        8060    timer
                -> close #1 1000; abandon #1; down ws://a/ws 1006; backoff until 8810, 1006 x1; arm 8810
        ",
    );
}

#[test]
fn stops_after_a_rejected_token() {
    for code in ["unauthorized", "forbidden", "bad_request"] {
        play_with_tokens(&format!(
            "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; token requested; arm 8050
        60      token abc
                -> secret id:1 auth token:abc; arm 8060
        70      receive #1 error 1 {code}
                -> close #1 4502; abandon #1; down ws://a/ws 4502 no; stopped by 4502 no; disarm
            "
        ));
    }
}

#[test]
fn retries_after_a_temporary_auth_error() {
    play_with_tokens(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; token requested; arm 8050
        60      token abc
                -> secret id:1 auth token:abc; arm 8060
        70      receive #1 rate_limited 1
                -> close #1 1013; abandon #1; down ws://a/ws 1013 no; backoff until 1000, 1013 x1; arm 1000
        ",
    );
}

#[test]
fn hides_tokens_in_debug_output() {
    let target = Target::new("ws://a/ws", Mode::Envelope { lobby: false });
    let event = token("abc");
    let mut session = Session::new().with_tokens();
    session.step(0, Event::Connect { target }, &mut Middle);
    assert!(!format!("{event:?}").contains("abc"));
    session.step(0, event, &mut Middle);
    assert!(!format!("{session:?}").contains("abc"));
    session.step(0, Event::Opened(Generation(1)), &mut Middle);
    let effects = session.step(0, receive("#1 welcome"), &mut Middle);
    let shown =
        |effect: &Effect| matches!(effect, Effect::Authenticate { text, .. } if text.clone().reveal().contains("abc"));
    assert!(effects.iter().any(shown), "{effects:?}");
    assert!(!format!("{session:?} {effects:?}").contains("abc"));
}
