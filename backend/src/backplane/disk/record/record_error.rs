//! Reason why a record cannot be read.

use super::format::VERSION;

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
