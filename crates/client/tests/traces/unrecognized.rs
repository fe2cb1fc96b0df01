//! Frames of a server with another version, or of a server that is not Yodel.

use crate::play_envelope;

#[test]
fn reports_unrecognized_frames() {
    play_envelope(
        r#"
        60      request 1 {"type":"echo","data":1}
                -> transmit #1 1 id:1 echo data:1; 1 sent; arm 1060
        70      receive #1 {"type":"sing","id":1}
                -> unrecognized sing id:1; 1 reply unknown; 1 failed
        71      receive #1 {"type":"sing"}
                -> unrecognized sing
        72      receive #1 no json
                -> unrecognized no json
        73      receive #1 []
                -> unrecognized []
        74      receive #1 ok 99
                -> unrecognized ok id:99
        75      receive #1 welcome
                -> unrecognized welcome client:c_me version:0 node:n plain:echo ping:25 max:1000 time:1000000
        76      receive #1 {"type":"error","code":"bad_request","message":"what?","retry":false}
                -> error bad_request: what?
        77      receive #1 pong 99
        78      receive #1 {"type":"direct","event":"dm","data":1,"time":1}
                -> direct 1
        79      receive #1 {"type":"message","room":"*","event":"note","data":"all","time":1}
                -> * everyone all
        80      receive #1 {"type":"presence_diff","room":"chat","joined":[],"left":[]}
                -> presence in chat
        81      receive #0 no json
        "#,
    );
}

#[test]
fn limits_the_reported_frames() {
    let reported = "100 receive #1 nonsense\n-> unrecognized nonsense\n".repeat(20);
    let unreported = "100 receive #1 nonsense\n".repeat(5);
    let other = r#"100 receive #1 {"type":"error","code":"internal","message":"oh","retry":false}"#;
    play_envelope(&format!("{reported}{unreported}{other}\n"));
}

#[test]
fn truncates_a_reported_frame() {
    let beginning = "x".repeat(200);
    play_envelope(&format!("100 receive #1 {beginning}xyz\n-> unrecognized {beginning}"));
}
