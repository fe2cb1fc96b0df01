use super::*;

fn message(body: Body) -> StoredMessage {
    StoredMessage {
        message: NewMessage { body, from: None, key: None, order: None },
        time: 1_700_000_000_123,
        excluded: None,
    }
}

fn json(data: &str) -> Body {
    Body::Json(EventName::new("chat").unwrap(), Json::parse(data).unwrap())
}

fn sender(user: Option<&str>, prefix: Option<&str>) -> Arc<Sender> {
    let user = user.map(|user| UserId::new(user).unwrap());
    Arc::new(Sender { client: ClientId::new("c1").unwrap(), user, prefix: prefix.map(Into::into) })
}

fn excluded(node: &str) -> ExcludedMember {
    ExcludedMember { node: node.into(), key: MemberKey { place: 3, serial: 7 } }
}

/// Every field, and the bytes that all versions of this server have to read.
fn golden() -> Vec<(StoredMessage, &'static str)> {
    let mut full = message(json(r#"{"b" : 1.0, "a":[1e400]}"#));
    full.message.from = Some(sender(Some("ada"), Some("Ada: ")));
    full.excluded = Some(excluded("n1"));
    let mut anonymous = message(Body::Text("line\nbreak \u{1f600}".into()));
    anonymous.message.from = Some(sender(None, None));
    vec![
        (
            full,
            concat!(
                r#"{"v":1,"time":1700000000123,"event":"chat","data":{"b" : 1.0, "a":[1e400]},"#,
                r#""from":{"client":"c1","user":"ada","prefix":"Ada: "},"#,
                r#""excluded":{"node":"n1","place":3,"serial":7}}"#
            ),
        ),
        (
            anonymous,
            "{\"v\":1,\"time\":1700000000123,\"text\":\"line\\nbreak \u{1f600}\",\"from\":{\"client\":\"c1\"}}",
        ),
        (
            message(Body::Binary(Bytes::from_static(&[0, 255, 62, 63]))),
            r#"{"v":1,"time":1700000000123,"binary":"AP8+Pw=="}"#,
        ),
        (message(json("null")), r#"{"v":1,"time":1700000000123,"event":"chat","data":null}"#),
    ]
}

#[test]
fn writes_the_golden_bytes() {
    for (message, bytes) in golden() {
        assert_eq!(message.encode(), bytes);
    }
}

#[test]
fn reads_the_golden_bytes() {
    for (message, bytes) in golden() {
        let read = StoredMessage::decode(bytes.as_bytes()).unwrap();
        assert_eq!(read.message.body, message.message.body);
        assert_eq!(read.message.from, message.message.from);
        assert_eq!((read.time, read.excluded), (message.time, message.excluded));
    }
}

#[test]
fn ignores_unknown_fields() {
    let read = StoredMessage::decode(br#"{"color":{"v":2},"v":1,"time":5,"text":"x","from":{"client":"c","age":3}}"#);
    assert_eq!(read.unwrap().message.body, Body::Text("x".into()));
}

#[test]
fn rejects_other_versions_by_name() {
    for bytes in [r#"{"v":2,"time":5,"text":"x"}"#, r#"{"v":2,"body":[1]}"#, r#"{"v":2,"time":"now","event":7}"#] {
        let error = StoredMessage::decode(bytes.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "the message has version 2, and this node reads version 1");
    }
}

#[test]
fn rejects_damaged_messages() {
    for bytes in [
        "",
        "\u{0}",
        "[]",
        r#"{"v":1,"time":5}"#,
        r#"{"v":1,"time":5,"data":1}"#,
        r#"{"v":1,"time":5,"text":"x","binary":""}"#,
        r#"{"v":1,"time":5,"binary":"?"}"#,
        r#"{"v":1,"time":5,"event":"","data":1}"#,
        r#"{"v":1,"time":5,"text":"x"} "#.trim_end().strip_suffix('}').unwrap(),
        r#"{"time":5,"text":"x"}"#,
    ] {
        let error = StoredMessage::decode(bytes.as_bytes()).unwrap_err();
        assert!(!matches!(error, StoredMessageError::Version(_)), "{bytes}: {error}");
    }
}

#[test]
fn excludes_a_member_on_its_node_only() {
    let mut stored = message(json("1"));
    assert_eq!(stored.recipients("n1"), Recipients::All);
    stored.excluded = Some(excluded("n1"));
    assert_eq!(stored.recipients("n1"), Recipients::AllBut(MemberKey { place: 3, serial: 7 }));
    assert_eq!(stored.recipients("n2"), Recipients::All);
}
