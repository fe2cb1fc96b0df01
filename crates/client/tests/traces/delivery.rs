//! Messages with keys, which are kept until they are acknowledged and published once.

use crate::play_envelope;

#[test]
fn repeats_unacknowledged_messages_in_order_with_the_same_key() {
    play_envelope(
        "
        60      request 1..2 publish chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
                -> transmit #1 2 id:2 publish room:chat data:hi key:k2; 2 sent
        70      receive #1 ok 1 k:7
                -> 1 reply ok 7; 1 acknowledged
        80      closed #1 1006
                -> 2 waiting; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        90      request 3 publish chat ho
                -> 3 waiting
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 970
                -> transmit #2 2 id:3 publish room:chat data:hi key:k2; 2 sent
                -> transmit #2 3 id:4 publish room:chat data:ho key:k3; 3 sent; arm 2050
        1060    receive #2 ok 3 k:8
                -> 2 reply ok 8; 2 acknowledged
        1070    receive #2 error 4 forbidden
                -> 3 reply forbidden; 3 failed
        ",
    );
}

#[test]
fn never_repeats_requests_without_a_key() {
    play_envelope(
        r#"
        60      request 1 {"type":"send","to":{"user":"43"},"event":"dm","data":1}
                -> transmit #1 1 id:1 send to:user:43 event:dm data:1; 1 sent; arm 1060
        61      request 2 {"type":"call","event":"time"}
                -> transmit #1 2 id:2 call event:time data:null; 2 sent
        62      request 3 {"type":"broadcast","event":"note","data":1}
                -> transmit #1 3 id:3 broadcast event:note data:1; 3 sent
        63      request 4 {"type":"presence","room":"chat"}
                -> transmit #1 4 id:4 presence room:chat; 4 sent
        64      request 5 {"type":"history","room":"chat"}
                -> transmit #1 5 id:5 history room:chat; 5 sent
        65      request 6 {"type":"ping"}
                -> transmit #1 6 id:6 ping; 6 sent
        66      request 7 {"type":"echo","data":1}
                -> transmit #1 7 id:7 echo data:1; 7 sent
        67      request 8 {"type":"echo","data":2}
                -> transmit #1 8 id:8 echo data:2; 8 sent
        70      receive #1 {"type":"ok","id":1,"delivered":2}
                -> 1 reply ok; 1 acknowledged
        71      receive #1 {"type":"result","id":2,"data":"15:04"}
                -> 2 reply result "15:04"; 2 acknowledged
        72      receive #1 ok 3
                -> 3 reply ok; 3 acknowledged
        73      receive #1 {"type":"presence","id":4,"room":"chat","clients":3,"users":[]}
                -> 4 reply presence 3; 4 acknowledged
        74      receive #1 {"type":"history","id":5,"room":"chat","epoch":"k","offset":0,"messages":[],"more":false}
                -> 5 reply history of 0; 5 acknowledged
        75      receive #1 pong 6
                -> 6 reply pong; 6 acknowledged
        76      receive #1 {"type":"echo","id":7,"data":1,"time":1}
                -> 7 reply echo 1; 7 acknowledged
        80      closed #1 1006
                -> 8 unconfirmed; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        90      request 9 {"type":"echo","data":3}
                -> 9 waiting
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 970; transmit #2 9 id:9 echo data:3; 9 sent; arm 2050
        "#,
    );
}

#[test]
fn rejects_join_leave_and_auth_as_requests() {
    play_envelope(
        r#"
        60      request 1 {"type":"join","room":"chat"}
                -> 1 failed
        61      request 2 {"type":"leave","room":"chat"}
                -> 2 failed
        62      request 3 {"type":"auth","token":"t"}
                -> 3 failed
        "#,
    );
}

#[test]
fn marks_a_message_unconfirmed_when_its_key_may_be_expired() {
    play_envelope(
        "
        60      request 1 publish chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
        70      closed #1 1006
                -> 1 waiting; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        80      request 2 publish chat ho
                -> 2 waiting
        90      disconnect
                -> stopped by the user; arm 270060
        270_059 timer
                -> arm 270060
        270_060 timer
                -> 1 unconfirmed; arm 300080
        300_080 timer
                -> 2 failed
        ",
    );
}

#[test]
fn does_not_expire_messages_in_flight() {
    play_envelope(
        "
        60      request 1 publish chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
        19_000  receive #1 chat 1 x
        300_100 receive #1 chat 2 x
        300_200 receive #1 ok 1 k:7
                -> 1 reply ok 7; 1 acknowledged
        ",
    );
}

#[test]
fn deletes_only_waiting_messages() {
    play_envelope(
        "
        60      request 1 publish chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
        70      delete 1
        80      closed #1 1006
                -> 1 waiting; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        90      delete 1
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    receive #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 970; arm 21050
        ",
    );
}

#[test]
fn handles_replies_while_closing() {
    play_envelope(
        "
        60      request 1..2 publish chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
                -> transmit #1 2 id:2 publish room:chat data:hi key:k2; 2 sent
        70      disconnect
                -> close #1 1000; closing #1; arm 1570
        80      receive #1 ok 1 k:7
                -> 1 reply ok 7; 1 acknowledged
        90      request 3 publish chat later
                -> 3 waiting
        100     closed #1 1000
                -> 2 waiting; down ws://a/ws 1000 requested; stopped by the user; arm 270060
        ",
    );
}
