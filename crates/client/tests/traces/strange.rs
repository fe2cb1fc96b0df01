//! What a server of another version, or none at all, might say.

use crate::play_envelope;

#[test]
fn what_is_strange_is_told_and_does_no_harm() {
    play_envelope(
        r#"
        60      ask 1 {"type":"echo","data":1}
                -> transmit #1 1 id:1 echo data:1; 1 sent; arm 1060
        70      hear #1 {"type":"sing","id":1}
                -> strange sing id:1; 1 gets unknown; 1 failed
        71      hear #1 {"type":"sing"}
                -> strange sing
        72      hear #1 no json
                -> strange no json
        73      hear #1 []
                -> strange []
        74      hear #1 ok 99
                -> strange ok id:99
        75      hear #1 welcome
                -> strange welcome client:c_me version:0 node:n plain:echo ping:25 max:1000 time:1000000
        76      hear #1 {"type":"error","code":"bad_request","message":"what?","retry":false}
                -> error bad_request
        77      hear #1 pong 99
        78      hear #1 {"type":"direct","event":"dm","data":1,"time":1}
                -> direct 1
        79      hear #1 {"type":"message","room":"*","event":"note","data":"all","time":1}
                -> * everyone all
        80      hear #1 {"type":"presence_diff","room":"chat","joined":[],"left":[]}
                -> presence in chat
        81      hear #0 no json
        "#,
    );
}

#[test]
fn of_much_that_is_strange_the_first_is_told() {
    let told = "100 hear #1 nonsense\n-> strange nonsense\n".repeat(20);
    let not_told = "100 hear #1 nonsense\n".repeat(5);
    let other = r#"100 hear #1 {"type":"error","code":"internal","message":"oh","retry":false}"#;
    play_envelope(&format!("{told}{not_told}{other}\n"));
}

#[test]
fn of_a_long_text_the_beginning_is_told() {
    let beginning = "x".repeat(200);
    play_envelope(&format!("100 hear #1 {beginning}xyz\n-> strange {beginning}"));
}
