use super::*;
use crate::model::log::EntryId;

fn save_and_restore(log: &Log) -> Log {
    let json = serde_json::to_string(&log.save()).unwrap();
    let mut restored = Log::default();
    restored.restore(99, serde_json::from_str(&json).unwrap());
    restored
}

fn bodies(log: &Log) -> Vec<Body> {
    log.entries.iter().map(|entry| entry.body.clone()).collect()
}

#[test]
fn restores_every_kind_of_entry() {
    let mut log = Log::default();
    let room = RoomName::new("lobby").unwrap();
    let from = frame::From { client: ClientId::new("c_1").unwrap(), user: Some(UserId::new("ana").unwrap()) };
    let event = EventName::new("text").unwrap();
    let fields = SharedFields { room: Some(room.clone()), event, from: Some(from) };
    let envelope = Envelope::new(fields.into(), Some(Offset(4)), 5);
    let sent = |delivery| Body::Sent {
        text: "sent".into(),
        delivery,
        counted: delivery != Delivery::Failed,
        error: Some("error".into()),
        to: decode_destination("u", "bo"),
        no_recipient: delivery == Delivery::Acknowledged,
    };
    for body in [
        Body::Opened { url: "ws://a".into(), outage: None },
        Body::Opened { url: "ws://a".into(), outage: Some(Outage { ms: 5, all_sent: true }) },
        Body::Closed { url: "ws://a".into(), code: CloseCode(1006), reason: "".into(), requested: false },
        Body::Closed { url: "ws://a".into(), code: CloseCode(1000), reason: "".into(), requested: true },
        sent(Delivery::Sent),
        sent(Delivery::Acknowledged),
        sent(Delivery::Unconfirmed),
        sent(Delivery::Failed),
        Body::Received { text: "{\"a\": \"\u{1f}\"}\n".into(), envelope: None },
        Body::Received { text: "".into(), envelope: Some(envelope.clone()) },
        Body::Binary { bytes: (0..=255).collect(), envelope: None },
        Body::Binary { bytes: [7, 200].into(), envelope: Some(envelope) },
        Body::Gap { room: room.clone(), lost: None },
        Body::Gap { room: room.clone(), lost: Some(3) },
        Body::Recovered { room, messages: 2 },
        Body::Notice("notice".into()),
        Body::Reloaded { left_out: 4 },
    ] {
        log.entries.push(7, body);
    }
    let restored = save_and_restore(&log);
    let mut expected = bodies(&log);
    expected.push(Body::Reloaded { left_out: 0 });
    assert_eq!(bodies(&restored), expected);
    assert_eq!(restored.entries.get(EntryId(1)).unwrap().at_ms, 7);
}

#[test]
fn keeps_exact_counts_and_limits_the_entries() {
    let mut log = Log::default();
    for _ in 0..MAX_ENTRIES + 5 {
        log.receive_text(1, "abc");
    }
    let restored = save_and_restore(&log);
    assert_eq!((restored.received, restored.received_bytes), (1_005, 3_015));
    assert_eq!(restored.entries.len(), MAX_ENTRIES + 1);
    assert_eq!(bodies(&restored).last(), Some(&Body::Reloaded { left_out: 5 }));
}

#[test]
fn skips_an_entry_that_does_not_fit() {
    let mut log = Log::default();
    log.receive_text(1, "before");
    for _ in 0..3 {
        log.receive_text(1, &"x".repeat(MAX_BYTES / 2));
    }
    let restored = save_and_restore(&log);
    assert_eq!(restored.entries.len(), 3, "the first one, the last one, and the note");
    assert_eq!(bodies(&restored).last(), Some(&Body::Reloaded { left_out: 2 }));
}

#[test]
fn restores_waiting_as_failed_and_in_flight_as_unconfirmed() {
    let mut log = Log::default();
    log.add_outgoing(1, "waiting", None);
    let id = log.add_outgoing(2, "in flight", None);
    for delivery in [Delivery::Sent, Delivery::Waiting] {
        log.apply(3, &yodel_client::Effect::Delivery(id, delivery));
    }
    let restored = save_and_restore(&log);
    let states: Vec<_> = bodies(&restored)
        .into_iter()
        .filter_map(|body| if let Body::Sent { delivery, .. } = body { Some(delivery) } else { None })
        .collect();
    assert_eq!(states, [Delivery::Failed, Delivery::Unconfirmed]);
    assert_eq!(restored.sent, 1);
}

#[test]
fn ignores_empty_and_invalid_snapshots() {
    let mut log = Log::default();
    log.restore(1, LogSnapshot::default());
    log.restore(1, vec![vec![], vec!["x".into()], vec!["r".into(), "late".into()]]);
    assert!(log.entries.is_empty());
}
