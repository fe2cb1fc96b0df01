//! Rooms: messages arrive once and in order, and every loss is reported.

use crate::{play_envelope, play_joined, play_rejoined};

#[test]
fn delivers_messages_in_order_and_once() {
    play_joined(
        "
        80      receive #1 chat 45 a
                -> chat 45 a
        90      receive #1 chat 45 a
        100     receive #1 chat 46 b
                -> chat 46 b
        110     receive #1 chat 44 old
        120     receive #1 other 1 x
        ",
    );
}

#[test]
fn delivers_missed_messages_before_new_ones() {
    play_rejoined(
        "
        9820    receive #2 joined 2 chat k:46 45=b 46=c
                -> joined chat k:46; chat 45 b; chat 46 c
        9830    receive #2 chat 47 d
                -> chat 47 d
        ",
    );
}

#[test]
fn resumes_an_empty_room() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      receive #1 joined 1 chat k:0
                -> joined chat k:0
        9000    closed #1 1006
                -> down ws://a/ws 1006; backoff until 9750, 1006 x1; arm 9750
        9750    timer
                -> connecting #2; dial #2 ws://a/ws; arm 19750
        9800    opened #2
                -> arm 19800
        9810    receive #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 810; id:2 join room:chat since:epoch:k offset:0
                -> arm 10810
        9820    receive #2 joined 2 chat k:1 1=first
                -> joined chat k:1; chat 1 first
        ",
    );
}

#[test]
fn reports_a_gap() {
    play_rejoined(
        "
        9820    receive #2 unrecovered joined 2 chat k:400
                -> joined chat k:400; gap in chat after k:44 up to k:400
        9830    receive #2 chat 401 on
                -> chat 401 on
        9840    closed #2 1006
                -> down ws://a/ws 1006; backoff until 10840, 1006 x2; arm 10840
        10_840  timer
                -> connecting #3; dial #3 ws://a/ws; arm 20840
        10_850  opened #3
                -> arm 20850
        10_860  receive #3 welcome
                -> welcome c_me; open #3; up ws://a/ws after 1020; id:3 join room:chat since:epoch:k offset:401
                -> arm 11860
        10_870  receive #3 unrecovered joined 3 chat new:3
                -> id:4 join room:chat since:epoch:new offset:0
        10_875  receive #3 chat 4 on
        10_880  receive #3 unrecovered joined 4 chat new:4
                -> joined chat new:4; gap in chat after new:0 up to new:4; chat 4 on; gap in chat after k:401 up to new:4
        20_000  closed #3 1006
                -> down ws://a/ws 1006; backoff until 20750, 1006 x1; arm 20750
        20_750  timer
                -> connecting #4; dial #4 ws://a/ws; arm 30750
        20_760  opened #4
                -> arm 30760
        20_770  receive #4 welcome
                -> welcome c_me; open #4; up ws://a/ws after 770; id:5 join room:chat since:epoch:new offset:4
                -> arm 21770
        20_780  receive #4 unrecovered joined 5 chat new:4
                -> joined chat new:4
        ",
    );
}

#[test]
fn delivers_the_messages_of_a_new_epoch_before_it_reports_the_loss() {
    play_rejoined(
        "
        9820    receive #2 unrecovered joined 2 chat new:1
                -> id:3 join room:chat since:epoch:new offset:0
        9830    closed #2 1006
                -> down ws://a/ws 1006; backoff until 10830, 1006 x2; arm 10830
        10_830  timer
                -> connecting #3; dial #3 ws://a/ws; arm 20830
        10_840  opened #3
                -> arm 20840
        10_850  receive #3 welcome
                -> welcome c_me; open #3; up ws://a/ws after 1020; id:4 join room:chat since:epoch:new offset:0
                -> arm 11850
        10_860  receive #3 joined 4 chat new:2 1=first 2=second
                -> joined chat new:2; chat 1 first; chat 2 second; gap in chat after k:44 up to new:2
        ",
    );
}

#[test]
fn continues_in_an_epoch_to_which_it_returns() {
    play_rejoined(
        "
        9820    receive #2 unrecovered joined 2 chat old:1
                -> id:3 join room:chat since:epoch:old offset:0
        9830    receive #2 unrecovered joined 3 chat k:46
        10_810  timer
                -> arm 11830
        11_830  timer
                -> id:4 join room:chat since:epoch:k offset:44; arm 12830
        11_840  receive #2 joined 4 chat k:46 45=a 46=b
                -> joined chat k:46; chat 45 a; chat 46 b
        ",
    );
}

#[test]
fn delivers_nothing_twice_after_a_detour_through_another_epoch() {
    play_rejoined(
        "
        9820    receive #2 unrecovered joined 2 chat old:1
                -> id:3 join room:chat since:epoch:old offset:0
        9830    receive #2 joined 3 chat old:1 1=x
                -> joined chat old:1; chat 1 x; gap in chat after k:44 up to old:1
        9840    closed #2 1006
                -> down ws://a/ws 1006; backoff until 10840, 1006 x2; arm 10840
        10_840  timer
                -> connecting #3; dial #3 ws://a/ws; arm 20840
        10_850  opened #3
                -> arm 20850
        10_860  receive #3 welcome
                -> welcome c_me; open #3; up ws://a/ws after 1020; id:4 join room:chat since:epoch:old offset:1
                -> arm 11860
        10_870  receive #3 unrecovered joined 4 chat k:46
                -> id:5 join room:chat since:epoch:k offset:44
        10_880  receive #3 joined 5 chat k:46 45=a 46=b
                -> joined chat k:46; chat 45 a; chat 46 b; gap in chat after old:1 up to k:46
        ",
    );
}

#[test]
fn pauses_when_every_join_finds_a_new_epoch() {
    play_rejoined(
        "
        9820    receive #2 unrecovered joined 2 chat new:1
                -> id:3 join room:chat since:epoch:new offset:0
        9830    receive #2 unrecovered joined 3 chat newer:1
        10_810  timer
                -> arm 11830
        11_830  timer
                -> id:4 join room:chat since:epoch:newer offset:0; arm 12830
        11_840  receive #2 joined 4 chat newer:1 1=a
                -> joined chat newer:1; chat 1 a; gap in chat after k:44 up to newer:1
        ",
    );
}

#[test]
fn reports_the_loss_at_once_when_a_new_epoch_is_empty() {
    play_rejoined(
        "
        9820    receive #2 unrecovered joined 2 chat new:0
                -> joined chat new:0; gap in chat after k:44 up to new:0
        ",
    );
}

#[test]
fn reports_a_gap_for_an_incomplete_history() {
    play_rejoined(
        "
        9820    receive #2 joined 2 chat k:49 46=a 48=b
                -> joined chat k:49; gap in chat after k:44 up to k:49; chat 46 a; chat 48 b
        9830    receive #2 chat 50 c
                -> chat 50 c
        ",
    );
}
