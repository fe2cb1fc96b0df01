//! Sessions whose subprotocol is attached while they connect.

use yodel_client::connector::MAX_DEFERRED_FRAMES;
use yodel_client::{Session, Yodel};

use crate::transcript::play_with;

/// Plays a transcript with a session that awaits its subprotocol; attaches it and plays another one.
fn play_and_attach(before: &str, after: &str) {
    let mut session = play_with(Session::awaiting_subprotocol(), before);
    assert!(!session.is_attached());
    session.attach(Yodel::new().into());
    play_with(session, after);
}

#[test]
fn handles_the_frames_that_arrived_before() {
    play_and_attach(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
        50      receive #1 welcome
        ",
        "
        60      timer
                -> welcome c_me; open #1; up ws://a/ws; arm 20060
        ",
    );
}

#[test]
fn continues_when_attached_before_the_socket_is_open() {
    play_and_attach(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        ",
        "
        10      timer
                -> arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; open #1; up ws://a/ws; arm 20050
        ",
    );
}

#[test]
fn waits_for_the_welcome_from_the_attachment_on() {
    play_and_attach(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
        ",
        "
        60      timer
                -> arm 10060
        70      receive #1 welcome
                -> welcome c_me; open #1; up ws://a/ws; arm 20070
        ",
    );
}

#[test]
fn keeps_joins_messages_and_requests() {
    play_and_attach(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      join chat
        20      send 1 hello
                -> 1 waiting
        30      request 2 publish chat hi
                -> 2 waiting
        35      send 3 deleted
                -> 3 waiting
        36      delete 3
        37      latency
        40      opened #1
        50      receive #1 welcome
        ",
        "
        60      timer
                -> welcome c_me; open #1; up ws://a/ws; id:1 join room:chat; transmit #1 1 id:2 echo data:hello; 1 sent; transmit #1 2 id:3 publish room:chat data:hi key:k2; 2 sent; arm 20060
        ",
    );
}

#[test]
fn adds_an_idempotency_key_to_a_text_for_the_lobby() {
    play_and_attach(
        "
        0       connect lobby ws://a/broadcast
                -> connecting #1; dial #1 ws://a/broadcast; arm 10000
        20      send 1 hello
                -> 1 waiting
        40      opened #1
        50      receive #1 welcome of broadcast
        ",
        "
        60      timer
                -> welcome c_me; open #1; up ws://a/broadcast; id:1 join room:lobby
                -> transmit #1 1 id:2 publish room:lobby event:text data:hello key:88888888888888888888888888888888
                -> 1 sent; arm 20060
        ",
    );
}

#[test]
fn repeats_the_dial_until_it_is_attached() {
    play_and_attach(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
        50      receive #1 welcome
        10000   timer
                -> close #1 1000; abandon #1; down ws://a/ws 1006; backoff until 10750, 1006 x1; arm 10750
        10750   timer
                -> connecting #2; dial #2 ws://a/ws; arm 20750
        10760   opened #2
        10770   receive #2 welcome
        ",
        "
        10780   timer
                -> welcome c_me; open #2; up ws://a/ws; arm 30780
        ",
    );
}

#[test]
fn leaves_a_server_that_sends_too_many_frames() {
    let connect = "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      join chat
        40      opened #1
        ";
    let frames = "50      receive #1 welcome\n".repeat(MAX_DEFERRED_FRAMES);
    let last = "
        50      receive #1 welcome
                -> close #1 4002; abandon #1; down ws://a/ws 4002 too many frames before yodel.v1 was attached
                -> backoff until 1000, 4002 x1; arm 1000
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
        1050    receive #2 welcome
        ";
    let after = "
        1060    timer
                -> welcome c_me; open #2; up ws://a/ws; id:1 join room:chat; arm 21060
        ";
    play_and_attach(&format!("{connect}{frames}{last}"), after);
}

#[test]
fn forgets_the_rooms_of_another_server() {
    play_and_attach(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      join chat
        20      connect envelope ws://b/ws
                -> server changed; close #1 1000; abandon #1; connecting #2; arm 1000
        30      join news
        1000    timer
                -> dial #2 ws://b/ws; arm 11000
        1040    opened #2
        1050    receive #2 welcome
        ",
        "
        1060    timer
                -> welcome c_me; open #2; up ws://b/ws; id:1 join room:news; arm 21060
        ",
    );
}

#[test]
fn connects_in_plain_mode_without_it() {
    play_with(
        Session::awaiting_subprotocol(),
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        50      send 1 hello
                -> transmit #1 1 hello; 1 sent; arm 1050
        60      request 2 publish chat hi
                -> 2 failed
        ",
    );
}
