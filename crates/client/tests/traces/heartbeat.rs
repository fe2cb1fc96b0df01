//! Liveness of the server, and latency.

use crate::play_envelope;

#[test]
fn pings_an_idle_server_and_closes_without_a_pong() {
    play_envelope(
        "
        20_050  timer
                -> id:1 ping; arm 21050
        20_060  receive #1 pong 1
                -> latency 10
        21_050  timer
                -> arm 40050
        40_060  timer
                -> id:2 ping; arm 41060
        41_060  timer
                -> arm 50060
        45_000  receive #1 chat 1 x
                -> arm 60060
        60_060  timer
                -> arm 65000
        65_000  timer
                -> id:3 ping; arm 66000
        66_000  timer
                -> arm 75000
        75_000  timer
                -> close #1 4003; abandon #1; down ws://a/ws 4003; backoff until 75750, 4003 x1; arm 75750
        ",
    );
}

#[test]
fn does_not_ping_an_active_server() {
    play_envelope(
        "
        9000    receive #1 chat 1 x
        19_000  receive #1 chat 1 x
        20_050  timer
                -> arm 39000
        39_000  timer
                -> id:1 ping; arm 40000
        ",
    );
}

#[test]
fn probes_the_server_after_wake_up() {
    play_envelope(
        "
        5000    visible
                -> id:1 ping; arm 6000
        5001    visible
        5002    online
        6000    receive #1 pong 1
                -> latency 1000
        7000    visible
                -> id:2 ping
        7500    timer
                -> arm 10000
        8500    timer
                -> arm 10000
        10_000  timer
                -> close #1 4003; abandon #1; down ws://a/ws 4003; backoff until 10750, 4003 x1; arm 10750
        ",
    );
}

#[test]
fn measures_latency_with_one_ping_at_a_time() {
    play_envelope(
        "
        5000    latency
                -> id:1 ping; arm 6000
        5010    latency
        5030    receive #1 pong 1
                -> latency 30
        6000    latency
                -> id:2 ping
        6000    timer
                -> arm 16000
        16_000  timer
                -> close #1 4003; abandon #1; down ws://a/ws 4003; backoff until 16750, 4003 x1; arm 16750
        16_100  latency
        ",
    );
}

#[test]
fn probes_again_after_sleeping_through_the_deadline() {
    play_envelope(
        "
        20_050  timer
                -> id:1 ping; arm 21050
        21_050  timer
                -> arm 30050
        3_600_000 timer
                -> id:2 ping; arm 3601000
        3_600_100 receive #1 pong 2
                -> latency 100
        3_601_000 timer
                -> arm 3620000
        3_620_000 timer
                -> arm 3620100
        3_620_100 timer
                -> id:3 ping; arm 3621100
        3_621_100 timer
                -> arm 3630100
        9_000_000 timer
                -> id:4 ping; arm 9001000
        9_001_000 timer
                -> arm 9003000
        9_003_000 timer
                -> close #1 4003; abandon #1; down ws://a/ws 4003; backoff until 9003750, 4003 x1; arm 9003750
        ",
    );
}

#[test]
fn closes_a_dead_connection_although_every_timer_is_late() {
    play_envelope(
        "
        60_000  timer
                -> id:1 ping; arm 61000
        120_000 timer
                -> close #1 4003; abandon #1; down ws://a/ws 4003; backoff until 120750, 4003 x1; arm 120750
        ",
    );
}
