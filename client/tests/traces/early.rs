//! Messages that come before one that comes later, or never.

use crate::play_envelope;

#[test]
fn a_message_that_is_missing_is_asked_for() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      hear #1 joined 1 chat k:44
                -> joined chat k:44
        80      hear #1 chat 46 b
        90      hear #1 chat 47 c
        2080    timer
                -> id:2 join room:chat since:epoch:k offset:44; arm 3080
        2090    hear #1 chat 48 d
        2100    hear #1 joined 2 chat k:47 45=a 46=b 47=c
                -> joined chat k:47; chat 45 a; chat 46 b; chat 47 c; chat 48 d
        ",
    );
}

#[test]
fn a_message_that_is_missing_for_good_is_a_loss() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      hear #1 joined 1 chat k:44
                -> joined chat k:44
        80      hear #1 chat 46 b
        90      hear #1 chat 48 d
        2080    timer
                -> id:2 join room:chat since:epoch:k offset:44; arm 3080
        2090    hear #1 chat 49 e
        2100    hear #1 lost joined 2 chat k:48
                -> joined chat k:48; gap in chat after k:44 up to k:48; chat 46 b; chat 48 d; chat 49 e
        ",
    );
}

#[test]
fn what_came_early_in_a_life_that_is_over_is_told() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      hear #1 joined 1 chat k:44
                -> joined chat k:44
        80      hear #1 chat 46 b
        90      closed #1 1006
                -> down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    hear #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 960; id:2 join room:chat since:epoch:k offset:44
                -> arm 2050
        1060    hear #2 lost joined 2 chat new:3
                -> gap in chat after k:44 up to new:3; chat 46 b; joined chat new:3
        1070    hear #2 chat 4 on
                -> chat 4 on
        ",
    );
}

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
fn a_life_that_ends_unseen_is_asked_about() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      hear #1 joined 1 chat k:44
                -> joined chat k:44
        80      ask 1 say chat hi
                -> transmit #1 1 id:2 publish room:chat data:hi key:k1; 1 sent
        90      hear #1 ok 2 new:1
                -> 1 gets ok 1; 1 acknowledged; id:3 join room:chat since:epoch:k offset:44
        100     hear #1 lost joined 3 chat new:1
                -> gap in chat after k:44 up to new:1; joined chat new:1
        110     hear #1 chat 2 on
                -> chat 2 on
        ",
    );
}

#[test]
fn more_than_can_be_held_is_asked_for_at_once() {
    let early: Vec<String> = (46..=300).map(|offset| format!("80 hear #1 chat {offset} x")).collect();
    let early = early.join("\n");
    play_envelope(&format!(
        "60 join chat\n-> id:1 join room:chat; arm 1060
        70 hear #1 joined 1 chat k:44\n-> joined chat k:44
        {early}
        80 hear #1 chat 301 x\n-> id:2 join room:chat since:epoch:k offset:44"
    ));
}
