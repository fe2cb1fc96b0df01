//! Binary messages: they have the delivery states, the order and the limits of texts.

use crate::{play, play_plain};

#[test]
fn waits_for_a_connection_and_keeps_the_order() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      binary 1 bytes
                -> 1 waiting
        20      send 2 text
                -> 2 waiting
        30      binary 3 1048576 bytes
                -> 3 full
        40      opened #1
                -> open #1; up ws://a/ws; transmit #1 1 binary bytes; 1 sent; transmit #1 2 text; 2 sent; arm 1040
        ",
    );
}

#[test]
fn waits_for_a_socket_that_is_slow() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        100     binary 1 16777216 bytes
                -> transmit #1 1 binary 16777216 bytes; 1 sent; arm 150
        110     binary 2 hello
                -> 2 waiting
        150     timer, 16777216 unwritten
                -> arm 200
        200     timer
                -> transmit #1 2 binary hello; 2 sent; arm 1200
        ",
    );
}

#[test]
fn is_unconfirmed_when_it_was_not_written() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        100     binary 1 hello
                -> transmit #1 1 binary hello; 1 sent; arm 1100
        110     binary 2 hello
                -> transmit #1 2 binary hello; 2 sent
        130     closed #1 1006, 6 unwritten
                -> 1..2 unconfirmed; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        ",
    );
}

#[test]
fn fails_in_envelope_mode() {
    play(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      binary 1 hello
                -> 1 waiting
        20      connect envelope ws://a/ws
                -> 1 failed; close #1 1000; abandon #1; connecting #2; arm 1000
        30      binary 2 hello
                -> 2 failed
        ",
    );
}
