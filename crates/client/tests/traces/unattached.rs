//! Sessions without a subprotocol, which support plain mode alone until one is attached.

use yodel_client::{Session, Yodel};

use crate::transcript::play_with;

/// Plays a transcript with a session that has no subprotocol; returns it.
fn play_unattached(script: &str) -> Session {
    play_with(Session::plain(), script)
}

/// Attaches `yodel.v1` and plays another transcript.
fn attach_and_play(mut session: Session, script: &str) {
    assert!(!session.is_attached());
    session.attach(Yodel::new().into());
    assert!(session.is_attached());
    play_with(session, script);
}

#[test]
fn connects_sends_and_reconnects_in_plain_mode() {
    play_unattached(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      send 1 early
                -> 1 waiting
        40      opened #1
                -> open #1; up ws://a/ws; transmit #1 1 early; 1 sent; arm 1040
        50      send 2 hello
                -> transmit #1 2 hello; 2 sent
        1040    timer 5 unwritten
                -> arm 2040
        1100    closed #1 1006, 5 unwritten
                -> 2 unconfirmed; down ws://a/ws 1006; backoff until 1850, 1006 x1; arm 1850
        1200    send 3 later
                -> 3 waiting
        1850    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11850
        1900    opened #2
                -> open #2; up ws://a/ws after 800; transmit #2 3 later; 3 sent; arm 2900
        2000    disconnect
                -> close #2 1000; closing #2; arm 3500
        2010    closed #2 1000
                -> down ws://a/ws 1000 requested; stopped by the user; disarm
        ",
    );
}

#[test]
fn rejects_a_connection_in_envelope_mode_until_attached() {
    let session = play_unattached(
        "
        0       connect envelope ws://a/ws
                -> stopped by 4501 yodel.v1 is not attached to this session
        10      retry
        20      connect envelope ws://a/ws
        30      online
        40      hide
                -> suspended
        50      show
                -> stopped by 4501 yodel.v1 is not attached to this session
        ",
    );
    attach_and_play(
        session,
        "
        2000    retry
                -> connecting #1; dial #1 ws://a/ws; arm 12000
        2040    opened #1
                -> arm 12040
        2050    receive #1 welcome
                -> welcome c_me; open #1; up ws://a/ws; arm 22050
        2060    request 1 publish chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 3060
        ",
    );
}

#[test]
fn closes_the_plain_connection_for_an_unsupported_mode() {
    play_unattached(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        50      connect envelope ws://a/ws
                -> close #1 1000; closing #1; arm 1550
        60      closed #1 1000
                -> down ws://a/ws 1000 requested; stopped by 4501 yodel.v1 is not attached to this session; disarm
        70      connect ws://a/ws
                -> connecting #2; arm 1000
        80      connect envelope ws://a/ws
                -> stopped by 4501 yodel.v1 is not attached to this session; disarm
        ",
    );
}

#[test]
fn rejects_a_mode_while_suspended() {
    play_unattached(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      hide
                -> close #1 1001; abandon #1; suspended; disarm
        20      connect envelope ws://a/ws
        30      show
                -> stopped by 4501 yodel.v1 is not attached to this session
        ",
    );
}

#[test]
fn rejects_requests_and_joins() {
    play_unattached(
        "
        0       request 1 publish chat hi
                -> 1 reply unavailable; 1 failed
        10      join chat
                -> left chat: unavailable
        20      leave chat
        30      token abc
        40      latency
        50      connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10050
        60      opened #1
                -> open #1; up ws://a/ws; disarm
        70      request 2 publish chat hi
                -> 2 reply unavailable; 2 failed
        80      join chat
                -> left chat: unavailable
        90      token abc
        95      latency
        ",
    );
}

#[test]
fn keeps_a_text_for_the_subprotocol() {
    let session = play_unattached(
        "
        0       connect envelope ws://a/ws
                -> stopped by 4501 yodel.v1 is not attached to this session
        10      send 1 hello
                -> 1 waiting; arm 300010
        ",
    );
    attach_and_play(
        session,
        "
        2000    retry
                -> connecting #1; dial #1 ws://a/ws; arm 12000
        2040    opened #1
                -> arm 12040
        2050    receive #1 welcome
                -> welcome c_me; open #1; up ws://a/ws; transmit #1 1 id:1 echo data:hello; 1 sent; arm 3050
        ",
    );
}

#[test]
fn keeps_the_plain_connection_when_attached() {
    let session = play_unattached(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        ",
    );
    attach_and_play(
        session,
        "
        50      send 1 hello
                -> transmit #1 1 hello; 1 sent; arm 1050
        60      join chat
        1050    timer
        1060    visible
        1070    connect envelope ws://a/ws
                -> close #1 1000; closing #1; arm 2570
        1080    closed #1 1000
                -> down ws://a/ws 1000 requested; connecting #2; dial #2 ws://a/ws; arm 11080
        1090    opened #2
                -> arm 11090
        1100    receive #2 welcome
                -> welcome c_me; open #2; up ws://a/ws; id:1 join room:chat; arm 2100
        ",
    );
}

#[test]
fn requests_a_token_when_attached_later() {
    attach_and_play(
        Session::plain().with_tokens(),
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; token requested; arm 8050
        ",
    );
}

#[test]
fn stops_after_the_last_attempt() {
    play_with(
        Session::plain().max_attempts(1),
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        5       closed #1 1006
                -> down ws://a/ws 1006; stopped, exhausted by 1006 x1; disarm
        ",
    );
}

#[test]
fn ignores_a_second_attachment() {
    let mut session = play_with(Session::new(), "0 join chat");
    session.attach(Yodel::new().into());
    play_with(
        session,
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; open #1; up ws://a/ws; id:1 join room:chat; arm 1050
        ",
    );
}
