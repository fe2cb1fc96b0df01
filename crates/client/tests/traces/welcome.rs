//! Envelope mode: from an open socket to a connection.

use crate::play;

#[test]
fn the_connection_is_up_when_the_server_has_said_welcome() {
    play(
        "
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      join chat
        20      ask 1 say chat hi
                -> 1 waiting
        40      opened #1
                -> arm 10040
        50      hear #1 welcome
                -> welcome c_me; open #1; up ws://a/ws; id:1 join room:chat
                -> transmit #1 1 id:2 publish room:chat data:hi key:k1; 1 sent; arm 1050
        60      hear #1 joined 1 chat k:44
                -> joined chat k:44
        70      hear #1 ok 2 k:45
                -> 1 gets ok 45; 1 acknowledged
        ",
    );
}

#[test]
fn a_server_that_says_nothing_is_left() {
    play(
        "
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        10_040  timer
                -> close #1 1000; abandon #1; down ws://a/ws 1006; backoff until 10790, 1006 x1; arm 10790
        ",
    );
}

#[test]
fn a_server_that_says_something_else_is_left_for_good() {
    play(
        r#"
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 hello there
                -> close #1 4501; abandon #1; down ws://a/ws 4501 this server does not speak yodel.v1
                -> stopped by 4501 this server does not speak yodel.v1; disarm
        2000    retry
                -> connecting #2; dial #2 ws://a/ws; arm 12000
        2040    opened #2
                -> arm 12040
        2050    hear #2 {"type":"message","room":"chat","offset":1,"event":"msg","data":1,"time":1}
                -> close #2 4501; abandon #2; down ws://a/ws 4501 this server does not speak yodel.v1
                -> stopped by 4501 this server does not speak yodel.v1; disarm
        "#,
    );
}

#[test]
fn a_server_that_is_full_may_say_so_first() {
    play(
        r#"
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 {"type":"error","code":"unavailable","message":"full","retry":true}
                -> error unavailable
        60      hear #1 {"type":"goodbye","code":1013,"reason":"full","retry_ms":7000}
                -> goodbye 1013 in 7000
        70      closed #1 1013 full
                -> down ws://a/ws 1013 full; backoff until 7070, 1013 x1; arm 7070
        "#,
    );
}

#[test]
fn a_text_goes_where_a_plain_client_s_goes() {
    play(
        r#"
        0       mingle ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        10      send 1 typed early
                -> 1 waiting
        40      opened #1
                -> arm 10040
        50      hear #1 welcome
                -> welcome c_me; open #1; up ws://a/ws; transmit #1 1 id:1 echo data:typed early; 1 sent; arm 1050
        60      send 2 hello
                -> transmit #1 2 id:2 echo data:hello; 2 sent
        70      hear #1 {"type":"echo","id":1,"data":"typed early","time":1}
                -> 1 gets echo "typed early"; 1 acknowledged
        80      closed #1 1006
                -> 2 doubtful; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    hear #2 welcome of broadcast
                -> welcome c_me; open #2; up ws://a/ws after 970; id:3 join room:lobby; arm 2050
        1060    send 3 all
                -> transmit #2 3 id:4 publish room:lobby event:text data:all key:88888888888888888888888888888888
                -> 3 sent
        1070    hear #2 lobby 1 hello
        1080    hear #2 joined 3 lobby k:0
                -> joined lobby k:0
        1090    hear #2 lobby 1 all
                -> lobby 1 all
        "#,
    );
}

#[test]
fn another_server_gets_nothing_that_was_said_to_the_last_one() {
    play(
        "
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 welcome
                -> welcome c_me; open #1; up ws://a/ws; arm 20050
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      hear #1 joined 1 chat k:44
                -> joined chat k:44
        80      ask 1 say chat hi
                -> transmit #1 1 id:2 publish room:chat data:hi key:k1; 1 sent
        90      speak ws://b/ws
                -> close #1 1000; closing #1; arm 1590
        95      ask 2 say chat new
                -> 2 waiting
        100     closed #1 1000
                -> 1 doubtful; down ws://a/ws 1000; connecting #2; arm 1000
        1000    timer
                -> dial #2 ws://b/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    hear #2 welcome
                -> welcome c_me; open #2; up ws://b/ws; id:3 join room:chat
                -> transmit #2 2 id:4 publish room:chat data:new key:k2; 2 sent; arm 2050
        ",
    );
}

#[test]
fn a_plain_connection_gets_no_frames() {
    play(
        "
        0       ask 1 say chat hi
                -> 1 waiting; arm 300000
        10      send 2 hello
                -> 2 waiting
        1000    connect ws://a/ws
                -> 1 failed; connecting #1; dial #1 ws://a/ws; arm 11000
        1010    ask 3 say chat hi
                -> 3 failed
        1040    opened #1
                -> open #1; up ws://a/ws; transmit #1 2 hello; 2 sent; arm 2040
        1050    hear #1 welcome
        1060    ask 4 say chat hi
                -> 4 failed
        ",
    );
}

#[test]
fn another_server_gets_nothing_that_waits_for_the_last_one() {
    play(
        "
        0       speak ws://a/ws
                -> connecting #1; dial #1 ws://a/ws; arm 10000
        40      opened #1
                -> arm 10040
        50      hear #1 welcome
                -> welcome c_me; open #1; up ws://a/ws; arm 20050
        60      ask 1 say chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
        70      closed #1 1006
                -> 1 waiting; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        80      ask 2 say chat never said
                -> 2 waiting
        90      speak ws://b/ws
                -> 1 doubtful; connecting #2
        1000    timer
                -> dial #2 ws://b/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    hear #2 welcome
                -> welcome c_me; open #2; up ws://b/ws; transmit #2 2 id:2 publish room:chat data:never said key:k2
                -> 2 sent; arm 2050
        ",
    );
}
