//! Decoding of records.

use std::sync::Arc;

use bytes::Bytes;
use yodel_protocol::{ClientId, EventName, IdempotencyKey, Json, Offset, UserId};

use super::bytes::{Fields, text};
use super::format::{BINARY, CRC, FROM, JSON, KEY, KIND, POSITION, PREFIX, TEXT, USER, VERSION, checksum};
use super::record_error::RecordError;
use crate::backplane::journal::Kept;
use crate::backplane::message::{Body, MessageKey, NewMessage, Sender};

const NAME: RecordError = RecordError::Damaged("a name is invalid");

/// A record whose checksum is correct and whose head is decoded.
#[derive(Clone, Copy, Debug)]
pub struct StoredRecord<'a> {
    /// Room of the record.
    pub room: &'a str,
    /// Epoch of the room.
    pub epoch: &'a str,
    /// Offset of the message, or of the room.
    pub offset: Offset,
    /// Kept messages and keys of the room.
    pub kept: Kept,
    /// Time of the record on the timeline of the folder, in milliseconds.
    pub time: u64,
    kind: u8,
    rest: Fields<'a>,
}

impl<'a> StoredRecord<'a> {
    /// Decodes the head of the record at a sequence number.
    ///
    /// # Errors
    /// Returns an error if the record is damaged or newer.
    pub fn decode(sequence: u64, bytes: &'a [u8]) -> Result<Self, RecordError> {
        if bytes.len() <= CRC.end {
            return Err(RecordError::Damaged("the record is too short"));
        }
        if checksum(sequence, bytes).to_le_bytes() != bytes[CRC] {
            return Err(RecordError::Damaged("the checksum does not match"));
        }
        match bytes[0] {
            VERSION => Self::decode_head(Fields::new(&bytes[CRC.end..])),
            0 => Err(RecordError::Damaged("the version is 0")),
            newer => Err(RecordError::Newer(newer)),
        }
    }

    fn decode_head(mut fields: Fields<'a>) -> Result<Self, RecordError> {
        let kind = fields.byte()?;
        let (room, epoch, offset) = (fields.text()?, fields.text()?, Offset(fields.varint()?));
        let [messages, keys] = [first(offset, fields.varint()?), first(offset, fields.varint()?)];
        let kept = Kept { messages, keys };
        Ok(Self { room, epoch, offset, kept, time: fields.varint()?, kind, rest: fields })
    }

    /// Returns whether the record has a message.
    pub fn has_message(&self) -> bool {
        self.kind & KIND != POSITION
    }

    /// Returns whether the message has an idempotency key.
    pub fn has_key(&self) -> bool {
        self.kind & KEY != 0
    }

    /// Decodes the message and the time of its publish, in milliseconds since 1970.
    ///
    /// # Errors
    /// Returns an error if the record has no message, or one that this version does not write.
    pub fn message(&self) -> Result<(NewMessage, u64), RecordError> {
        let mut fields = self.rest;
        let time = fields.varint()?;
        let from = self.has(FROM).then(|| self.sender(&mut fields)).transpose()?.map(Arc::new);
        let key = self.has(KEY).then(|| key(&mut fields)).transpose()?;
        let body = match self.kind & KIND {
            JSON => {
                let event = EventName::new(fields.text()?).map_err(|_| NAME)?;
                let data = text(fields.rest())?;
                Body::Json(event, Json::parse(data).map_err(|_| RecordError::Damaged("the data is not JSON"))?)
            }
            TEXT => Body::Text(text(fields.rest())?.into()),
            BINARY => Body::Binary(Bytes::copy_from_slice(fields.rest())),
            _ => return Err(RecordError::Damaged("the kind is unknown")),
        };
        Ok((NewMessage { body, from, key, order: None }, time))
    }

    fn has(&self, flag: u8) -> bool {
        self.kind & flag != 0
    }

    fn sender(&self, fields: &mut Fields<'_>) -> Result<Sender, RecordError> {
        let client = ClientId::new(fields.text()?).map_err(|_| NAME)?;
        let user = self.has(USER).then(|| UserId::new(fields.text()?).map_err(|_| NAME)).transpose()?;
        let prefix = self.has(PREFIX).then(|| fields.text().map(Into::into)).transpose()?;
        Ok(Sender { client, user, prefix })
    }
}

fn key(fields: &mut Fields<'_>) -> Result<MessageKey, RecordError> {
    let key = IdempotencyKey::new(fields.text()?).map_err(|_| NAME)?;
    Ok(MessageKey::from_parts(key, fields.fixed()?))
}

/// Returns the first of `number` offsets up to `last`.
fn first(last: Offset, number: u64) -> Offset {
    Offset(last.next().0.saturating_sub(number))
}
