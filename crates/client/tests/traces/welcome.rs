//! The handshake of envelope mode.

use crate::{play, play_envelope, play_joined};

#[test]
fn connects_after_the_welcome() {
    play(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      join chat
        20      request 1 publish chat hi
                -> 1 waiting
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; open #1; up ws://a/ws; id:1 join room:chat
                -> transmit #1 1 id:2 publish room:chat data:hi key:k1; 1 sent; arm 1050
        60      receive #1 joined 1 chat k:44
                -> joined chat k:44
        70      receive #1 ok 2 k:45
                -> 1 reply ok 45; 1 acknowledged
        ",
    );
}

#[test]
fn closes_without_a_welcome() {
    play(
        "
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        10_040  timer
                -> close #1 1000; abandon #1; down ws://a/ws 1006; backoff until 10790, 1006 x1; arm 10790
        ",
    );
}

#[test]
fn stops_when_the_first_frame_is_no_welcome() {
    play(
        r#"
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 hello there
                -> close #1 4501; abandon #1; down ws://a/ws 4501 the server does not support yodel.v1
                -> stopped by 4501 the server does not support yodel.v1; disarm
        2000    retry
                -> connecting #2; dial #2 ws://a/ws; arm 12000
        2040    opened #2
                -> arm 12040
        2050    receive #2 {"type":"message","room":"chat","offset":1,"event":"msg","data":1,"time":1}
                -> close #2 4501; abandon #2; down ws://a/ws 4501 the server does not support yodel.v1
                -> stopped by 4501 the server does not support yodel.v1; disarm
        "#,
    );
}

#[test]
fn accepts_an_error_before_the_welcome() {
    play(
        r#"
        0       connect envelope ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      receive #1 {"type":"error","code":"unavailable","message":"full","retry":true}
                -> error unavailable: full
        60      receive #1 {"type":"goodbye","code":1013,"reason":"full","retry_ms":7000}
                -> goodbye 1013 in 7000
        70      closed #1 1013 full
                -> down ws://a/ws 1013 full; backoff until 7070, 1013 x1; arm 7070
        "#,
    );
}

#[test]
fn echoes_or_publishes_texts_as_the_server_does() {
    play(
        r#"
        0       connect lobby ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      send 1 typed early
                -> 1 waiting
        40      opened #1
                -> arm 10040
        50      receive #1 welcome
                -> welcome c_me; open #1; up ws://a/ws; transmit #1 1 id:1 echo data:typed early; 1 sent; arm 1050
        60      send 2 hello
                -> transmit #1 2 id:2 echo data:hello; 2 sent
        70      receive #1 {"type":"echo","id":1,"data":"typed early","time":1}
                -> 1 reply echo "typed early"; 1 acknowledged
        80      closed #1 1006
                -> 2 unconfirmed; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome of broadcast
                -> welcome c_me; open #2; up ws://a/ws after 970; id:3 join room:lobby; arm 2050
        1060    send 3 all
                -> transmit #2 3 id:4 publish room:lobby event:text data:all key:88888888888888888888888888888888
                -> 3 sent
        1070    receive #2 lobby 1 hello
        1080    receive #2 joined 3 lobby k:0
                -> joined lobby k:0
        1090    receive #2 lobby 1 all
                -> lobby 1 all
        "#,
    );
}

#[test]
fn keeps_sent_messages_and_rooms_from_another_server() {
    play_joined(
        "
        80      request 1 publish chat hi
                -> transmit #1 1 id:2 publish room:chat data:hi key:k1; 1 sent
        90      connect envelope ws://b/ws
                -> server changed; close #1 1000; closing #1; arm 1590
        95      request 2 publish chat new
                -> 2 waiting
        100     closed #1 1000
                -> 1 unconfirmed; down ws://a/ws 1000 requested; connecting #2; arm 1000
        1000    timer
                -> dial #2 ws://b/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome
                -> welcome c_me; open #2; up ws://b/ws
                -> transmit #2 2 id:3 publish room:chat data:new key:k2; 2 sent; arm 2050
        ",
    );
}

#[test]
fn rejects_requests_in_plain_mode() {
    play(
        "
        0       request 1 publish chat hi
                -> 1 waiting; arm 300000
        10      send 2 hello
                -> 2 waiting
        1000    connect ws://a/ws
                -> 1 failed; connecting #1; dial #1 ws://a/ws; arm 11000
        1010    request 3 publish chat hi
                -> 3 failed
        1040    opened #1
                -> open #1; up ws://a/ws; transmit #1 2 hello; 2 sent; arm 2040
        1050    receive #1 welcome
        1060    request 4 publish chat hi
                -> 4 failed
        ",
    );
}

#[test]
fn keeps_unanswered_messages_from_another_server() {
    play_envelope(
        "
        60      request 1 publish chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
        70      closed #1 1006
                -> 1 waiting; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        80      request 2 publish chat never said
                -> 2 waiting
        90      connect envelope ws://b/ws
                -> server changed; 1 unconfirmed; connecting #2
        1000    timer
                -> dial #2 ws://b/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome
                -> welcome c_me; open #2; up ws://b/ws; transmit #2 2 id:2 publish room:chat data:never said key:k2
                -> 2 sent; arm 2050
        ",
    );
}
