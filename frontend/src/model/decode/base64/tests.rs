use super::*;
use crate::model::decode::test_support::decode as decode_all;

fn text(message: &str) -> String {
    let (text, error) = decode_all(Base64::default(), message.as_bytes());
    assert_eq!(error, None, "{message}: {text}");
    text
}

fn error(message: &[u8]) -> DecodeError {
    decode_all(Base64::default(), message).1.unwrap()
}

#[test]
fn finds_texts_and_data_in_json_with_their_paths() {
    let json = r#"{"a":[1,"SGVsbG8gWW9kZWw=",{"b c":"3q2+796tvu8AAQIDBAUGBw=="}],"name":"plain words","n":12}"#;
    assert_eq!(
        text(json),
        "$.a[1] (11 bytes)\nHello Yodel\n\n$.a[2][\"b c\"] (16 bytes)\nh'deadbeefdeadbeef0001020304050607'"
    );
}

#[test]
fn decodes_a_whole_message_and_the_url_alphabet() {
    assert_eq!(text("SGVsbG8g\r\nWW9kZWw=\n"), "$ (11 bytes)\nHello Yodel");
    assert_eq!(text("\"fn5-fn5-Pz8_\""), "$ (9 bytes)\n~~~~~~???");
    assert_eq!(text("SGVsbG8gWW9kZWw"), "$ (11 bytes)\nHello Yodel", "without padding");
}

#[test]
fn words_and_hexadecimal_digits_are_not_base64() {
    for message in [
        r#"{"a":"password","b":"550e8400e29b41d4a716446655440000","c":"HelloWorldHello","d":"short"}"#,
        "{}",
        "[1,2]",
        "password",
        "",
    ] {
        assert_eq!(error(message.as_bytes()).kind, ErrorKind::NoBase64, "{message}");
    }
    assert_eq!(error(&[0xff]).kind, ErrorKind::NoBase64);
}

#[test]
fn reports_where_json_ends_early() {
    let message = r#"["SGVsbG8gWW9kZWw=", x"#;
    let (text, error) = decode_all(Base64::default(), message.as_bytes());
    assert_eq!(text, "$[0] (11 bytes)\nHello Yodel");
    assert_eq!(error, Some(DecodeError { at: 20, kind: ErrorKind::Invalid }));
}

#[test]
fn limits_the_path() {
    let message = "[".repeat(40) + "\"SGVsbG8gWW9kZWw=\"" + &"]".repeat(40);
    assert!(text(&message).starts_with(&format!("${}… (11 bytes)\n", "[0]".repeat(MAX_PATH))));
}
