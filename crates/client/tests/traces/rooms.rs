//! Rooms: every message once and in its order, every loss seen.

use crate::play_envelope;

#[test]
fn messages_come_in_their_order_and_each_once() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      hear #1 joined 1 chat k:44
                -> joined chat k:44
        80      hear #1 chat 45 a
                -> chat 45 a
        90      hear #1 chat 45 a
        100     hear #1 chat 46 b
                -> chat 46 b
        110     hear #1 chat 44 old
        120     hear #1 other 1 x
        ",
    );
}

#[test]
fn what_was_missed_comes_before_what_is_new() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      hear #1 joined 1 chat k:44
                -> joined chat k:44
        80      hear #1 chat 45 a
                -> chat 45 a
        9000    closed #1 1006
                -> down ws://a/ws 1006; backoff until 9750, 1006 x1; arm 9750
        9750    timer
                -> connecting #2; dial #2 ws://a/ws; arm 19750
        9800    opened #2
                -> arm 19800
        9810    hear #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 810; id:2 join room:chat since:epoch:k offset:45
                -> arm 10810
        9820    hear #2 joined 2 chat k:47 46=b 47=c
                -> joined chat k:47; chat 46 b; chat 47 c
        9830    hear #2 chat 48 d
                -> chat 48 d
        ",
    );
}

#[test]
fn a_room_that_was_empty_is_resumed_too() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      hear #1 joined 1 chat k:0
                -> joined chat k:0
        9000    closed #1 1006
                -> down ws://a/ws 1006; backoff until 9750, 1006 x1; arm 9750
        9750    timer
                -> connecting #2; dial #2 ws://a/ws; arm 19750
        9800    opened #2
                -> arm 19800
        9810    hear #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 810; id:2 join room:chat since:epoch:k offset:0
                -> arm 10810
        9820    hear #2 joined 2 chat k:1 1=first
                -> joined chat k:1; chat 1 first
        ",
    );
}

#[test]
fn a_loss_is_seen() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      hear #1 joined 1 chat k:44
                -> joined chat k:44
        9000    closed #1 1006
                -> down ws://a/ws 1006; backoff until 9750, 1006 x1; arm 9750
        9750    timer
                -> connecting #2; dial #2 ws://a/ws; arm 19750
        9800    opened #2
                -> arm 19800
        9810    hear #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 810; id:2 join room:chat since:epoch:k offset:44
                -> arm 10810
        9820    hear #2 lost joined 2 chat k:400
                -> joined chat k:400; gap in chat after k:44 up to k:400
        9830    hear #2 chat 401 on
                -> chat 401 on
        9840    closed #2 1006
                -> down ws://a/ws 1006; backoff until 10840, 1006 x2; arm 10840
        10_840  timer
                -> connecting #3; dial #3 ws://a/ws; arm 20840
        10_850  opened #3
                -> arm 20850
        10_860  hear #3 welcome
                -> welcome c_me; open #3; up ws://a/ws after 1020; id:3 join room:chat since:epoch:k offset:401
                -> arm 11860
        10_870  hear #3 lost joined 3 chat new:3
                -> gap in chat after k:401 up to new:3; joined chat new:3
        10_880  hear #3 chat 4 on
                -> chat 4 on
        20_000  closed #3 1006
                -> down ws://a/ws 1006; backoff until 20750, 1006 x1; arm 20750
        20_750  timer
                -> connecting #4; dial #4 ws://a/ws; arm 30750
        20_760  opened #4
                -> arm 30760
        20_770  hear #4 welcome
                -> welcome c_me; open #4; up ws://a/ws after 770; id:4 join room:chat since:epoch:new offset:4
                -> arm 21770
        20_780  hear #4 lost joined 4 chat new:4
                -> joined chat new:4
        ",
    );
}

#[test]
fn a_history_with_a_hole_is_a_loss() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      hear #1 joined 1 chat k:44
                -> joined chat k:44
        9000    closed #1 1006
                -> down ws://a/ws 1006; backoff until 9750, 1006 x1; arm 9750
        9750    timer
                -> connecting #2; dial #2 ws://a/ws; arm 19750
        9800    opened #2
                -> arm 19800
        9810    hear #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 810; id:2 join room:chat since:epoch:k offset:44
                -> arm 10810
        9820    hear #2 joined 2 chat k:49 46=a 48=b
                -> joined chat k:49; gap in chat after k:44 up to k:49; chat 46 a; chat 48 b
        9830    hear #2 chat 50 c
                -> chat 50 c
        ",
    );
}

#[test]
fn a_room_that_was_left_is_left() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        65      join chat
        70      hear #1 joined 1 chat k:44
                -> joined chat k:44
        80      leave chat
                -> id:2 leave room:chat
        85      leave chat
        90      hear #1 chat 45 late
        100     hear #1 ok 2
                -> left chat
        110     join chat
                -> id:3 join room:chat
        120     leave chat
                -> id:4 leave room:chat
        130     hear #1 joined 3 chat k:45
        140     hear #1 ok 4
                -> left chat
        150     closed #1 1006
                -> down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        160     join away
        170     leave away
                -> left away
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    hear #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 900; arm 21050
        ",
    );
}

#[test]
fn a_room_that_is_forbidden_is_not_tried_again() {
    play_envelope(
        "
        60      join secret
                -> id:1 join room:secret; arm 1060
        70      hear #1 no 1 forbidden
                -> left secret: forbidden
        80      join crowded
                -> id:2 join room:crowded
        90      hear #1 later 2
                -> arm 371
        371     timer
                -> id:3 join room:crowded; arm 1371
        380     hear #1 joined 3 crowded k:1
                -> joined crowded k:1
        9000    closed #1 1006
                -> down ws://a/ws 1006; backoff until 9750, 1006 x1; arm 9750
        9750    timer
                -> connecting #2; dial #2 ws://a/ws; arm 19750
        9800    opened #2
                -> arm 19800
        9810    hear #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 810; id:4 join room:crowded since:epoch:k offset:1
                -> arm 10810
        ",
    );
}
