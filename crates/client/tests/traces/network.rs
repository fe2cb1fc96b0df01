//! The browser's `online` and `offline` events, which may be wrong.

use crate::play_plain;

#[test]
fn dials_once_and_soon_after_wake_up() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10000   timer
                -> close #1 1000; abandon #1; down ws://a/ws 1006; backoff until 10750, 1006 x1; arm 10750
        10100   online
                -> backoff until 10450, 1006 x1; arm 10450
        10110   visible
        10450   timer
                -> connecting #2; dial #2 ws://a/ws; arm 20450
        10460   visible
        10500   closed #2 1006
                -> backoff until 11500, 1006 x2; arm 11500
        10510   visible
                -> backoff until 11450, 1006 x2; arm 11450
        ",
    );
}

#[test]
fn waits_for_the_network_while_offline() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        9000    offline
        9500    closed #1 1006
                -> down ws://a/ws 1006; offline until 39500; arm 39500
        9600    offline
        20000   online
                -> backoff until 20350, 1006 x1; arm 20350
        20350   timer
                -> connecting #2; dial #2 ws://a/ws; arm 30350
        20400   opened #2
                -> open #2; up ws://a/ws after 10900; disarm
        ",
    );
}

#[test]
fn dials_after_the_fallback_while_offline() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        5       closed #1 1006
                -> down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        100     offline
                -> offline until 30100; arm 30100
        30100   timer
                -> connecting #2; dial #2 ws://a/ws; arm 40100
        30200   closed #2 1006
                -> offline until 60200; arm 60200
        31200   retry
                -> connecting #3; dial #3 ws://a/ws; arm 41200
        31300   opened #3
                -> open #3; up ws://a/ws; disarm
        ",
    );
}

#[test]
fn dials_when_visible_while_offline() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        1       offline
        2000    closed #1 1006
                -> down ws://a/ws 1006; offline until 32000; arm 32000
        3000    visible
                -> offline until 3350; arm 3350
        3350    timer
                -> connecting #2; dial #2 ws://a/ws; arm 13350
        ",
    );
}
