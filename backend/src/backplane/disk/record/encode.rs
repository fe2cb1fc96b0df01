//! Encoding of records.

use yodel_protocol::{Offset, Position, RoomName};

use super::bytes::{put_bytes, put_varint};
use super::format::{BINARY, CRC, FROM, JSON, KEY, POSITION, PREFIX, TEXT, USER, VERSION, checksum};
use crate::backplane::journal::Kept;
use crate::backplane::message::{Body, Message, MessageKey, Sender};

/// Fields that the records of a message and of a position share.
#[derive(Clone, Copy, Debug)]
pub struct RecordHead<'a> {
    /// Room of the record.
    pub room: &'a RoomName,
    /// Position of the message, or of the room.
    pub position: &'a Position,
    /// Kept messages and keys of the room.
    pub kept: Kept,
    /// Time of the record on the timeline of the folder, in milliseconds.
    pub time: u64,
}

/// Replaces the contents of `out` with the record of a message.
pub fn encode_message(
    sequence: u64,
    head: RecordHead<'_>,
    message: &Message,
    key: Option<&MessageKey>,
    out: &mut Vec<u8>,
) {
    let from = message.from.as_deref();
    let kind = match message.body {
        Body::Json(..) => JSON,
        Body::Text(_) => TEXT,
        Body::Binary(_) => BINARY,
    };
    begin(kind | flags(from, key), head, out);
    put_varint(out, message.time);
    if let Some(from) = from {
        put_sender(out, from);
    }
    if let Some(key) = key {
        put_bytes(out, key.key.as_str().as_bytes());
        out.extend_from_slice(&key.digest().to_le_bytes());
    }
    match &message.body {
        Body::Json(event, data) => {
            put_bytes(out, event.as_str().as_bytes());
            out.extend_from_slice(data.text().as_bytes());
        }
        Body::Text(text) => out.extend_from_slice(text.as_bytes()),
        Body::Binary(bytes) => out.extend_from_slice(bytes),
    }
    seal(sequence, out);
}

/// Replaces the contents of `out` with the record of a position.
pub fn encode_position(sequence: u64, head: RecordHead<'_>, out: &mut Vec<u8>) {
    begin(POSITION, head, out);
    seal(sequence, out);
}

fn flags(from: Option<&Sender>, key: Option<&MessageKey>) -> u8 {
    let flag = |is_set, flag| if is_set { flag } else { 0 };
    flag(from.is_some(), FROM)
        | flag(from.is_some_and(|from| from.user.is_some()), USER)
        | flag(from.is_some_and(|from| from.prefix.is_some()), PREFIX)
        | flag(key.is_some(), KEY)
}

fn begin(kind: u8, head: RecordHead<'_>, out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(&[VERSION, 0, 0, 0, 0, kind]);
    put_bytes(out, head.room.as_str().as_bytes());
    put_bytes(out, head.position.epoch.as_str().as_bytes());
    put_varint(out, head.position.offset.0);
    // Distances are shorter than offsets.
    for first in [head.kept.messages, head.kept.keys] {
        put_varint(out, distance(head.position.offset, first));
    }
    put_varint(out, head.time);
}

/// Returns how many offsets from `first` up to `last` there are.
fn distance(last: Offset, first: Offset) -> u64 {
    last.next().0.saturating_sub(first.0)
}

fn put_sender(out: &mut Vec<u8>, from: &Sender) {
    put_bytes(out, from.client.as_str().as_bytes());
    if let Some(user) = &from.user {
        put_bytes(out, user.as_str().as_bytes());
    }
    if let Some(prefix) = &from.prefix {
        put_bytes(out, prefix.as_bytes());
    }
}

fn seal(sequence: u64, out: &mut [u8]) {
    let sum = checksum(sequence, out);
    out[CRC].copy_from_slice(&sum.to_le_bytes());
}
