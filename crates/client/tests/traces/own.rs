//! Messages of one's own in rooms that one hears.

use crate::play_envelope;

#[test]
fn a_message_of_ones_own_keeps_its_place_free() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      hear #1 joined 1 chat k:44
                -> joined chat k:44
        80      ask 1..2 say chat hi
                -> transmit #1 1 id:2 publish room:chat data:hi key:k1; 1 sent
                -> transmit #1 2 id:3 publish room:chat data:hi key:k2; 2 sent
        90      hear #1 ok 2 k:46
                -> 1 gets ok 46; 1 acknowledged
        100     hear #1 chat 45 a
                -> chat 45 a
        110     hear #1 chat 48 c
        120     hear #1 ok 3 k:47
                -> chat 48 c; 2 gets ok 47; 2 acknowledged
        ",
    );
}

#[test]
fn a_message_of_ones_own_does_not_come_back() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      hear #1 joined 1 chat k:44
                -> joined chat k:44
        80      ask 1 say chat hi
                -> transmit #1 1 id:2 publish room:chat data:hi key:k1; 1 sent
        90      closed #1 1006
                -> 1 waiting; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    hear #2 welcome as c_again
                -> welcome c_again; open #2; up ws://a/ws after 960; id:3 join room:chat since:epoch:k offset:44
                -> transmit #2 1 id:4 publish room:chat data:hi key:k1; 1 sent; arm 2050
        1060    hear #2 joined 3 chat k:46 45=me:hi 46=a
                -> joined chat k:46; chat 46 a
        1070    hear #2 ok 4 k:45
                -> 1 gets ok 45; 1 acknowledged
        1080    hear #2 chat 47 b
                -> chat 47 b
        ",
    );
}

#[test]
fn a_message_of_ones_own_that_shall_come_does() {
    play_envelope(
        r#"
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      hear #1 joined 1 chat k:44
                -> joined chat k:44
        80      ask 1 {"type":"publish","room":"chat","event":"msg","data":"hi","key":"k1"}
                -> transmit #1 1 id:2 publish room:chat data:hi key:k1; 1 sent
        90      closed #1 1006
                -> 1 waiting; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    hear #2 welcome as c_again
                -> welcome c_again; open #2; up ws://a/ws after 960; id:3 join room:chat since:epoch:k offset:44
                -> transmit #2 1 id:4 publish room:chat data:hi key:k1; 1 sent; arm 2050
        1060    hear #2 joined 3 chat k:45 45=me:hi
                -> joined chat k:45; chat 45 hi
        1070    hear #2 ok 4 k:45
                -> 1 gets ok 45; 1 acknowledged
        "#,
    );
}

#[test]
fn an_answer_that_comes_before_the_join_s_is_kept_for_later() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      hear #1 joined 1 chat k:44
                -> joined chat k:44
        9000    closed #1 1006
                -> down ws://a/ws 1006; backoff until 9750, 1006 x1; arm 9750
        9100    ask 1 say chat hi
                -> 1 waiting
        9750    timer
                -> connecting #2; dial #2 ws://a/ws; arm 19750
        9800    opened #2
                -> arm 19800
        9810    hear #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 810; id:2 join room:chat since:epoch:k offset:44
                -> transmit #2 1 id:3 publish room:chat data:hi key:k1; 1 sent; arm 10810
        9820    hear #2 ok 3 k:47
                -> 1 gets ok 47; 1 acknowledged
        9830    hear #2 joined 2 chat k:46 45=a 46=b
                -> joined chat k:46; chat 45 a; chat 46 b
        9840    hear #2 chat 48 c
                -> chat 48 c
        ",
    );
}

#[test]
fn an_answer_does_not_stand_in_for_a_join_that_was_put_off() {
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
        9820    ask 1 say chat hi
                -> transmit #2 1 id:3 publish room:chat data:hi key:k1; 1 sent
        9830    hear #2 later 2
                -> arm 10111
        9840    hear #2 ok 3 k:45
                -> 1 gets ok 45; 1 acknowledged
        10_111  timer
                -> id:4 join room:chat since:epoch:k offset:45; arm 11111
        ",
    );
}
