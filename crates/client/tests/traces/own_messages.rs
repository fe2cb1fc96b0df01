//! Own messages in joined rooms.

use crate::{play_joined, play_rejoined};

#[test]
fn reserves_the_offset_of_an_own_message() {
    play_joined(
        "
        80      request 1..2 publish chat hi
                -> transmit #1 1 id:2 publish room:chat data:hi key:k1; 1 sent
                -> transmit #1 2 id:3 publish room:chat data:hi key:k2; 2 sent
        90      receive #1 ok 2 k:46
                -> 1 reply ok 46; 1 acknowledged
        100     receive #1 chat 45 a
                -> chat 45 a
        110     receive #1 chat 48 c
        120     receive #1 ok 3 k:47
                -> chat 48 c; 2 reply ok 47; 2 acknowledged
        ",
    );
}

/// Plays a transcript like `play_joined`, with a session that has sent a message before it lost its connection, and
/// sends it again at time 1050.
fn play_sent_again(request: &str, script: &str) {
    let sent = "
                -> transmit #1 1 id:2 publish room:chat data:hi key:k1; 1 sent
        90      closed #1 1006
                -> 1 waiting; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome as c_again
                -> welcome c_again; open #2; up ws://a/ws after 960; id:3 join room:chat since:epoch:k offset:44
                -> transmit #2 1 id:4 publish room:chat data:hi key:k1; 1 sent; arm 2050
        ";
    play_joined(&[request, sent, script].concat());
}

#[test]
fn suppresses_own_messages_after_resume() {
    play_sent_again(
        "80 request 1 publish chat hi",
        "
        1060    receive #2 joined 3 chat k:46 45=me:hi 46=a
                -> joined chat k:46; chat 46 a
        1070    receive #2 ok 4 k:45
                -> 1 reply ok 45; 1 acknowledged
        1080    receive #2 chat 47 b
                -> chat 47 b
        ",
    );
}

#[test]
fn delivers_own_messages_with_echo() {
    play_sent_again(
        r#"80 request 1 {"type":"publish","room":"chat","event":"msg","data":"hi","key":"k1"}"#,
        "
        1060    receive #2 joined 3 chat k:45 45=me:hi
                -> joined chat k:45; chat 45 hi
        1070    receive #2 ok 4 k:45
                -> 1 reply ok 45; 1 acknowledged
        ",
    );
}

#[test]
fn holds_a_publish_reply_that_precedes_the_join_reply() {
    play_joined(
        "
        9000    closed #1 1006
                -> down ws://a/ws 1006; backoff until 9750, 1006 x1; arm 9750
        9100    request 1 publish chat hi
                -> 1 waiting
        9750    timer
                -> connecting #2; dial #2 ws://a/ws; arm 19750
        9800    opened #2
                -> arm 19800
        9810    receive #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 810; id:2 join room:chat since:epoch:k offset:44
                -> transmit #2 1 id:3 publish room:chat data:hi key:k1; 1 sent; arm 10810
        9820    receive #2 ok 3 k:47
                -> 1 reply ok 47; 1 acknowledged
        9830    receive #2 joined 2 chat k:46 45=a 46=b
                -> joined chat k:46; chat 45 a; chat 46 b
        9840    receive #2 chat 48 c
                -> chat 48 c
        ",
    );
}

#[test]
fn retries_a_deferred_join_despite_a_publish_reply() {
    play_rejoined(
        "
        9820    request 1 publish chat hi
                -> transmit #2 1 id:3 publish room:chat data:hi key:k1; 1 sent
        9830    receive #2 rate_limited 2
                -> arm 10111
        9840    receive #2 ok 3 k:45
                -> 1 reply ok 45; 1 acknowledged
        10_111  timer
                -> id:4 join room:chat since:epoch:k offset:45; arm 11111
        ",
    );
}
