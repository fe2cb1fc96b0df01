//! Damaged parts of a database.

use std::fmt;

use yodel_protocol::RoomName;

/// A part of a database that is not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// The database as a whole: its structure, or parts that hold no records.
    Database {
        /// Description of the error that was found.
        detail: String,
    },
    /// Records cannot be read.
    Records {
        /// First sequence number that may be missing.
        first: u64,
        /// Last sequence number that may be missing; [`u64::MAX`] if the end is missing.
        last: u64,
        /// Description of the error that was found.
        detail: String,
    },
    /// Messages of a room are missing.
    Room {
        /// The room.
        room: RoomName,
        /// Sequence number of the record after the gap.
        before: u64,
    },
    /// The state of the folder.
    State,
}

impl Damage {
    /// Returns the last sequence number that may be missing.
    pub fn last(&self) -> u64 {
        match self {
            Self::Records { last, .. } => *last,
            Self::Room { before, .. } => *before,
            Self::Database { .. } | Self::State => u64::MAX,
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database { detail } => write!(f, "the database: {detail}"),
            Self::Records { first, last, detail } if first == last => {
                write!(f, "table records, sequence {first}: {detail}")
            }
            Self::Records { first, last: u64::MAX, detail } => {
                write!(f, "table records, sequences from {first}: {detail}")
            }
            Self::Records { first, last, detail } => {
                write!(f, "table records, sequences {first} to {last}: {detail}")
            }
            Self::Room { room, before } => {
                write!(f, "table records: messages of room {room} are missing before sequence {before}")
            }
            Self::State => write!(f, "table state: the checksum does not match"),
        }
    }
}
