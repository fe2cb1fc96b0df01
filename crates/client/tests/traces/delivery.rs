//! Messages with keys: kept until they are acknowledged, and said once.

use crate::play_envelope;

#[test]
fn what_is_not_acknowledged_is_said_again_with_the_same_key_and_in_order() {
    play_envelope(
        "
        60      ask 1..2 say chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
                -> transmit #1 2 id:2 publish room:chat data:hi key:k2; 2 sent
        70      hear #1 ok 1 k:7
                -> 1 gets ok 7; 1 acknowledged
        80      closed #1 1006
                -> 2 waiting; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        90      ask 3 say chat ho
                -> 3 waiting
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    hear #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 970
                -> transmit #2 2 id:3 publish room:chat data:hi key:k2; 2 sent
                -> transmit #2 3 id:4 publish room:chat data:ho key:k3; 3 sent; arm 2050
        1060    hear #2 ok 3 k:8
                -> 2 gets ok 8; 2 acknowledged
        1070    hear #2 no 4 forbidden
                -> 3 gets forbidden; 3 failed
        ",
    );
}

#[test]
fn what_has_no_key_is_never_said_twice() {
    play_envelope(
        r#"
        60      ask 1 {"type":"send","to":{"user":"43"},"event":"dm","data":1}
                -> transmit #1 1 id:1 send to:user:43 event:dm data:1; 1 sent; arm 1060
        61      ask 2 {"type":"call","event":"time"}
                -> transmit #1 2 id:2 call event:time data:null; 2 sent
        62      ask 3 {"type":"broadcast","event":"note","data":1}
                -> transmit #1 3 id:3 broadcast event:note data:1; 3 sent
        63      ask 4 {"type":"presence","room":"chat"}
                -> transmit #1 4 id:4 presence room:chat; 4 sent
        64      ask 5 {"type":"history","room":"chat"}
                -> transmit #1 5 id:5 history room:chat; 5 sent
        65      ask 6 {"type":"ping"}
                -> transmit #1 6 id:6 ping; 6 sent
        66      ask 7 {"type":"echo","data":1}
                -> transmit #1 7 id:7 echo data:1; 7 sent
        67      ask 8 {"type":"echo","data":2}
                -> transmit #1 8 id:8 echo data:2; 8 sent
        70      hear #1 {"type":"ok","id":1,"delivered":2}
                -> 1 gets ok; 1 acknowledged
        71      hear #1 {"type":"result","id":2,"data":"15:04"}
                -> 2 gets result "15:04"; 2 acknowledged
        72      hear #1 ok 3
                -> 3 gets ok; 3 acknowledged
        73      hear #1 {"type":"presence","id":4,"room":"chat","clients":3,"users":[]}
                -> 4 gets presence 3; 4 acknowledged
        74      hear #1 {"type":"history","id":5,"room":"chat","epoch":"k","offset":0,"messages":[],"more":false}
                -> 5 gets history of 0; 5 acknowledged
        75      hear #1 pong 6
                -> 6 gets pong; 6 acknowledged
        76      hear #1 {"type":"echo","id":7,"data":1,"time":1}
                -> 7 gets echo 1; 7 acknowledged
        80      closed #1 1006
                -> 8 doubtful; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        90      ask 9 {"type":"echo","data":3}
                -> 9 waiting
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    hear #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 970; transmit #2 9 id:9 echo data:3; 9 sent; arm 2050
        "#,
    );
}

#[test]
fn joining_leaving_and_logging_in_are_no_requests() {
    play_envelope(
        r#"
        60      ask 1 {"type":"join","room":"chat"}
                -> 1 failed
        61      ask 2 {"type":"leave","room":"chat"}
                -> 2 failed
        62      ask 3 {"type":"auth","token":"t"}
                -> 3 failed
        "#,
    );
}

#[test]
fn a_message_whose_key_may_be_forgotten_is_doubtful() {
    play_envelope(
        "
        60      ask 1 say chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
        70      closed #1 1006
                -> 1 waiting; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        80      ask 2 say chat ho
                -> 2 waiting
        90      disconnect
                -> stopped by the user; arm 270060
        270_059 timer
                -> arm 270060
        270_060 timer
                -> 1 doubtful; arm 300080
        300_080 timer
                -> 2 failed
        ",
    );
}

#[test]
fn a_message_in_flight_does_not_expire_while_there_is_a_connection() {
    play_envelope(
        "
        60      ask 1 say chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
        19_000  hear #1 chat 1 x
        300_100 hear #1 chat 2 x
        300_200 hear #1 ok 1 k:7
                -> 1 gets ok 7; 1 acknowledged
        ",
    );
}

#[test]
fn a_waiting_message_can_be_deleted_one_on_its_way_cannot() {
    play_envelope(
        "
        60      ask 1 say chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
        70      delete 1
        80      closed #1 1006
                -> 1 waiting; down ws://a/ws 1006; backoff until 1000, 1006 x1; arm 1000
        90      delete 1
        1000    timer
                -> connecting #2; dial #2 ws://a/ws; arm 11000
        1040    opened #2
                -> arm 11040
        1050    hear #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 970; arm 21050
        ",
    );
}

#[test]
fn while_closing_answers_still_count() {
    play_envelope(
        "
        60      ask 1..2 say chat hi
                -> transmit #1 1 id:1 publish room:chat data:hi key:k1; 1 sent; arm 1060
                -> transmit #1 2 id:2 publish room:chat data:hi key:k2; 2 sent
        70      disconnect
                -> close #1 1000; closing #1; arm 1570
        80      hear #1 ok 1 k:7
                -> 1 gets ok 7; 1 acknowledged
        90      ask 3 say chat later
                -> 3 waiting
        100     closed #1 1000
                -> 2 waiting; down ws://a/ws 1000; stopped by the user; arm 270060
        ",
    );
}
