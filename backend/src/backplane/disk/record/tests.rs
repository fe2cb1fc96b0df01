//! Tests of the layout.

use std::sync::Arc;

use bytes::Bytes;
use yodel_protocol::{ClientId, Epoch, EventName, IdempotencyKey, Json, Offset, Position, RoomName, UserId};

use super::format::{CRC, checksum};
use super::{RecordError, RecordHead, StoredRecord, encode_message, encode_position};
use crate::backplane::journal::Kept;
use crate::backplane::message::{Body, Message, MessageKey, NewMessage, Sender};

/// Records of version 1, as hexadecimal digits. Every later version has to read them.
const MESSAGE: &str = "01c4df7957f104726f6f6d0d30313233343536373839616263ac0264008827fbd095ffbc3103635f3103616e6e05416e6e3a20016b2e48f8f0ddb554bf037361797b2261223a20317d";
const POSITION: &str = "0113d7faac0004726f6f6d0d30313233343536373839616263ac0200028827";

/// Returns a record that version 2 may have written.
pub fn newer_record(sequence: u64) -> Vec<u8> {
    let mut record = vec![2, 0, 0, 0, 0, 9, 9, 9, 9];
    let sum = checksum(sequence, &record);
    record[CRC].copy_from_slice(&sum.to_le_bytes());
    record
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn position() -> Position {
    Position { epoch: Epoch::new("0123456789abc").unwrap(), offset: Offset(300) }
}

fn sender() -> Sender {
    let (client, user) = (ClientId::new("c_1").unwrap(), Some(UserId::new("ann").unwrap()));
    Sender { client, user, prefix: Some("Ann: ".into()) }
}

fn full() -> NewMessage {
    let body = Body::Json(EventName::new("say").unwrap(), Json::parse(r#"{"a": 1}"#).unwrap());
    let key = Some(MessageKey::new(IdempotencyKey::new("k").unwrap(), &body));
    NewMessage { body, from: Some(Arc::new(sender())), key, order: None }
}

fn encode(sequence: u64, message: NewMessage) -> Vec<u8> {
    let (room, position, mut out) = (RoomName::new("room").unwrap(), position(), Vec::new());
    let key = message.key.clone();
    let message = Message::new(room.clone(), Some(position.clone()), message, 1_700_000_000_123);
    let kept = Kept { messages: Offset(201), keys: Offset(301) };
    let head = RecordHead { room: &room, position: &position, kept, time: 5000 };
    encode_message(sequence, head, &message, key.as_ref(), &mut out);
    out
}

fn encode_end() -> Vec<u8> {
    let (room, position, mut out) = (RoomName::new("room").unwrap(), position(), Vec::new());
    let kept = Kept { messages: Offset(301), keys: Offset(299) };
    encode_position(8, RecordHead { room: &room, position: &position, kept, time: 5000 }, &mut out);
    out
}

#[test]
fn version_1_is_as_it_was() {
    assert_eq!(encode(7, full()), unhex(MESSAGE));
    assert_eq!(encode_end(), unhex(POSITION));
}

#[test]
fn reads_version_1() {
    let bytes = unhex(MESSAGE);
    let record = StoredRecord::decode(7, &bytes).unwrap();
    assert_eq!((record.room, record.epoch, record.offset, record.time), ("room", "0123456789abc", Offset(300), 5000));
    assert_eq!(record.kept, Kept { messages: Offset(201), keys: Offset(301) });
    assert!(record.has_message() && record.has_key());
    let (message, time) = record.message().unwrap();
    let expected = full();
    assert_eq!((message.body, message.from, message.key), (expected.body, expected.from, expected.key));
    assert_eq!(time, 1_700_000_000_123);
    let bytes = unhex(POSITION);
    let record = StoredRecord::decode(8, &bytes).unwrap();
    assert!(!record.has_message() && !record.has_key());
    assert_eq!(record.kept, Kept { messages: Offset(301), keys: Offset(299) });
}

#[test]
fn reads_every_kind_of_body() {
    let json = Body::Json(EventName::new("e").unwrap(), Json::parse("[1,  2]").unwrap());
    let bodies = [json, Body::Text("text".into()), Body::Text("".into()), Body::Binary(Bytes::from_static(&[0, 255]))];
    for body in bodies {
        let bytes = encode(1, NewMessage { body: body.clone(), from: None, key: None, order: None });
        let (message, _) = StoredRecord::decode(1, &bytes).unwrap().message().unwrap();
        assert_eq!((message.body, message.from, message.key), (body, None, None));
    }
}

#[test]
fn refuses_a_newer_version_by_name() {
    let error = StoredRecord::decode(7, &newer_record(7)).unwrap_err();
    assert_eq!(error, RecordError::Newer(2));
    let text = "a newer version of the server wrote it: version 2 of the record, this one reads up to 1";
    assert_eq!(error.to_string(), text);
}

#[test]
fn refuses_every_changed_byte_and_place() {
    let bytes = encode(7, full());
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            assert!(matches!(StoredRecord::decode(7, &damaged), Err(RecordError::Damaged(_))), "byte {at}");
        }
        assert!(StoredRecord::decode(7, &bytes[..at]).is_err(), "cut at {at}");
    }
    assert!(StoredRecord::decode(6, &bytes).is_err(), "another sequence number");
}

#[test]
fn never_panics_on_a_correct_checksum() {
    let bytes = encode(7, full());
    for at in CRC.end..bytes.len() {
        for value in [0, 1, 0x7f, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[at] = value;
            let sum = checksum(7, &changed);
            changed[CRC].copy_from_slice(&sum.to_le_bytes());
            let _ = StoredRecord::decode(7, &changed).and_then(|record| record.message());
        }
    }
}
