use super::*;
use crate::model::log::{EntryId, Envelope, envelope::SharedFields};
use serde_json::{Value, json};
use yodel_client::Delivery;
use yodel_protocol::{ClientId, CloseCode, EventName, Offset, RoomName, UserId, frame::From};

const TIME: &str = "2026-01-02T03:04:05.006Z";

fn row(body: Body) -> LogEntry {
    LogEntry { id: EntryId(1), at_ms: 7, body }
}

fn line(format: Format, body: Body) -> String {
    annotated(format, body, None)
}

fn annotated(format: Format, body: Body, annotation: Option<&Annotation>) -> String {
    let (row, mut line) = (row(body), String::new());
    let details = Details { time: TIME, description: "description", annotation };
    for index in 0.. {
        let (text, last) = piece(format, &row, details, index);
        line += &text;
        if last {
            break;
        }
    }
    line
}

fn received(text: &str) -> Body {
    Body::Received { text: text.into(), envelope: None }
}

#[test]
fn writes_an_object_per_line() {
    assert_eq!(
        line(Format::Json, received("a \"b\"\n\u{1}")),
        format!("{{\"time\":\"{TIME}\",\"kind\":\"received\",\"text\":\"a \\\"b\\\"\\n\\u0001\"}}\n")
    );
    let binary = line(Format::Json, Body::Binary { bytes: [0xff, 0, 1, 2].into(), envelope: None });
    assert!(binary.ends_with("\"encoding\":\"base64\",\"text\":\"/wABAg==\"}\n"), "{binary}");
}

fn object(body: Body) -> Value {
    serde_json::from_str(&line(Format::Json, body)).unwrap()
}

#[test]
fn writes_envelope_fields() {
    let from = From { client: ClientId::new("c_1").unwrap(), user: Some(UserId::new("ada").unwrap()) };
    let names = SharedFields {
        room: Some(RoomName::new("chat").unwrap()),
        event: EventName::new("msg").unwrap(),
        from: Some(from),
        stream_id: None,
    };
    let envelope = Some(Envelope::new(names.into(), Some(Offset(12)), 34));
    let body = Body::Received { text: "hello".into(), envelope };
    assert_eq!(
        object(body),
        json!({
            "time": TIME, "kind": "received", "room": "chat", "offset": "12", "event": "msg", "client": "c_1",
            "user": "ada", "server_time": "34", "text": "hello",
        })
    );
}

#[test]
fn writes_name_and_id_of_an_event() {
    let event = EventName::new("tick").unwrap();
    let fields = SharedFields { room: None, event, from: None, stream_id: Some("k:7".into()) };
    let body = Body::Received { text: "hello".into(), envelope: Some(Envelope::new(fields.into(), None, 0)) };
    let expected = json!({ "time": TIME, "kind": "received", "offset": "k:7", "event": "tick", "text": "hello" });
    assert_eq!(object(body), expected);
}

#[test]
fn writes_delivery_and_close_fields() {
    let error = Some("no".into());
    let (text, delivery) = ("hello".into(), Delivery::Failed);
    let sent = Body::Sent { text, delivery, counted: false, error, to: None, no_recipient: false };
    assert_eq!(
        object(sent),
        json!({ "time": TIME, "kind": "sent", "delivery": "failed", "reason": "no", "text": "hello" })
    );
    let closed = Body::Closed { url: "ws://a".into(), code: CloseCode(1001), reason: "bye".into(), requested: false };
    assert_eq!(
        object(closed),
        json!({ "time": TIME, "kind": "closed", "reason": "bye", "url": "ws://a", "code": "1001", "text": "description" })
    );
}

#[test]
fn writes_pin_and_note() {
    let annotation = Annotation { entry: EntryId(1), is_pinned: true, note: "=a \"b\"".to_owned() };
    let json = annotated(Format::Json, received("hello"), Some(&annotation));
    assert_eq!(
        serde_json::from_str::<Value>(&json).unwrap(),
        json!({ "time": TIME, "kind": "received", "pinned": "true", "note": "=a \"b\"", "text": "hello" })
    );
    let csv = annotated(Format::Csv, received("hello"), Some(&annotation));
    assert!(csv.contains(",\"true\",\"'=a \"\"b\"\"\",,\"hello\""), "{csv}");
}

#[test]
fn escapes_csv_and_keeps_every_column() {
    let line = line(Format::Csv, received("a \"b\",\r\nc"));
    assert_eq!(line, format!("\"{TIME}\",\"received\",,,,,,,,,,,,,,\"a \"\"b\"\",\r\nc\"\r\n"));
    assert_eq!(Format::Csv.header().matches(',').count(), FIELDS.len() - 1);
}

#[test]
fn guards_against_formulas_but_not_numbers() {
    for text in ["=1+1", "@x", "-a", "+1-1", "-1.2.3", "-", "\tx", "\t=x", "\rx", " =x", "＝1+1", "＋1", "－1", "＠x"]
    {
        assert_eq!(guarded(text, true), format!("'{text}"), "{text}");
    }
    for text in ["-5", "+3.20", "-5\r\n+3", "hello", "1=1", "a = b", "a\tb", ""] {
        assert_eq!(guarded(text, true), text, "{text}");
    }
}

#[test]
fn guards_each_line_of_a_cell() {
    for (text, expected) in [
        ("a\n=1+1", "a\n'=1+1"),
        ("a\r＝1+1", "a\r'＝1+1"),
        ("a\r\n@x\r\n-5", "a\r\n'@x\r\n-5"),
        ("\n=1", "\n'=1"),
        ("\r=1", "'\r'=1"),
    ] {
        assert_eq!(
            line(Format::Csv, received(text)),
            line(Format::Csv, received("*")).replace('*', expected),
            "{text}"
        );
    }
    // The second piece begins with the sign.
    let text = format!("{}\n=1+1", "a".repeat(PIECE - 1));
    assert!(line(Format::Csv, received(&text)).ends_with("a\n'=1+1\"\r\n"));
    let text = format!("{}=1+1", "a".repeat(PIECE));
    assert!(line(Format::Csv, received(&text)).ends_with("aaa=1+1\"\r\n"), "within a line");
}

#[test]
fn writes_a_large_message_in_pieces() {
    // The second piece ends within a character.
    let text = "aé€\"".repeat(PIECE / 3);
    assert_eq!(object(received(&text))["text"].as_str(), Some(text.as_str()));
    let formulas = "=".repeat(PIECE + 1);
    assert!(line(Format::Csv, received(&formulas)).ends_with(&format!(",\"'{formulas}\"\r\n")));
    let binary = line(Format::Json, Body::Binary { bytes: vec![0; 2 * PIECE].into(), envelope: None });
    assert!(binary.ends_with(&format!("{}\"}}\n", "A".repeat(2 * PIECE / 3 * 4))));
}
