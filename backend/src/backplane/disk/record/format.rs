//! Layout of a record.

use std::ops::Range;

/// Version of the records that are written, the newest one that can be read.
pub(super) const VERSION: u8 = 1;

/// Place of the checksum.
pub(super) const CRC: Range<usize> = 1..5;

pub(super) const POSITION: u8 = 0;
pub(super) const JSON: u8 = 1;
pub(super) const TEXT: u8 = 2;
pub(super) const BINARY: u8 = 3;
pub(super) const KIND: u8 = 0x0f;
pub(super) const FROM: u8 = 0x10;
pub(super) const USER: u8 = 0x20;
pub(super) const PREFIX: u8 = 0x40;
pub(super) const KEY: u8 = 0x80;

/// Returns the checksum of a record at a sequence number, which makes a record at another one a damaged record.
pub(super) fn checksum(sequence: u64, record: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&sequence.to_le_bytes());
    hasher.update(&record[..CRC.start]);
    hasher.update(&record[CRC.end..]);
    hasher.finalize()
}
