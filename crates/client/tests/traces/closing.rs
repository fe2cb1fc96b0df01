//! Closing and lost connections.

use crate::play_plain;

#[test]
fn does_not_reconnect_after_disconnect() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        9000    disconnect
                -> close #1 1000; closing #1; arm 10500
        9020    closed #1 1000
                -> down ws://a/ws 1000 requested; stopped by the user; disarm
        9100    retry
        9200    offline
        9300    online
        9400    visible
        9500    timer
        9600    hide
                -> suspended
        9700    show
                -> stopped by the user
        20000   connect ws://a/ws
                -> connecting #2; dial #2 ws://a/ws; arm 30000
        20100   opened #2
                -> open #2; up ws://a/ws; disarm
        ",
    );
}

#[test]
fn sends_the_code_and_reason_of_a_disconnect() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      disconnect 4001 too early
                -> close #1 1000; abandon #1; stopped by the user; disarm
        1000    connect ws://a/ws
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> open #2; up ws://a/ws; disarm
        9000    disconnect 4001 end of the shift
                -> close #2 4001 end of the shift; closing #2; arm 10500
        9010    disconnect 4002 too late
        9020    closed #2 4001 end of the shift
                -> down ws://a/ws 4001 requested end of the shift; stopped by the user; disarm
        ",
    );
}

#[test]
fn stops_after_a_loss_while_reconnects_are_disabled() {
    play_plain(
        "
        0       reconnect off
        10      connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10010
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        9000    closed #1 1006
                -> down ws://a/ws 1006; stopped, exhausted by 1006 x1
        9100    offline
        9200    online
        9300    visible
        9400    timer
        20000   connect ws://a/ws
                -> connecting #2; dial #2 ws://a/ws; arm 30000
        20100   closed #2 1006
                -> down ws://a/ws 1006; stopped, exhausted by 1006 x1; disarm
        30000   reconnect on
        30100   retry
                -> connecting #3; dial #3 ws://a/ws; arm 40100
        30200   closed #3 1006
                -> down ws://a/ws 1006; backoff until 31100, 1006 x1; arm 31100
        ",
    );
}

#[test]
fn disabling_reconnects_ends_a_wait_and_not_a_connection() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        50      reconnect off
        60      reconnect on
        9000    closed #1 1006
                -> down ws://a/ws 1006; backoff until 9750, 1006 x1; arm 9750
        9100    reconnect off
                -> stopped, exhausted by 1006 x1; disarm
        20000   reconnect on
        ",
    );
}

#[test]
fn abandons_an_unanswered_close() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        9000    disconnect
                -> close #1 1000; closing #1; arm 10500
        9010    disconnect
        10500   timer
                -> abandon #1; down ws://a/ws 1006 requested; stopped by the user
        60000   closed #1 1006
        ",
    );
}

#[test]
fn reconnects_after_a_connect_while_closing() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        9000    disconnect
                -> close #1 1000; closing #1; arm 10500
        9010    connect ws://a/ws
        9020    closed #1 1000
                -> down ws://a/ws 1000 requested; connecting #2; dial #2 ws://a/ws; arm 19020
        ",
    );
}

#[test]
fn reports_no_outage_after_a_requested_disconnect() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        9000    closed #1 1006
                -> down ws://a/ws 1006; backoff until 9750, 1006 x1; arm 9750
        9100    disconnect
                -> stopped by the user; disarm
        60000   connect ws://a/ws
                -> connecting #2; dial #2 ws://a/ws; arm 70000
        60040   opened #2
                -> open #2; up ws://a/ws; disarm
        ",
    );
}

#[test]
fn does_not_reconnect_after_a_fatal_code() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        9000    closed #1 4502 unauthorized
                -> down ws://a/ws 4502 unauthorized; stopped by 4502 unauthorized
        9200    online
        9300    visible
        9400    timer
        9500    retry
                -> connecting #2; dial #2 ws://a/ws; arm 19500
        9600    opened #2
                -> open #2; up ws://a/ws after 600; disarm
        ",
    );
}

#[test]
fn reports_a_fatal_code_during_an_outage() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        5       closed #1 1006
                -> down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1005    closed #2 1008 go away
                -> down ws://a/ws 1008 go away; stopped by 1008 go away; disarm
        ",
    );
}

#[test]
fn ignores_events_of_old_sockets() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        9000    closed #1 1006
                -> down ws://a/ws 1006; backoff until 9750, 1006 x1; arm 9750
        9001    closed #1 4502
        9750    timer
                -> connecting #2; dial #2 ws://a/ws; arm 19750
        9760    opened #1
        9770    closed #1 1000
        9780    invalid #1 mixed
        9790    opened #2
                -> open #2; up ws://a/ws after 790; disarm
        9800    closed #7 1006
        9800    opened #2
        ",
    );
}
