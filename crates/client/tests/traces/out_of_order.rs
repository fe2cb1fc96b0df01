//! Messages that arrive before an earlier one, which is late or lost.

use crate::{play_joined, play_rejoined};

#[test]
fn requests_a_missing_message() {
    play_joined(
        "
        80      receive #1 chat 46 b
        90      receive #1 chat 47 c
        2080    timer
                -> id:2 join room:chat since:epoch:k offset:44; arm 3080
        2090    receive #1 chat 48 d
        2100    receive #1 joined 2 chat k:47 45=a 46=b 47=c
                -> joined chat k:47; chat 45 a; chat 46 b; chat 47 c; chat 48 d
        ",
    );
}

#[test]
fn reports_a_gap_for_a_message_out_of_history() {
    play_joined(
        "
        80      receive #1 chat 46 b
        90      receive #1 chat 48 d
        2080    timer
                -> id:2 join room:chat since:epoch:k offset:44; arm 3080
        2090    receive #1 chat 49 e
        2100    receive #1 unrecovered joined 2 chat k:48
                -> joined chat k:48; gap in chat after k:44 up to k:48; chat 46 b; chat 48 d; chat 49 e
        ",
    );
}

#[test]
fn delivers_held_messages_of_an_ended_epoch() {
    play_joined(
        "
        80      receive #1 chat 46 b
        90      closed #1 1006
                -> down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 960; id:2 join room:chat since:epoch:k offset:44
                -> arm 2050
        1060    receive #2 unrecovered joined 2 chat new:3
                -> gap in chat after k:44 up to k:45; chat 46 b; id:3 join room:chat since:epoch:new offset:0
        1070    receive #2 chat 4 on
        1080    receive #2 joined 3 chat new:3 1=x 2=y 3=z
                -> joined chat new:3; chat 1 x; chat 2 y; chat 3 z; chat 4 on; gap in chat after k:46 up to new:3
        ",
    );
}

#[test]
fn joins_again_when_a_reply_has_another_epoch() {
    play_joined(
        "
        80      request 1 publish chat hi
                -> transmit #1 1 id:2 publish room:chat data:hi key:k1; 1 sent
        90      receive #1 ok 2 new:1
                -> 1 reply ok 1; 1 acknowledged; id:3 join room:chat since:epoch:k offset:44
        100     receive #1 unrecovered joined 3 chat new:1
                -> id:4 join room:chat since:epoch:new offset:0
        110     receive #1 joined 4 chat new:1 1=hi
                -> joined chat new:1; gap in chat after k:44 up to new:1
        120     receive #1 chat 2 on
                -> chat 2 on
        ",
    );
}

#[test]
fn requests_missing_messages_immediately_when_too_many_are_held() {
    let early: Vec<String> = (46..=300).map(|offset| format!("80 receive #1 chat {offset} x")).collect();
    let early = early.join("\n");
    play_joined(&format!(
        "{early}
        80 receive #1 chat 301 x\n-> id:2 join room:chat since:epoch:k offset:44"
    ));
}

#[test]
fn reports_a_gap_when_the_offset_goes_back() {
    play_rejoined(
        "
        9820    receive #2 unrecovered joined 2 chat k:40
                -> joined chat k:40; gap in chat after k:44 up to k:40
        9830    receive #2 chat 41 on
                -> chat 41 on
        ",
    );
}

#[test]
fn does_not_request_messages_twice_during_a_join() {
    play_joined(
        "
        80      receive #1 chat 46 b
        2080    timer
                -> id:2 join room:chat since:epoch:k offset:44; arm 3080
        2090    receive #1 chat 45 a
                -> chat 45 a; chat 46 b
        2100    receive #1 chat 48 d
        2110    receive #1 joined 2 chat k:46 45=a 46=b
                -> joined chat k:46
        3080    timer
                -> arm 4110
        4110    timer
                -> id:3 join room:chat since:epoch:k offset:46; arm 5110
        4120    receive #1 joined 3 chat k:48 47=c 48=d
                -> joined chat k:48; chat 47 c; chat 48 d
        ",
    );
}

#[test]
fn does_not_repeat_a_slow_join() {
    play_joined(
        "
        80      receive #1 chat 46 b
        2080    timer
                -> id:2 join room:chat since:epoch:k offset:44; arm 3080
        2090    receive #1 chat 47 c
        3080    timer
                -> arm 20050
        9000    receive #1 chat 48 d
        9010    receive #1 joined 2 chat k:47 45=a 46=b 47=c
                -> joined chat k:47; chat 45 a; chat 46 b; chat 47 c; chat 48 d
        ",
    );
}

#[test]
fn requests_messages_again_that_exceeded_the_limit_during_a_join() {
    let early: Vec<String> = (46..=600).map(|offset| format!("80 receive #1 chat {offset} x")).collect();
    // 512 messages are held. The join is sent at the 256th.
    let (first, rest) = early.split_at(256);
    let (first, rest) = (first.join("\n"), rest.join("\n"));
    let reported: Vec<String> = (46..=557).map(|offset| format!("chat {offset} x")).collect();
    let reported = reported.join("; ");
    play_joined(&format!(
        "{first}\n-> id:2 join room:chat since:epoch:k offset:44
        {rest}
        90 receive #1 joined 2 chat k:45 45=a\n-> joined chat k:45; chat 45 a; {reported}
        100 receive #1 chat 601 x
        1060 timer\n-> arm 2100
        2100 timer\n-> id:3 join room:chat since:epoch:k offset:557; arm 3100"
    ));
}
