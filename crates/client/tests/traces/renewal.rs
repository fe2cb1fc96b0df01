//! Tokens that end, and those that come after them.

use crate::login::play_login;
use crate::play;

#[test]
fn a_token_that_ended_is_replaced_before_the_next_dial() {
    play_login(
        r#"
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 welcome
                -> welcome c_me; token wanted; arm 8050
        60      token old
                -> in secret id:1 auth token:old; arm 8060
        70      hear #1 no 1 token_expired
                -> close #1 4004; abandon #1; token wanted; down ws://a/ws 4004 no; backoff until 1000, 4004 x1
                -> arm 1000
        900     token new
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    hear #2 welcome
                -> welcome c_me; in secret id:2 auth token:new; arm 9050
        1060    hear #2 {"type":"ok","id":2,"user":"42"}
                -> logged in 42; open #2; up ws://a/ws; arm 21060
        9000    closed #2 4004
                -> token wanted; down ws://a/ws 4004; backoff until 9750, 4004 x1; arm 9750
        9750    timer
                -> backoff until 19750, 4004 x1; arm 19750
        9900    token newer
                -> connecting #3; dial #3 ws://a/ws; arm 19900
        9940    opened #3
                -> arm 19940
        9950    hear #3 welcome
                -> welcome c_me; in secret id:3 auth token:newer; arm 17950
        "#,
    );
}

#[test]
fn a_dial_does_not_wait_for_a_token_for_ever() {
    play_login(
        "
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 welcome 42
                -> welcome c_me; open #1; up ws://a/ws; arm 20050
        9000    closed #1 4004
                -> token wanted; down ws://a/ws 4004; backoff until 9750, 4004 x1; arm 9750
        9750    timer
                -> backoff until 19750, 4004 x1; arm 19750
        19_750  timer
                -> connecting #2; dial #2 ws://a/ws; arm 29750
        ",
    );
}

#[test]
fn a_token_that_comes_too_late_dials_nothing() {
    play_login(
        "
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 welcome 42
                -> welcome c_me; open #1; up ws://a/ws; arm 20050
        9000    closed #1 4004
                -> token wanted; down ws://a/ws 4004; backoff until 9750, 4004 x1; arm 9750
        9750    timer
                -> backoff until 19750, 4004 x1; arm 19750
        9800    disconnect
                -> stopped by the user; disarm
        9900    token abc
        ",
    );
}

#[test]
fn a_token_is_renewed_in_its_last_tenth() {
    play_login(
        r#"
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 welcome
                -> welcome c_me; token wanted; arm 8050
        60      token abc
                -> in secret id:1 auth token:abc; arm 8060
        70      hear #1 {"type":"ok","id":1,"user":"42","expires":1100}
                -> logged in 42; open #1; up ws://a/ws; arm 20070
        20_000  hear #1 chat 1 x
        20_070  timer
                -> arm 40000
        40_000  timer
                -> id:2 ping; arm 41000
        40_010  hear #1 pong 2
                -> latency 10
        89_000  hear #1 chat 1 x
        90_042  timer
                -> id:3 ping; arm 90052
        90_100  token def
                -> in secret id:4 auth token:def
        90_110  hear #1 {"type":"ok","id":3,"user":"42","expires":1104}
                -> latency 68
        "#,
    );
}

#[test]
fn a_token_of_a_short_life_is_renewed_in_time_too() {
    play_login(
        r#"
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 welcome
                -> welcome c_me; token wanted; arm 8050
        60      token abc
                -> in secret id:1 auth token:abc; arm 8060
        70      hear #1 {"type":"ok","id":1,"user":"42","expires":1010}
                -> logged in 42; open #1; up ws://a/ws; arm 5050
        5050    timer
                -> token wanted; arm 20070
        5060    token def
                -> in secret id:2 auth token:def
        5070    hear #1 {"type":"ok","id":2,"user":"42","expires":1010}
                -> logged in 42
        "#,
    );
}

#[test]
fn a_renewal_that_fails_does_not_end_the_connection() {
    play_login(
        "
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 welcome 42
                -> welcome c_me; open #1; up ws://a/ws; arm 20050
        60      token another
                -> in secret id:1 auth token:another
        70      hear #1 no 1 forbidden
                -> error forbidden
        80      token bad
                -> in secret id:2 auth token:bad
        90      hear #1 no 2 unauthorized
                -> close #1 4502; abandon #1; down ws://a/ws 4502 no; stopped by 4502 no; disarm
        ",
    );
}

#[test]
fn a_session_without_tokens_says_nothing_of_them() {
    play(
        "
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 welcome
                -> welcome c_me; open #1; up ws://a/ws; arm 20050
        60      closed #1 4004
                -> down ws://a/ws 4004; backoff until 1000, 4004 x1; arm 1000
        ",
    );
}

#[test]
fn a_token_that_came_before_the_last_one_ended_is_not_the_next() {
    play_login(
        "
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      token old
        40      opened #1
                -> arm 10040
        50      closed #1 4004
                -> token wanted; down ws://a/ws 4004; backoff until 1000, 4004 x1; arm 1000
        1000    timer
                -> backoff until 11000, 4004 x1; arm 11000
        11_000  timer
                -> connecting #2; dial #2 ws://a/ws; arm 21000
        11_040  opened #2
                -> arm 21040
        11_050  hear #2 welcome
                -> welcome c_me; arm 19050
        ",
    );
}
