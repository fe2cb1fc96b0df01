//! The back/forward cache.

use crate::play_plain;

#[test]
fn connects_immediately_when_the_page_is_restored() {
    play_plain(
        "
        0       show
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        50      hide
                -> close #1 1001; abandon #1; down ws://a/ws 1001; suspended
        55      hide
        60      closed #1 1006
        70      online
        80      show
                -> connecting #2; dial #2 ws://a/ws; arm 10080
        90      opened #2
                -> open #2; up ws://a/ws after 40; disarm
        ",
    );
}

#[test]
fn skips_the_backoff_when_the_page_is_restored() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        5       closed #1 1006
                -> down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        100     hide
                -> suspended; disarm
        200     retry
        200     show
                -> connecting #2; dial #2 ws://a/ws; arm 10200
        300     hide
                -> close #2 1001; abandon #2; suspended; disarm
        400     show
                -> connecting #3; dial #3 ws://a/ws; arm 10400
        500     closed #3 1006
                -> backoff until 1500, 1006 x2; arm 1500
        ",
    );
}

#[test]
fn stays_stopped_when_the_page_is_restored() {
    play_plain(
        "
        0       hide
                -> suspended
        1       show
                -> idle
        1000    connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 11000
        1005    closed #1 4503 kicked
                -> down ws://a/ws 4503 kicked; stopped by 4503 kicked; disarm
        2000    hide
                -> suspended
        2001    show
                -> stopped by 4503 kicked
        ",
    );
}

#[test]
fn reports_the_close_when_the_page_is_left_while_closing() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        50      disconnect
                -> close #1 1000; closing #1; arm 1550
        60      hide
                -> abandon #1; down ws://a/ws 1006 requested; suspended; disarm
        70      show
                -> stopped by the user
        ",
    );
}

#[test]
fn applies_commands_after_the_page_is_restored() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      hide
                -> close #1 1001; abandon #1; suspended; disarm
        50      disconnect
        60      show
                -> stopped by the user
        70      hide
                -> suspended
        80      connect ws://b/ws
                -> server changed
        90      show
                -> connecting #2; dial #2 ws://b/ws; arm 10090
        ",
    );
}
