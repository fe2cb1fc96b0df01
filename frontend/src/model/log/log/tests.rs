use super::*;

fn up(away_ms: Option<u64>) -> Effect {
    Effect::Up { url: "ws://a/ws".into(), away_ms }
}

fn last_outage(log: &Log) -> Option<Outage> {
    let opened = |body: &Body| if let Body::Opened { outage, .. } = body { Some(*outage) } else { None };
    log.entries.iter().rev().find_map(|entry| opened(&entry.body)).flatten()
}

/// Returns a log in which a message waited for a reconnect, then had these delivery states.
fn reconnected(deliveries: &[Delivery]) -> Log {
    let mut log = Log::default();
    let id = log.add_outgoing(1, "hello", None);
    log.apply(2, &up(Some(6_000)));
    for delivery in deliveries {
        log.apply(2, &Effect::Delivery(id, *delivery));
    }
    log.settle();
    log
}

#[test]
fn reports_an_outage_without_loss() {
    assert_eq!(last_outage(&reconnected(&[Delivery::Sent])), Some(Outage { ms: 6_000, all_sent: true }));
}

#[test]
fn reports_no_lossless_outage_otherwise() {
    for deliveries in [&[][..], &[Delivery::Failed], &[Delivery::Sent, Delivery::Unconfirmed]] {
        assert_eq!(
            last_outage(&reconnected(deliveries)),
            Some(Outage { ms: 6_000, all_sent: false }),
            "{deliveries:?}"
        );
    }
    let mut log = Log::default();
    log.apply(1, &up(Some(6_000)));
    log.settle();
    assert_eq!(last_outage(&log), Some(Outage { ms: 6_000, all_sent: false }), "nothing waited");
}

#[test]
fn tracks_loss_per_outage() {
    let mut log = Log::default();
    let unconfirmed = log.add_outgoing(1, "in the first", None);
    log.apply(1, &Effect::Delivery(unconfirmed, Delivery::Sent));
    log.apply(2, &Effect::Delivery(unconfirmed, Delivery::Unconfirmed));
    log.apply(3, &up(Some(1_000)));
    log.settle();
    let id = log.add_outgoing(4, "in the second", None);
    log.apply(5, &up(Some(6_000)));
    log.apply(5, &Effect::Delivery(id, Delivery::Sent));
    log.settle();
    assert_eq!(last_outage(&log), Some(Outage { ms: 6_000, all_sent: true }));
}

#[test]
fn fails_waiting_messages() {
    let mut log = Log::default();
    let sent = log.add_outgoing(1, "sent", None);
    log.apply(1, &Effect::Delivery(sent, Delivery::Sent));
    let waiting = log.add_outgoing(2, "waiting", None);
    assert_eq!(log.fail_waiting(), [EntryId(waiting.0)]);
    assert!(log.fail_waiting().is_empty());
}

#[test]
fn counts_messages_handed_to_the_socket() {
    let mut log = Log::default();
    let id = log.add_outgoing(1, "hello", None);
    assert_eq!(log.sent, 0);
    log.apply(1, &Effect::Delivery(id, Delivery::Sent));
    log.apply(2, &Effect::Delivery(id, Delivery::Unconfirmed));
    assert_eq!(log.sent, 1);
}

#[test]
fn counts_a_repeated_message_once() {
    let mut log = Log::default();
    let id = log.add_outgoing(1, "hello", None);
    for delivery in [Delivery::Sent, Delivery::Waiting, Delivery::Sent, Delivery::Acknowledged] {
        log.apply(1, &Effect::Delivery(id, delivery));
    }
    assert_eq!((log.sent, log.sent_bytes), (1, 5));
}

