//! Goodbye frames, and the retry delay they request.

use crate::{play_envelope, play_reconnected};

#[test]
fn waits_as_long_as_the_goodbye_requests() {
    play_envelope(
        r#"
        60      request 1 publish chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
        70      receive #1 {"type":"goodbye","code":4001,"reason":"deploy","retry_ms":7312}
                -> goodbye 4001 in 7312
        80      request 2 publish chat ho
                -> 2 waiting
        85      receive #1 ok 1 k:1
                -> 1 reply ok 1; 1 acknowledged
        90      closed #1 4001 deploy
                -> down ws://a/ws 4001 deploy; backoff until 7402, 4001 x1; arm 7402
        "#,
    );
}

#[test]
fn limits_the_requested_retry_delay() {
    play_envelope(
        r#"
        70      receive #1 {"type":"goodbye","code":4001,"reason":"deploy","retry_ms":700000}
                -> goodbye 4001 in 700000; arm 10070
        90      closed #1 4001 deploy
                -> down ws://a/ws 4001 deploy; backoff until 300090, 4001 x1; arm 300090
        "#,
    );
}

#[test]
fn keeps_the_minimum_time_between_dials_after_a_goodbye() {
    play_envelope(
        r#"
        70      receive #1 {"type":"goodbye","code":4001,"reason":"deploy","retry_ms":0}
                -> goodbye 4001 in 0; arm 10070
        90      closed #1 4001 deploy
                -> down ws://a/ws 4001 deploy; backoff until 1000, 4001 x1; arm 1000
        "#,
    );
}

#[test]
fn uses_the_goodbye_when_the_close_frame_is_missing() {
    play_envelope(
        r#"
        70      receive #1 {"type":"goodbye","code":4503,"reason":"enough","retry_ms":0}
                -> goodbye 4503 in 0; arm 10070
        90      closed #1 1006
                -> down ws://a/ws 4503 enough; stopped by 4503 enough; disarm
        "#,
    );
    play_envelope(
        r#"
        70      receive #1 {"type":"goodbye","code":4001,"reason":"deploy","retry_ms":5000}
                -> goodbye 4001 in 5000; arm 10070
        10_070  timer
                -> close #1 1000; abandon #1; down ws://a/ws 4001 deploy; backoff until 15070, 4001 x1; arm 15070
        "#,
    );
}

#[test]
fn resumes_after_a_slow_reader_close() {
    play_reconnected(
        "
        9000    closed #1 4002 too slow
                -> down ws://a/ws 4002 too slow; backoff until 9750, 4002 x1; arm 9750
        ",
        "
        9820    receive #2 joined 2 chat k:45 45=a
                -> joined chat k:45; chat 45 a
        ",
    );
}

/// Plays a transcript like `play_envelope`, with a session that was closed with a requested wait of a minute.
fn play_waiting(script: &str) {
    let closed = r#"
        70      receive #1 {"type":"goodbye","code":4001,"reason":"deploy","retry_ms":60000}
                -> goodbye 4001 in 60000; arm 10070
        90      closed #1 4001 deploy
                -> down ws://a/ws 4001 deploy; backoff until 60090, 4001 x1; arm 60090
        "#;
    play_envelope(&[closed, script].concat());
}

/// Returns to the tab in every way.
#[test]
fn keeps_the_requested_wait_when_the_user_returns() {
    play_waiting(
        "
        2000    visible
        3000    online
        4000    offline
                -> offline until 60090
        5000    visible
        6000    online
                -> backoff until 60090, 4001 x1
        7000    hide
                -> suspended; disarm
        8000    show
                -> backoff until 60090, 4001 x1; arm 60090
        60_090  timer
                -> connecting #2; dial #2 ws://a/ws; arm 70090
        ",
    );
}

#[test]
fn the_user_overrules_the_requested_wait_once() {
    play_waiting(
        "
        2000    retry
                -> connecting #2; dial #2 ws://a/ws; arm 12000
        2010    closed #2 1006
                -> backoff until 60090, 1006 x2; arm 60090
        4000    connect envelope ws://a/ws
                -> connecting #3; dial #3 ws://a/ws; arm 14000
        4040    opened #3
                -> arm 14040
        4050    receive #3 welcome
                -> welcome c_me; open #3; up ws://a/ws after 3960; arm 24050
        4060    closed #3 1006
                -> down ws://a/ws 1006; backoff until 5000, 1006 x1; arm 5000
        ",
    );
}

#[test]
fn keeps_the_requested_wait_when_the_page_is_left_before_the_close() {
    play_envelope(
        r#"
        70      receive #1 {"type":"goodbye","code":4001,"reason":"deploy","retry_ms":60000}
                -> goodbye 4001 in 60000; arm 10070
        80      hide
                -> close #1 1001; abandon #1; down ws://a/ws 1001; suspended; disarm
        90      show
                -> backoff until 60080, 4001 x1; arm 60080
        "#,
    );
}

#[test]
fn another_server_need_not_wait() {
    play_waiting(
        "
        2000    connect ws://b/ws
                -> server changed; connecting #2; dial #2 ws://b/ws; arm 12000
        9000    closed #2 1006
                -> down ws://b/ws 1006; backoff until 9750, 1006 x1; arm 9750
        9010    visible
                -> backoff until 9360, 1006 x1; arm 9360
        ",
    );
}
