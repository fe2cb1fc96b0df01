//! Joining and leaving rooms.

use crate::play_envelope;

#[test]
fn stays_out_of_a_left_room() {
    play_envelope(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        65      join chat
        70      receive #1 joined 1 chat k:44
                -> joined chat k:44
        80      leave chat
                -> id:2 leave room:chat
        85      leave chat
        90      receive #1 chat 45 late
        100     receive #1 ok 2
                -> left chat
        110     join chat
                -> id:3 join room:chat
        120     leave chat
                -> id:4 leave room:chat
        130     receive #1 joined 3 chat k:45
        140     receive #1 ok 4
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
        1050    receive #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 900; arm 21050
        ",
    );
}

#[test]
fn retries_only_joins_with_a_temporary_error() {
    play_envelope(
        "
        60      join secret
                -> id:1 join room:secret; arm 1060
        70      receive #1 error 1 forbidden
                -> left secret: forbidden
        80      join crowded
                -> id:2 join room:crowded
        90      receive #1 rate_limited 2
                -> arm 371
        371     timer
                -> id:3 join room:crowded; arm 1371
        380     receive #1 joined 3 crowded k:1
                -> joined crowded k:1
        9000    closed #1 1006
                -> down ws://a/ws 1006; backoff until 9750, 1006 x1; arm 9750
        9750    timer
                -> connecting #2; dial #2 ws://a/ws; arm 19750
        9800    opened #2
                -> arm 19800
        9810    receive #2 welcome
                -> welcome c_me; open #2; up ws://a/ws after 810; id:4 join room:crowded since:epoch:k offset:1
                -> arm 10810
        ",
    );
}

#[test]
fn reports_a_temporary_error_of_a_join_once() {
    let full = |id: u64| {
        let error = r#"{"type":"error","id":ID,"code":"unavailable","message":"full","retry":true}"#;
        error.replace("ID", &id.to_string())
    };
    play_envelope(&format!(
        "
        60      join chat
                -> id:1 join room:chat; arm 1060
        70      receive #1 {}
                -> delayed chat: unavailable; arm 351
        351     timer
                -> id:2 join room:chat; arm 1351
        360     receive #1 {}
                -> arm 923
        923     timer
                -> id:3 join room:chat; arm 1923
        930     receive #1 joined 3 chat k:1
                -> joined chat k:1
        ",
        full(1),
        full(2),
    ));
}
