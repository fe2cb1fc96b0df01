//! Servers that leave, and say when to come back.

use crate::play_envelope;

#[test]
fn the_server_says_when_to_come_back() {
    play_envelope(
        r#"
        60      ask 1 say chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
        70      hear #1 {"type":"goodbye","code":4001,"reason":"deploy","retry_ms":7312}
                -> goodbye 4001 in 7312
        80      ask 2 say chat ho
                -> 2 waiting
        85      hear #1 ok 1 k:1
                -> 1 gets ok 1; 1 acknowledged
        90      closed #1 4001 deploy
                -> down ws://a/ws 4001 deploy; backoff until 7402, 4001 x1; arm 7402
        "#,
    );
}

#[test]
fn it_cannot_send_one_away_for_ever() {
    play_envelope(
        r#"
        70      hear #1 {"type":"goodbye","code":4001,"reason":"deploy","retry_ms":700000}
                -> goodbye 4001 in 700000; arm 10070
        90      closed #1 4001 deploy
                -> down ws://a/ws 4001 deploy; backoff until 300090, 4001 x1; arm 300090
        "#,
    );
}

#[test]
fn it_cannot_have_everybody_back_at_once() {
    play_envelope(
        r#"
        70      hear #1 {"type":"goodbye","code":4001,"reason":"deploy","retry_ms":0}
                -> goodbye 4001 in 0; arm 10070
        90      closed #1 4001 deploy
                -> down ws://a/ws 4001 deploy; backoff until 1000, 4001 x1; arm 1000
        "#,
    );
}

#[test]
fn a_goodbye_counts_when_the_close_does_not_come() {
    play_envelope(
        r#"
        70      hear #1 {"type":"goodbye","code":4503,"reason":"enough","retry_ms":0}
                -> goodbye 4503 in 0; arm 10070
        90      closed #1 1006
                -> down ws://a/ws 4503 enough; stopped by 4503 enough; disarm
        "#,
    );
    play_envelope(
        r#"
        70      hear #1 {"type":"goodbye","code":4001,"reason":"deploy","retry_ms":5000}
                -> goodbye 4001 in 5000; arm 10070
        10_070  timer
                -> close #1 1000; abandon #1; down ws://a/ws 4001 deploy; backoff until 15070, 4001 x1; arm 15070
        "#,
    );
}

#[test]
fn a_slow_reader_comes_back_and_resumes() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      hear #1 joined 1 chat k:44
                -> joined chat k:44
        9000    closed #1 4002 too slow
                -> down ws://a/ws 4002 too slow; backoff until 9750, 4002 x1; arm 9750
        9750    timer
                -> connecting #2; dial #2 ws://a/ws; arm 19750
        9800    opened #2
                -> arm 19800
        9810    hear #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 810; id:2 join room:chat since:epoch:k offset:44
                -> arm 10810
        9820    hear #2 joined 2 chat k:45 45=a
                -> joined chat k:45; chat 45 a
        ",
    );
}
