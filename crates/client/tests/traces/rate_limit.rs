//! Rate limits of the server.

use crate::play_envelope;

#[test]
fn keeps_the_order_while_rate_limited() {
    play_envelope(
        "
        60      request 1..4 publish chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
                -> transmit #1 2 id:2 publish room:chat data:hi key:k2; 2 sent
                -> transmit #1 3 id:3 publish room:chat data:hi key:k3; 3 sent
                -> transmit #1 4 id:4 publish room:chat data:hi key:k4; 4 sent
        70      receive #1 ok 1 k:1
                -> 1 reply ok 1; 1 acknowledged
        80      receive #1 rate_limited 2
                -> 2 waiting
        85      request 5 publish chat hi
                -> 5 waiting
        90      receive #1 rate_limited 3
                -> 3 waiting
        100     receive #1 rate_limited 4
                -> 4 waiting; arm 424
        361     timer
                -> arm 424
        424     timer
                -> transmit #1 2 id:5 publish room:chat data:hi key:k2; 2 sent; arm 486
        430     receive #1 ok 5 k:2
                -> 2 reply ok 2; 2 acknowledged
        487     timer
                -> transmit #1 3 id:6 publish room:chat data:hi key:k3; 3 sent; arm 549
        550     timer
                -> transmit #1 4 id:7 publish room:chat data:hi key:k4; 4 sent; arm 611
        ",
    );
}

#[test]
fn doubles_the_pause_while_nothing_is_accepted() {
    play_envelope(
        "
        60      request 1 publish chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
        70      receive #1 rate_limited 1
                -> 1 waiting; arm 414
        414     timer
                -> transmit #1 1 id:2 publish room:chat data:hi key:k1; 1 sent; arm 1414
        430     receive #1 rate_limited 2
                -> 1 waiting; arm 1077
        1077    timer
                -> transmit #1 1 id:3 publish room:chat data:hi key:k1; 1 sent; arm 2077
        1083    timer
                -> arm 20050
        1100    receive #1 rate_limited 3
                -> 1 waiting; arm 2337
        2337    timer
                -> transmit #1 1 id:4 publish room:chat data:hi key:k1; 1 sent; arm 3337
        2350    receive #1 ok 4 k:1
                -> 1 reply ok 1; 1 acknowledged
        2399    timer
                -> arm 20050
        2400    request 2 publish chat hi
                -> 2 waiting; arm 2449
        2410    receive #1 rate_limited 5
                -> unrecognized error id:5 code:rate_limited message:no retry:true
        ",
    );
}

#[test]
fn retries_a_deferred_message_without_a_key() {
    play_envelope(
        r#"
        60      request 1 {"type":"echo","data":1}
                -> transmit #1 1 id:1 echo data:1; 1 sent; arm 1060
        70      receive #1 rate_limited 1
                -> 1 waiting; arm 414
        80      closed #1 1006
                -> down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 970; transmit #2 1 id:2 echo data:1; 1 sent; arm 2050
        2000    timer
                -> arm 21050
        "#,
    );
}

#[test]
fn sends_deferred_messages_first_on_the_next_connection() {
    play_envelope(
        "
        60      request 1..3 publish chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
                -> transmit #1 2 id:2 publish room:chat data:hi key:k2; 2 sent
                -> transmit #1 3 id:3 publish room:chat data:hi key:k3; 3 sent
        70      receive #1 rate_limited 1
                -> 1 waiting
        80      closed #1 1006
                -> 2..3 waiting; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 970
                -> transmit #2 1 id:4 publish room:chat data:hi key:k1; 1 sent; arm 1075
        1060    timer
                -> arm 1075
        1100    timer
                -> transmit #2 2 id:5 publish room:chat data:hi key:k2; 2 sent; arm 1138
        ",
    );
}

#[test]
fn fails_a_deferred_message_after_five_minutes() {
    play_envelope(
        r#"
        60      request 1 {"type":"echo","data":1}
                -> transmit #1 1 id:1 echo data:1; 1 sent; arm 1060
        70      receive #1 rate_limited 1
                -> 1 waiting; arm 414
        80      disconnect
                -> close #1 1000; closing #1; arm 1580
        90      closed #1 1000
                -> down ws://a/ws 1000 requested; stopped by the user; arm 270060
        300_060 timer
                -> 1 failed
        "#,
    );
}
