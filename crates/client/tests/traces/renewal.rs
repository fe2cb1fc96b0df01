//! Expiry and renewal of tokens.

use crate::login::play_with_tokens;
use crate::play_envelope;

#[test]
fn replaces_an_expired_token_before_the_next_dial() {
    play_with_tokens(
        r#"
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; token requested; arm 8050
        60      token old
                -> secret id:1 auth token:old; arm 8060
        70      receive #1 error 1 token_expired
                -> close #1 4004; abandon #1; token requested; down ws://a/ws 4004 no; backoff until 1000, 4004 x1
                -> arm 1000
        900     token new
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome
                -> welcome c_me; secret id:2 auth token:new; arm 9050
        1060    receive #2 {"type":"ok","id":2,"user":"42"}
                -> authenticated 42; open #2; up ws://a/ws; arm 21060
        9000    closed #2 4004
                -> token requested; down ws://a/ws 4004; backoff until 9750, 4004 x1; arm 9750
        9750    timer
                -> backoff until 19750, 4004 x1; arm 19750
        9900    token newer
                -> connecting #3; dial #3 ws://a/ws; arm 19900
        9940    opened #3
                -> arm 19940
        9950    receive #3 welcome
                -> welcome c_me; secret id:3 auth token:newer; arm 17950
        "#,
    );
}

#[test]
fn limits_the_wait_for_a_token() {
    play_with_tokens(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome 42
                -> welcome c_me; open #1; up ws://a/ws; arm 20050
        9000    closed #1 4004
                -> token requested; down ws://a/ws 4004; backoff until 9750, 4004 x1; arm 9750
        9750    timer
                -> backoff until 19750, 4004 x1; arm 19750
        19_750  timer
                -> connecting #2; dial #2 ws://a/ws; arm 29750
        ",
    );
}

#[test]
fn does_not_dial_for_a_token_after_disconnect() {
    play_with_tokens(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome 42
                -> welcome c_me; open #1; up ws://a/ws; arm 20050
        9000    closed #1 4004
                -> token requested; down ws://a/ws 4004; backoff until 9750, 4004 x1; arm 9750
        9750    timer
                -> backoff until 19750, 4004 x1; arm 19750
        9800    disconnect
                -> stopped by the user; disarm
        9900    token abc
        ",
    );
}

#[test]
fn renews_a_token_in_its_last_tenth() {
    play_with_tokens(
        r#"
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; token requested; arm 8050
        60      token abc
                -> secret id:1 auth token:abc; arm 8060
        70      receive #1 {"type":"ok","id":1,"user":"42","expires":1100}
                -> authenticated 42; open #1; up ws://a/ws; arm 20070
        20_000  receive #1 chat 1 x
        20_070  timer
                -> arm 40000
        40_000  timer
                -> id:2 ping; arm 41000
        40_010  receive #1 pong 2
                -> latency 10
        89_000  receive #1 chat 1 x
        90_042  timer
                -> id:3 ping; arm 90052
        90_100  token def
                -> secret id:4 auth token:def
        90_110  receive #1 {"type":"ok","id":3,"user":"42","expires":1104}
                -> latency 68
        "#,
    );
}

#[test]
fn renews_a_short_lived_token_five_seconds_before_expiry() {
    play_with_tokens(
        r#"
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; token requested; arm 8050
        60      token abc
                -> secret id:1 auth token:abc; arm 8060
        70      receive #1 {"type":"ok","id":1,"user":"42","expires":1010}
                -> authenticated 42; open #1; up ws://a/ws; arm 5050
        5050    timer
                -> token requested; arm 20070
        5060    token def
                -> secret id:2 auth token:def
        5070    receive #1 {"type":"ok","id":2,"user":"42","expires":1010}
                -> authenticated 42
        "#,
    );
}

#[test]
fn keeps_the_connection_after_a_failed_renewal() {
    play_with_tokens(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 welcome 42
                -> welcome c_me; open #1; up ws://a/ws; arm 20050
        60      token another
                -> secret id:1 auth token:another
        70      receive #1 error 1 forbidden
                -> error forbidden: no
        80      token bad
                -> secret id:2 auth token:bad
        90      receive #1 error 2 unauthorized
                -> close #1 4502; abandon #1; down ws://a/ws 4502 no; stopped by 4502 no; disarm
        ",
    );
}

#[test]
fn requests_no_token_unless_the_driver_has_tokens() {
    play_envelope(
        "
        60      closed #1 4004
                -> down ws://a/ws 4004; backoff until 1000, 4004 x1; arm 1000
        ",
    );
}

#[test]
fn discards_a_stored_token_after_expiry() {
    play_with_tokens(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      token old
        40      opened #1
                -> arm 10040
        50      closed #1 4004
                -> token requested; down ws://a/ws 4004; backoff until 1000, 4004 x1; arm 1000
        1000    timer
                -> backoff until 11000, 4004 x1; arm 11000
        11_000  timer
                -> connecting #2; dial #2 ws://a/ws; arm 21000
        11_040  opened #2
                -> arm 21040
        11_050  receive #2 welcome
                -> welcome c_me; arm 19050
        ",
    );
}
