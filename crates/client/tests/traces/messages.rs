//! Messages of the user: sent, queued or rejected, but never dropped silently.

use crate::play_plain;

#[test]
fn sends_queued_messages_in_order_after_reconnect() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      send 1 early
                -> 1 waiting
        40      opened #1
                -> open #1; up ws://a/ws; transmit #1 1 early; 1 sent; arm 1040
        50      send 2 hello
                -> transmit #1 2 hello; 2 sent
        1040    timer
        9000    closed #1 1006
                -> down ws://a/ws 1006; backoff until 9750, 1006 x1; arm 9750
        9100    send 3 are you there
                -> 3 waiting
        9200    send 4 oops
                -> 4 waiting
        9300    delete 4
        9400    send 5 hello?
                -> 5 waiting
        9750    timer
                -> connecting #2; dial #2 ws://a/ws; arm 19750
        9800    opened #2
                -> open #2; up ws://a/ws after 800
                -> transmit #2 3 are you there; 3 sent; transmit #2 5 hello?; 5 sent; arm 10800
        9900    send 6 there you are
                -> transmit #2 6 there you are; 6 sent
        ",
    );
}

#[test]
fn keeps_waiting_messages_in_every_state() {
    play_plain(
        "
        0       send 1 idle
                -> 1 waiting; arm 300000
        1000    connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 11000
        1100    disconnect
                -> close #1 1000; abandon #1; stopped by the user; arm 300000
        1200    send 2 stopped
                -> 2 waiting
        1300    hide
                -> suspended
        1400    send 3 suspended
                -> 3 waiting
        1500    show
                -> stopped by the user
        2000    connect ws://a/ws
                -> connecting #2; dial #2 ws://a/ws; arm 12000
        2100    opened #2
                -> open #2; up ws://a/ws
                -> transmit #2 1 idle; 1 sent; transmit #2 2 stopped; 2 sent; transmit #2 3 suspended; 3 sent; arm 3100
        ",
    );
}

#[test]
fn limits_the_number_of_waiting_messages() {
    play_plain(
        "
        0       send 1..1000 hello
                -> 1 waiting; arm 300000; 2..1000 waiting
        10      send 1001 one too many
                -> 1001 full
        20      delete 500
        30      send 1001 now there is room
                -> 1001 waiting
        40      send 1002 no more
                -> 1002 full
        ",
    );
}

#[test]
fn limits_the_bytes_of_waiting_messages() {
    play_plain(
        "
        0       send 1 1048577 bytes
                -> 1 full
        0       send 2 1048570 bytes
                -> 2 waiting; arm 300000
        0       send 3 1234567
                -> 3 full
        0       send 4 123456
                -> 4 waiting
        0       delete 2
        0       send 3 1234567
                -> 3 waiting
        ",
    );
}

#[test]
fn fails_a_message_after_five_minutes() {
    play_plain(
        "
        0       send 1 hello
                -> 1 waiting; arm 300000
        9000    send 2 hello
                -> 2 waiting
        299_999 timer
                -> arm 300000
        300_000 timer
                -> 1 failed; arm 309000
        500_000 connect ws://a/ws
                -> 2 failed; connecting #1; dial #1 ws://a/ws; arm 510000
        500_100 send 1 hello
                -> 1 waiting
        500_200 opened #1
                -> open #1; up ws://a/ws; transmit #1 1 hello; 1 sent; arm 501200
        ",
    );
}
