//! Records: one per message, and one per position that no message has.
//!
//! | bytes | content |
//! |---|---|
//! | 0 | version |
//! | 1 to 4 | CRC-32 of the sequence number (8 bytes), the version and all bytes from 5 |
//! | 5 | kind of the body in the lower half; in the upper half, which optional fields exist |
//! | variable | room, epoch, offset; number of messages and of offsets with keys that are kept; time on the timeline |
//! | variable | of a message: time since 1970, sender, key with its digest, event, body |
//!
//! Integers are little-endian, or of variable length (LEB128); a text follows its length. The version and the checksum
//! are at the same place in all versions, so that a newer record can be told from a damaged one. A change of the layout
//! raises the version; a reader knows all earlier versions and refuses newer ones.

mod bytes;
mod decode;
mod encode;
#[cfg(test)]
pub(super) mod tests;

use std::ops::Range;

pub use decode::StoredRecord;
pub use encode::{RecordHead, encode_message, encode_position};

/// Version of the records that are written, the newest one that can be read.
pub const VERSION: u8 = 1;

/// Place of the checksum.
const CRC: Range<usize> = 1..5;

const POSITION: u8 = 0;
const JSON: u8 = 1;
const TEXT: u8 = 2;
const BINARY: u8 = 3;
const KIND: u8 = 0x0f;
const FROM: u8 = 0x10;
const USER: u8 = 0x20;
const PREFIX: u8 = 0x40;
const KEY: u8 = 0x80;

/// Reason why a record cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The bytes are not those that were written.
    #[error("{0}")]
    Damaged(&'static str),
    /// A newer version of the server wrote the record.
    #[error("a newer version of the server wrote it: version {0} of the record, this one reads up to {VERSION}")]
    Newer(u8),
}

/// Returns the checksum of a record at a sequence number, which makes a record at another one a damaged record.
fn checksum(sequence: u64, record: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&sequence.to_le_bytes());
    hasher.update(&record[..CRC.start]);
    hasher.update(&record[CRC.end..]);
    hasher.finalize()
}
