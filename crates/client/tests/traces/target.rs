//! Changes of the target: a token, a subprotocol and a room are used with their own server only.

use crate::login::play_with_tokens;
use crate::{play, play_envelope, play_joined, play_plain};

#[test]
fn authenticates_with_the_token_of_the_target() {
    play(
        r#"
        0       connect envelope ws://a/ws, token abc
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome before auth
                -> welcome c_me; secret id:1 auth token:abc; arm 8050
        60      receive #1 {"type":"ok","id":1,"user":"42"}
                -> authenticated 42; open #1; up ws://a/ws; arm 20060
        "#,
    );
}

#[test]
fn sends_no_token_of_another_server() {
    play(
        r#"
        0       connect envelope ws://a/ws, token of-a
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; secret id:1 auth token:of-a; arm 8050
        60      receive #1 {"type":"ok","id":1,"user":"42"}
                -> authenticated 42; open #1; up ws://a/ws; arm 20060
        100     connect envelope ws://b/ws, token of-b
                -> server changed; close #1 1000; closing #1; arm 1600
        120     closed #1 1000
                -> down ws://a/ws 1000 requested; connecting #2; arm 1000
        1000    timer
                -> dial #2 ws://b/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome
                -> welcome c_me; secret id:2 auth token:of-b; arm 9050
        1060    connect envelope ws://a/ws, token of-a
                -> server changed; close #2 1000; abandon #2; connecting #3; arm 2000
        2000    timer
                -> dial #3 ws://a/ws; arm 12000
        2040    opened #3
                -> arm 12040
        2050    receive #3 welcome
                -> welcome c_me; secret id:3 auth token:of-a; arm 10050
        "#,
    );
}

#[test]
fn drops_a_requested_token_after_a_change_of_the_server() {
    play_with_tokens(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; token requested; arm 8050
        60      connect envelope ws://b/ws
                -> server changed; close #1 1000; abandon #1; connecting #2; arm 1000
        70      token of-a
        1000    timer
                -> dial #2 ws://b/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome
                -> welcome c_me; token requested; arm 9050
        1060    token of-a
        1070    token of-b for ws://b/other
                -> secret id:1 auth token:of-b; arm 9070
        ",
    );
}

#[test]
fn stops_without_the_token_that_the_server_requires() {
    let script = "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome before auth
                -> welcome c_me; close #1 4502; abandon #1; down ws://a/ws 4502 the server requires a token
                -> stopped by 4502 the server requires a token; disarm
        2000    connect envelope ws://a/ws, token abc
                -> connecting #2; dial #2 ws://a/ws; arm 12000
        2040    opened #2
                -> arm 12040
        2050    receive #2 welcome before auth
                -> welcome c_me; secret id:1 auth token:abc; arm 10050
    ";
    play(script);
    play_with_tokens(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome before auth
                -> welcome c_me; token requested; arm 8050
        60      token
                -> close #1 4502; abandon #1; down ws://a/ws 4502 the server requires a token
                -> stopped by 4502 the server requires a token; disarm
        ",
    );
}

#[test]
fn uses_an_expired_token_only_once() {
    play(
        "
        0       connect envelope ws://a/ws, token old
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome before auth
                -> welcome c_me; secret id:1 auth token:old; arm 8050
        60      receive #1 error 1 token_expired
                -> close #1 4004; abandon #1; down ws://a/ws 4004 no; backoff until 1000, 4004 x1; arm 1000
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome before auth
                -> welcome c_me; close #2 4502; abandon #2; down ws://a/ws 4502 the server requires a token
                -> stopped by 4502 the server requires a token; disarm
        ",
    );
}

#[test]
fn dials_again_when_only_the_token_changes() {
    play_envelope(
        "
        60      connect envelope ws://a/ws
        70      connect envelope ws://a/ws, token abc
                -> close #1 1000; closing #1; arm 1570
        80      closed #1 1000
                -> down ws://a/ws 1000 requested; connecting #2; arm 1000
        1000    timer
                -> dial #2 ws://a/ws; arm 11000
        ",
    );
}

#[test]
fn dials_again_when_only_the_subprotocols_change() {
    play_plain(
        "
        0       connect ws://a/ws, subprotocols chat
                -> connecting #1; dial #1 ws://a/ws chat; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        50      connect ws://a/ws, subprotocols chat
        60      connect ws://a/ws, subprotocols chat mqtt
                -> close #1 1000; closing #1; arm 1560
        70      closed #1 1000
                -> down ws://a/ws 1000 requested; connecting #2; arm 1000
        1000    timer
                -> dial #2 ws://a/ws chat mqtt; arm 11000
        ",
    );
}

#[test]
fn joins_no_room_of_another_server() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        65      leave chat
                -> id:2 leave room:chat
        66      join news
                -> id:3 join room:news
        70      connect envelope ws://b/ws
                -> server changed; close #1 1000; closing #1; arm 1570
        75      receive #1 joined 1 chat k:44
        76      receive #1 ok 2
        77      receive #1 joined 3 news k:44
        80      closed #1 1000
                -> down ws://a/ws 1000 requested; connecting #2; arm 1000
        1000    timer
                -> dial #2 ws://b/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome
                -> welcome c_me; open #2; up ws://b/ws; arm 21050
        ",
    );
}

#[test]
fn keeps_the_rooms_on_another_path_of_the_server() {
    play_joined(
        "
        80      connect envelope ws://a/other
                -> close #1 1000; closing #1; arm 1580
        90      closed #1 1000
                -> down ws://a/ws 1000 requested; connecting #2; arm 1000
        1000    timer
                -> dial #2 ws://a/other; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome
                -> welcome c_me; open #2; up ws://a/other; id:2 join room:chat; arm 2050
        ",
    );
}

#[test]
fn leaves_the_lobby_on_a_path_without_one() {
    play(
        "
        0       connect lobby ws://a/broadcast
                -> connecting #1; dial #1 ws://a/broadcast; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome of broadcast
                -> welcome c_me; open #1; up ws://a/broadcast; id:1 join room:lobby; arm 1050
        60      receive #1 joined 1 lobby k:44
                -> joined lobby k:44
        70      connect lobby ws://a/echo
                -> close #1 1000; closing #1; arm 1570
        80      closed #1 1000
                -> down ws://a/broadcast 1000 requested; connecting #2; arm 1000
        1000    timer
                -> dial #2 ws://a/echo; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome
                -> left lobby; welcome c_me; open #2; up ws://a/echo; arm 21050
        ",
    );
}

#[test]
fn stays_in_a_lobby_that_the_user_joined() {
    play(
        "
        0       connect lobby ws://a/broadcast
                -> connecting #1; dial #1 ws://a/broadcast; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome of broadcast
                -> welcome c_me; open #1; up ws://a/broadcast; id:1 join room:lobby; arm 1050
        60      join lobby
        70      connect lobby ws://a/echo
                -> close #1 1000; closing #1; arm 1570
        80      closed #1 1000
                -> down ws://a/broadcast 1000 requested; connecting #2; arm 1000
        1000    timer
                -> dial #2 ws://a/echo; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome
                -> welcome c_me; open #2; up ws://a/echo; id:2 join room:lobby; arm 2050
        ",
    );
}

#[test]
fn reports_addresses_without_secrets() {
    play_plain(
        "
        0       connect ws://user:pass@a/ws?token=abc&room=1
                -> connecting #1; dial #1 ws://user:pass@a/ws?token=abc&room=1; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws?room=1; disarm
        50      closed #1 1006
                -> down ws://a/ws?room=1 1006; backoff until 1000, 1006 x1; arm 1000
        ",
    );
}
