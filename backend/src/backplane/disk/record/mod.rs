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
mod format;
mod record_error;
#[cfg(test)]
pub(super) mod tests;

pub use decode::StoredRecord;
pub use encode::{RecordHead, encode_message, encode_position};
pub use record_error::RecordError;