fn message(offset: u64, data: &str) -> Effect {
    let text =
        format!(r#"{{"type":"message","room":"lobby","offset":{offset},"event":"text","data":{data},"time":9}}"#);
    match ServerFrame::decode(&text) {
        Ok(ServerFrame::Message(message)) => Effect::Message(Box::new(message)),
        other => panic!("{other:?}"),
    }
}

fn joined() -> Effect {
    let position =
        yodel_protocol::Position { epoch: yodel_protocol::Epoch::new("e").unwrap(), offset: yodel_protocol::Offset(4) };
    Effect::Joined { room: RoomName::new("lobby").unwrap(), position, users: None, more_users: false }
}

#[test]
fn shows_strings_as_text_and_other_data_as_json() {
    let mut log = Log::default();
    log.apply(1, &message(1, r#""it's \"so\"""#));
    log.apply(1, &message(2, r#"{"b":1.0,"a":2}"#));
    log.apply(1, &message(3, r#""half of a pair: \ud83d""#));
    let texts = log.entries.iter().map(|entry| match &entry.body {
        Body::Received { text, envelope: Some(_) } => text.to_string(),
        other => panic!("{other:?}"),
    });
    let texts: Vec<_> = texts.collect();
    assert_eq!(texts, [r#"it's "so""#, r#"{"b":1.0,"a":2}"#, "half of a pair: \u{fffd}"]);
    assert_eq!(log.received, 3);
}

#[test]
fn decodes_binary_data_in_envelopes() {
    let mut log = Log::default();
    let event = |data: &str| {
        let text = format!(r#"{{"type":"message","room":"lobby","event":"binary","data":{data},"time":9}}"#);
        match ServerFrame::decode(&text) {
            Ok(ServerFrame::Message(message)) => Effect::Message(Box::new(message)),
            other => panic!("{other:?}"),
        }
    };
    log.apply(1, &event(r#""Ch+c""#));
    log.apply(1, &event(r#""no base64""#));
    let bodies: Vec<_> = log.entries.iter().map(|entry| &entry.body).collect();
    assert!(matches!(bodies[0], Body::Binary { bytes, envelope: Some(_) } if **bytes == [0x0a, 0x1f, 0x9c]));
    assert!(matches!(bodies[1], Body::Received { text, .. } if &**text == "no base64"));
    assert_eq!((log.received, log.received_bytes), (2, 12));
}

#[test]
fn shares_the_fields_of_similar_messages() {
    let mut log = Log::default();
    log.apply(1, &message(1, "1"));
    log.apply(1, &message(2, "2"));
    let events = log.entries.iter().filter_map(|entry| match &entry.body {
        Body::Received { envelope, .. } => envelope.as_ref().map(|envelope| envelope.event.as_str().as_ptr()),
        _ => None,
    });
    let events: Vec<_> = events.collect();
    assert_eq!(events[0], events[1]);
}

#[test]
fn counts_missed_messages() {
    let mut log = Log::default();
    for effect in [joined(), message(5, "1"), message(6, "2")] {
        log.apply(1, &effect);
    }
    log.settle();
    let first = &log.entries.iter().next().unwrap().body;
    assert_eq!(*first, Body::Recovered { room: RoomName::new("lobby").unwrap(), messages: 2 });
    log.apply(2, &joined());
    log.settle();
    assert_eq!(log.entries.len(), 3, "nothing was missed the second time");
}

#[test]
fn marks_a_direct_message_without_recipient() {
    let mut log = Log::default();
    let ada = Destination::User(yodel_protocol::UserId::new("ada").unwrap());
    for (delivered, expected) in [(0, true), (1, false)] {
        let id = log.add_outgoing(1, "hello", Some(ada.clone()));
        let reply = format!(r#"{{"id":1,"type":"ok","delivered":{delivered}}}"#);
        log.apply(1, &Effect::Reply(id, Box::new(ServerFrame::decode(&reply).unwrap())));
        let entry = log.entries.get(EntryId(id.0)).unwrap();
        assert!(matches!(entry.body, Body::Sent { no_recipient, .. } if no_recipient == expected), "{entry:?}");
    }
}

#[test]
fn ignores_failed_requests_of_the_page() {
    let mut log = Log::default();
    let id = log.add_outgoing(1, "waiting", None);
    log.apply(2, &up(Some(6_000)));
    log.apply(2, &Effect::Delivery(MessageId(1 << 52), Delivery::Failed));
    log.apply(2, &Effect::Delivery(id, Delivery::Sent));
    log.settle();
    assert_eq!(last_outage(&log), Some(Outage { ms: 6_000, all_sent: true }));
}

#[test]
fn removes_a_rejected_message() {
    let mut log = Log::default();
    let id = log.add_outgoing(1, "hello", None);
    log.apply(1, &Effect::OutboxFull(id));
    assert!(log.entries.is_empty());
}

#[test]
fn adds_one_entry_per_close() {
    let mut log = Log::default();
    log.apply(1, &Effect::Down { url: "ws://a/ws".into(), code: 1006, reason: "bye".into(), requested: false });
    let entries: Vec<_> = log.entries.iter().collect();
    assert_eq!(entries.len(), 1);
    let closed =
        Body::Closed { url: "ws://a/ws".into(), code: CloseCode::ABNORMAL, reason: "bye".into(), requested: false };
    assert_eq!(entries[0].body, closed);
}

#[test]
fn keeps_the_bytes_of_a_binary_message() {
    let mut log = Log::default();
    log.receive_binary(1, [9; 500].into());
    let entry = log.entries.iter().next().unwrap();
    assert_eq!(entry.body, Body::Binary { bytes: [9; 500].into(), envelope: None });
    assert_eq!((log.received, log.received_bytes), (1, 500));
}

#[test]
fn names_the_room_of_a_delayed_join() {
    let mut log = Log::default();
    let error = serde_json::from_str(r#"{"code":"unavailable","message":"full","retry":true}"#).unwrap();
    log.apply(1, &Effect::JoinDelayed { room: RoomName::new("chat").unwrap(), error });
    let notices = log.entries.iter().map(|entry| entry.body.clone());
    assert_eq!(notices.collect::<Vec<_>>(), [Body::Notice("chat: full".into())]);
}
