//! Dialing, and dialing again after a failure.

use yodel_client::Session;

use crate::play_plain;
use crate::transcript::play_with;

#[test]
fn connects() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        50      connect ws://a/ws
        ",
    );
}

#[test]
fn reports_an_unreachable_server_once() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        5       closed #1 1006
                -> down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1005    closed #2 1006
                -> backoff until 2005, 1006 x2; arm 2005
        2005    timer
                -> connecting #3; dial #3 ws://a/ws; arm 12005
        2010    closed #3 1006
                -> backoff until 3510, 1006 x3; arm 3510
        3510    timer
                -> connecting #4; dial #4 ws://a/ws; arm 13510
        3550    opened #4
                -> open #4; up ws://a/ws; disarm
        ",
    );
}

#[test]
fn abandons_a_dial_without_response() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        9999    timer
                -> arm 10000
        10000   timer
                -> close #1 1000; abandon #1; down ws://a/ws 1006; backoff until 10750, 1006 x1; arm 10750
        10100   opened #1
        10200   closed #1 1006
        10750   timer
                -> connecting #2; dial #2 ws://a/ws; arm 20750
        ",
    );
}

#[test]
fn limits_requested_dials_to_one_per_second() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        5       closed #1 1006
                -> down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        100     retry
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1005    closed #2 1006
                -> backoff until 2005, 1006 x2; arm 2005
        1500    retry
                -> backoff until 2000, 1006 x2; arm 2000
        1600    connect ws://a/ws
                -> connecting #3
        2000    timer
                -> dial #3 ws://a/ws; arm 12000
        2100    disconnect
                -> close #3 1000; abandon #3; stopped by the user; disarm
        2200    connect ws://b/ws
                -> server changed; connecting #4; arm 3000
        2300    disconnect
                -> stopped by the user; disarm
        3500    connect ws://b/ws
                -> connecting #4; dial #4 ws://b/ws; arm 13500
        ",
    );
}

#[test]
fn dials_immediately_on_retry_after_the_minimum_time() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10000   timer
                -> close #1 1000; abandon #1; down ws://a/ws 1006; backoff until 10750, 1006 x1; arm 10750
        10100   retry
                -> connecting #2; dial #2 ws://a/ws; arm 20100
        ",
    );
}

#[test]
fn resets_the_backoff_only_after_a_stable_connection() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        2000    opened #1
                -> open #1; up ws://a/ws; disarm
        3000    closed #1 1011
                -> down ws://a/ws 1011; backoff until 3750, 1011 x1; arm 3750
        3750    timer
                -> connecting #2; dial #2 ws://a/ws; arm 13750
        4000    opened #2
                -> open #2; up ws://a/ws after 1000; disarm
        8999    closed #2 1011
                -> down ws://a/ws 1011; backoff until 9999, 1011 x2; arm 9999
        9999    timer
                -> connecting #3; dial #3 ws://a/ws; arm 19999
        10000   opened #3
                -> open #3; up ws://a/ws after 1001; disarm
        15000   closed #3 1011
                -> down ws://a/ws 1011; backoff until 15750, 1011 x1; arm 15750
        ",
    );
}

#[test]
fn replaces_the_address() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      connect ws://b/ws
                -> server changed; close #1 1000; abandon #1; connecting #2; arm 1000
        50      opened #1
        1000    timer
                -> dial #2 ws://b/ws; arm 11000
        1100    opened #2
                -> open #2; up ws://b/ws; disarm
        5000    connect ws://c/ws
                -> server changed; close #2 1000; closing #2; arm 6500
        5050    closed #2 1000
                -> down ws://b/ws 1000 requested; connecting #3; dial #3 ws://c/ws; arm 15050
        5100    opened #3
                -> open #3; up ws://c/ws; disarm
        ",
    );
}

#[test]
fn restarts_the_backoff_on_connect() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> open #1; up ws://a/ws; disarm
        9000    closed #1 1006
                -> down ws://a/ws 1006; backoff until 9750, 1006 x1; arm 9750
        9100    connect ws://b/ws
                -> server changed; connecting #2; dial #2 ws://b/ws; arm 19100
        9110    connect ws://b/ws
        9500    closed #2 1006
                -> down ws://b/ws 1006; backoff until 10250, 1006 x1; arm 10250
        10250   timer
                -> connecting #3; dial #3 ws://b/ws; arm 20250
        12000   closed #3 1006
                -> backoff until 13000, 1006 x2; arm 13000
        12100   connect ws://b/ws
                -> connecting #4; dial #4 ws://b/ws; arm 22100
        14000   closed #4 1006
                -> down ws://b/ws 1006; backoff until 14750, 1006 x1; arm 14750
        14750   timer
                -> connecting #5; dial #5 ws://b/ws; arm 24750
        14800   opened #5
                -> open #5; up ws://b/ws; disarm
        ",
    );
}

#[test]
fn stops_on_an_invalid_url() {
    play_plain(
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        0       invalid #1 mixed
                -> stopped by mixed content; disarm
        2000    retry
        2000    connect wss://a/ws
                -> server changed; connecting #2; dial #2 wss://a/ws; arm 12000
        2000    invalid #2 syntax
                -> stopped by a bad address; disarm
        ",
    );
}

#[test]
fn stops_after_the_maximum_number_of_attempts() {
    play_with(
        Session::with_max_attempts(2),
        "
        0       connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        5       closed #1 1006
                -> down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1005    closed #2 1011
                -> stopped, exhausted by 1011 x2; disarm
        9000    online
        9000    retry
                -> connecting #3; dial #3 ws://a/ws; arm 19000
        9005    closed #3 1006
                -> down ws://a/ws 1006; backoff until 10000, 1006 x1; arm 10000
        ",
    );
}

#[test]
fn does_not_wait_longer_when_the_clock_is_set_back() {
    play_plain(
        "
        90_000  connect ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 100000
        91_000  closed #1 1006
                -> down ws://a/ws 1006; backoff until 91750, 1006 x1; arm 91750
        50_000  visible
                -> backoff until 50750, 1006 x1; backoff until 50350, 1006 x1; arm 50350
        50_350  timer
                -> connecting #2; dial #2 ws://a/ws; arm 60350
        ",
    );
}
