//! Backpressure: unwritten bytes of the socket stop the transmission, and become unconfirmed messages.

use crate::play_plain;

#[test]
fn stops_sending_above_the_high_water_mark() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        100     send 1 600000 bytes
                -> transmit #1 1 600000 bytes; 1 sent; arm 1100
        110     send 2 600000 bytes
                -> transmit #1 2 600000 bytes; 2 sent; arm 160
        120     send 3 hello
                -> 3 waiting
        160     timer, 900000 unwritten
                -> arm 210
        210     timer, 262144 unwritten
                -> arm 260
        220     send 4 hello
                -> 4 waiting
        260     timer, 262143 unwritten
                -> transmit #1 3 hello; 3 sent; transmit #1 4 hello; 4 sent; arm 1260
        270     send 5 hello
                -> transmit #1 5 hello; 5 sent
        ",
    );
}

#[test]
fn marks_unwritten_messages_unconfirmed() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        100     send 1 hello
                -> transmit #1 1 hello; 1 sent; arm 1100
        110     send 2 hello
                -> transmit #1 2 hello; 2 sent
        120     send 3 hello
                -> transmit #1 3 hello; 3 sent
        130     closed #1 1006, 6 unwritten
                -> 2..3 unconfirmed; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1100    opened #2
                -> open #2; up ws://a/ws after 970; disarm
        ",
    );
}

#[test]
fn marks_no_written_message_unconfirmed() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        100     send 1 hello
                -> transmit #1 1 hello; 1 sent; arm 1100
        130     closed #1 1006
                -> down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        ",
    );
}

#[test]
fn uses_the_last_measurement_of_an_abandoned_socket() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        100     send 1 hello
                -> transmit #1 1 hello; 1 sent; arm 1100
        1100    timer
        9000    send 2 hello
                -> transmit #1 2 hello; 2 sent; arm 10000
        9010    hide
                -> close #1 1001; abandon #1; 2 unconfirmed; down ws://a/ws 1001; suspended; disarm
        ",
    );
}

#[test]
fn marks_unwritten_messages_unconfirmed_after_an_unanswered_close() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        9000    send 1..3 hello
                -> transmit #1 1 hello; 1 sent; arm 10000; transmit #1 2 hello; 2 sent; transmit #1 3 hello; 3 sent
        9010    disconnect
                -> close #1 1000; closing #1; arm 10510
        10510   timer, 5 unwritten
                -> abandon #1; 3 unconfirmed; down ws://a/ws 1006 requested; stopped by the user
        ",
    );
}
