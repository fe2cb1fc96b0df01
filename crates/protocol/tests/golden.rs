//! Golden files: every frame on the wire decodes, and encodes to the same bytes.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::DeserializeOwned;
use yodel_protocol::{ClientFrame, DecodeError, ServerFrame};

/// Returns the frames of a folder by file name.
fn golden(folder: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(folder);
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), text.trim_end().to_owned())
        })
        .collect()
}

/// Returns the frame types of the files: the part of a name before the first hyphen.
fn verbs(files: &BTreeMap<String, String>) -> Vec<&str> {
    let mut verbs: Vec<_> = files.keys().map(|name| name.split('-').next().unwrap()).collect();
    verbs.dedup();
    verbs
}

#[test]
fn round_trips_every_client_frame() {
    let files = golden("client");
    assert_eq!(
        verbs(&files),
        ["auth", "broadcast", "call", "echo", "history", "join", "leave", "ping", "presence", "publish", "send"]
    );
    for (name, text) in &files {
        let frame = ClientFrame::decode(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(&frame.encode(), text, "{name}");
        assert_eq!(&serde_json::to_string(&frame).unwrap(), text, "serde: {name}");
    }
}

/// Returns the frame as serde reads it.
fn read_by_serde(kind: &str, text: &str) -> Result<ServerFrame, serde_json::Error> {
    fn frame<T: DeserializeOwned>(text: &str, new: fn(T) -> ServerFrame) -> Result<ServerFrame, serde_json::Error> {
        serde_json::from_str(text).map(new)
    }
    match kind {
        "welcome" => frame(text, ServerFrame::Welcome),
        "ok" => frame(text, ServerFrame::Ok),
        "echo" => frame(text, ServerFrame::Echo),
        "joined" => frame(text, ServerFrame::Joined),
        "message" => frame(text, ServerFrame::Message),
        "direct" => frame(text, ServerFrame::Direct),
        "result" => frame(text, ServerFrame::Result),
        "presence" => frame(text, ServerFrame::Presence),
        "presence_diff" => frame(text, ServerFrame::PresenceDiff),
        "history" => frame(text, ServerFrame::History),
        "pong" => frame(text, ServerFrame::Pong),
        "error" => frame(text, ServerFrame::Error),
        _ => frame(text, ServerFrame::Goodbye),
    }
}

#[test]
fn round_trips_every_server_frame() {
    let files = golden("server");
    assert_eq!(
        verbs(&files),
        [
            "direct",
            "echo",
            "error",
            "goodbye",
            "history",
            "joined",
            "message",
            "ok",
            "pong",
            "presence",
            "presence_diff",
            "result",
            "welcome"
        ]
    );
    for (name, text) in &files {
        let frame = ServerFrame::decode(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(&frame.encode(), text, "{name}");
        assert_eq!(read_by_serde(name.split('-').next().unwrap(), text).unwrap(), frame, "serde: {name}");
    }
}

fn decode_error(text: &str) -> (Option<u64>, String) {
    let DecodeError { id, message } = ClientFrame::decode(text).unwrap_err();
    (id.map(yodel_protocol::Id::get), message)
}

#[test]
fn reports_an_invalid_client_frame_with_its_id() {
    for (text, id, expected) in [
        ("", None, "a frame is a JSON object"),
        ("hello", None, "a frame is a JSON object"),
        ("[1,\"ping\"]", None, "a frame is a JSON object"),
        (r#"{"id":1,"type":"ping""#, None, "a frame is a JSON object"),
        (r#"{"type":"ping"}"#, None, "`id` is missing"),
        (r#"{"id":0,"type":"ping"}"#, None, "`id` is missing"),
        (r#"{"id":9007199254740993,"type":"ping"}"#, None, "`id` is missing"),
        (r#"{"id":"1","type":"ping"}"#, None, "`id` is missing"),
        (r#"{"id":1}"#, Some(1), "`type` is missing"),
        (r#"{"id":1,"type":7}"#, Some(1), "`type` is missing"),
        (r#"{"id":1,"type":"dance"}"#, Some(1), "unknown `type` \"dance\""),
        (r#"{"id":1,"type":"join"}"#, Some(1), "missing field `room`"),
        (r#"{"id":1,"type":"join","room":""}"#, Some(1), "a room name has 1 to 255 bytes"),
        (r#"{"id":1,"type":"join","room":7}"#, Some(1), "expected a string"),
        (r#"{"id":1,"type":"send","to":{"dog":"x"},"event":"e"}"#, Some(1), "unknown variant `dog`"),
        (r#"{"id":1,"type":"history","room":"r","limit":-1}"#, Some(1), "invalid value"),
    ] {
        let (actual_id, message) = decode_error(text);
        assert_eq!(actual_id, id, "{text}: {message}");
        assert!(message.contains(expected), "{text}: {message}");
    }
}

#[test]
fn ignores_unknown_fields_and_field_order() {
    let frame = ClientFrame::decode(r#" {"later":{"x":[]},"room":"r","type":"join","limit":"?","id":7} "#).unwrap();
    assert_eq!(frame.encode(), r#"{"id":7,"type":"join","room":"r"}"#);
}

#[test]
fn accepts_deeply_nested_data() {
    let data = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let text = format!(r#"{{"id":1,"type":"echo","data":{data}}}"#);
    assert_eq!(ClientFrame::decode(&text).unwrap().encode(), text);
}

#[test]
fn hides_the_token_in_debug_output() {
    let frame = ClientFrame::decode(r#"{"id":1,"type":"auth","token":"secret"}"#).unwrap();
    assert!(!format!("{frame:?}").contains("secret"));
}

#[test]
fn validates_every_field_of_a_server_frame() {
    let joined = r#"{"type":"joined","id":3,"room":"r","epoch":"e","offset":7,"recovered":true,"messages":[]"#;
    for valid in [
        "}",
        r#","users":null}"#,
        r#","users":[],"more_users":true,"later":{"x":[]}}"#,
        r#","users":[{"clients":0,"user":null}]}"#,
    ] {
        assert!(ServerFrame::decode(&format!(" {joined}{valid} ")).is_ok(), "{valid}");
    }
    for (text, id, expected) in [
        ("", None, "a JSON object"),
        ("[1]", None, "a JSON object"),
        (r#"{"id":1}"#, Some(1), "`type`"),
        (r#"{"id":1,"type":"dance"}"#, Some(1), "`type`"),
        (r#"{"id":1,"type":"pong"}"#, Some(1), "`time`"),
        (r#"{"id":1,"type":"pong","time":-1}"#, Some(1), "`time`"),
        (r#"{"id":1,"type":"pong","time":1.0}"#, Some(1), "`time`"),
        (r#"{"id":1,"type":"pong","time":"1"}"#, Some(1), "`time`"),
        (r#"{"id":0,"type":"pong","time":1}"#, None, "`id`"),
        (r#"{"id":2,"type":"ok","duplicate":1}"#, Some(2), "`duplicate`"),
        (r#"{"id":2,"type":"ok","duplicate":null}"#, Some(2), "`duplicate`"),
        (r#"{"id":2,"type":"ok","offset":[]}"#, Some(2), "`offset`"),
        (r#"{"id":2,"type":"ok","user":""}"#, Some(2), "`user`"),
        (r#"{"type":"message","room":"","event":"e","data":1,"time":1}"#, None, "`room`"),
        (r#"{"type":"message","room":"r","event":"e","data":1,"time":1,"from":{}}"#, None, "`client`"),
        (r#"{"type":"presence_diff","room":"r","joined":[{}],"left":[]}"#, None, "`joined`"),
        (r#"{"type":"goodbye","code":70000,"reason":"","retry_ms":1}"#, None, "`code`"),
    ] {
        let DecodeError { id: actual_id, message } = ServerFrame::decode(text).unwrap_err();
        assert_eq!(actual_id.map(yodel_protocol::Id::get), id, "{text}: {message}");
        assert!(message.contains(expected), "{text}: {message}");
    }
}
