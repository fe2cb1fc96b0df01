use super::*;
use crate::model::log::EntryId;

fn save_and_restore(log: &Log) -> Log {
    let mut restored = Log::default();
    assert_eq!(restored.restore(99, &log.save(MAX_BYTES, false)), []);
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
    let fields = SharedFields { room: Some(room.clone()), event, from: Some(from), stream_id: None };
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
        Body::SentBinary {
            bytes: (0..=255).collect(),
            delivery: Delivery::Unconfirmed,
            counted: true,
            error: Some("error".into()),
        },
        Body::Received { text: "{\"a\": \"\u{1f}\"}\n".into(), envelope: None },
        Body::Received { text: "".into(), envelope: Some(envelope.clone()) },
        Body::Binary { bytes: (0..=255).collect(), envelope: None },
        Body::Binary { bytes: [7, 200].into(), envelope: Some(envelope) },
        Body::Gap { room: room.clone(), lost: None },
        Body::Gap { room: room.clone(), lost: Some(3) },
        Body::Recovered { room, messages: 2 },
        Body::Notice("notice".into()),
        Body::Rule { text: "fired".into(), is_error: false },
        Body::Rule { text: "switched off".into(), is_error: true },
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
    for invalid in ["", "\n\n1:x\n1:r4:late\n", "\n1:r", r#"[["1","3","0","0","0"],["r","7","text"]]"#] {
        log.restore(1, invalid);
    }
    assert!(log.entries.is_empty());
}

#[test]
fn takes_no_more_characters_than_the_limit_allows() {
    let mut log = Log::default();
    for _ in 0..9 {
        log.receive_text(1, &"\u{1}".repeat(100_000));
    }
    log.receive_binary(1, vec![1; 100_000].into());
    let saved = log.save(MAX_BYTES, false);
    let characters = saved.encode_utf16().count();
    assert!((1_000_000..=MAX_BYTES).contains(&characters), "{characters}");
    assert_eq!(save_and_restore(&log).entries.len(), 11);
}

#[test]
fn keeps_the_newest_entries_and_the_counts_within_a_smaller_limit() {
    let mut log = Log::default();
    for n in 0..100 {
        log.receive_text(1, &format!("{n:01000}"));
    }
    let mut restored = Log::default();
    let five = 5 * log.entries.iter().next_back().unwrap().cost();
    restored.restore(9, &log.save(five, false));
    let texts: Vec<_> = bodies(&restored);
    assert_eq!(texts.len(), 6);
    assert!(matches!(&texts[4], Body::Received { text, .. } if text.ends_with("099")));
    assert_eq!(texts[5], Body::Reloaded { left_out: 95 });
    assert_eq!((restored.received, restored.received_bytes), (100, 100_000));
    assert_eq!(log.save(0, false).lines().count(), 1, "the counts alone");
}

#[test]
fn does_not_count_the_note_about_removed_entries_as_left_out() {
    let mut log = Log::default();
    for _ in 0..=crate::model::log::ring_buffer::MAX_ENTRIES {
        log.receive_text(1, "a");
    }
    let kept = log.entries.len() - 1;
    assert_eq!(bodies(&save_and_restore(&log)).last(), Some(&Body::Reloaded { left_out: (kept - MAX_ENTRIES) as u64 }));
}

#[test]
fn keeps_waiting_messages_for_a_page_that_sends_them() {
    let mut log = Log::default();
    log.add_outgoing(1, "first", None);
    log.add_outgoing_binary(2, [1, 2].into());
    let id = log.add_outgoing(3, "in flight", None);
    for delivery in [Delivery::Sent, Delivery::Waiting] {
        log.apply(4, &yodel_client::Effect::Delivery(id, delivery));
    }
    let mut restored = Log::default();
    assert_eq!(restored.restore(9, &log.save(MAX_BYTES, true)), [EntryId(1), EntryId(2)]);
    let states: Vec<_> = bodies(&restored).iter().filter_map(Body::delivery).collect();
    assert_eq!(states, [Delivery::Waiting, Delivery::Waiting, Delivery::Unconfirmed]);
}

#[test]
fn keeps_pins_and_notes_with_their_entries_however_old_they_are() {
    let mut log = Log::default();
    for n in 0..MAX_ENTRIES + 500 {
        log.receive_text(1, &n.to_string());
    }
    log.entries.pin(EntryId(3), true).unwrap();
    log.entries.set_note(EntryId(1_400), "5:a\nnote").unwrap();
    let restored = save_and_restore(&log);
    assert_eq!(restored.entries.len(), MAX_ENTRIES + 1, "with the note about the reload");
    let annotated: Vec<_> = restored
        .entries
        .annotations
        .all()
        .iter()
        .map(|annotation| {
            let entry = restored.entries.get(annotation.entry).unwrap();
            let Body::Received { text, .. } = &entry.body else { panic!("a message") };
            (text.to_string(), annotation.is_pinned, annotation.note.as_str())
        })
        .collect();
    assert_eq!(annotated, [("2".to_owned(), true, ""), ("1399".to_owned(), false, "5:a\nnote")]);
    let ids: Vec<_> = restored.entries.iter().map(|entry| entry.id).collect();
    assert!(ids.is_sorted());
}

#[test]
fn restores_snapshots_without_pins_and_ignores_unknown_records() {
    let mut log = Log::default();
    log.restore(1, "1:01:01:11:31:0\n1:r1:73:abc\n1:z3:new\n1:r1:83:def\n");
    assert_eq!(log.entries.len(), 3);
    assert_eq!(log.entries.annotations.all().len(), 0);
}
