//! Reading of all records.

use std::collections::HashMap;

use redb::{ReadableDatabase, ReadableTable, TableError};
use yodel_protocol::{Epoch, Offset, Position, RoomName};

use super::database::{RECORDS, read_state};
use super::fault::Fault;
use super::index::Index;
use super::record::{RecordError, StoredRecord};
use super::room_index::RecordEntry;
use super::state::{FolderState, StateError};
use crate::backplane::journal::Kept;

/// Contents of a database.
#[derive(Debug, Default)]
pub struct Replay {
    /// Index of the records, without those of refused messages.
    pub index: Index,
    /// State of the folder; `None` in a new database.
    pub state: Option<FolderState>,
    /// Largest sequence number; 0 if there is no record.
    pub latest: u64,
    /// Latest time of a record on the timeline of the folder, in milliseconds.
    pub latest_time: u64,
    /// Number of records.
    pub records: u64,
    /// Records of rooms with refused messages.
    pub refused: Vec<u64>,
    /// Positions of these rooms before the first refused message, and what they kept after the last one.
    pub set_back: HashMap<RoomName, (Position, Kept)>,
}

/// Reason why a database cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The database failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// A record or the state is damaged or newer.
    #[error("record {sequence}: {error}")]
    Record {
        /// Sequence number.
        sequence: u64,
        /// The error.
        error: RecordError,
    },
    /// Messages of a room are missing.
    #[error("room {room}: messages are missing before record {sequence}")]
    Gap {
        /// Room.
        room: RoomName,
        /// Sequence number of the record after the gap.
        sequence: u64,
    },
    /// The state is damaged.
    #[error("the state of the folder is damaged")]
    State,
    /// A newer version of the server wrote the folder.
    #[error("format {0}")]
    Newer(u8),
}

/// Reads all records. Messages after the sequence number `confirmed` were refused. Every record is handed to `visit`.
///
/// # Errors
/// Returns an error if the database fails, or a record is damaged, missing or newer.
pub fn replay(
    database: &impl ReadableDatabase,
    confirmed: u64,
    mut visit: impl FnMut(&StoredRecord<'_>) -> Result<(), RecordError>,
) -> Result<Replay, ReplayError> {
    let mut replay = Replay { state: decode_state(database)?, ..Replay::default() };
    for_each_record(database, |sequence, bytes| {
        let added = StoredRecord::decode(sequence, bytes).and_then(|record| {
            replay.add(sequence, bytes.len(), &record, confirmed)?;
            visit(&record)
        });
        added.map_err(|error| match error {
            RecordError::Newer(_) | RecordError::Damaged(_) => ReplayError::Record { sequence, error },
        })
    })?;
    replay.finish()?;
    Ok(replay)
}

/// Reads the state of the folder.
///
/// # Errors
/// Returns an error if the database fails, or the state is damaged or newer.
pub fn decode_state(database: &impl ReadableDatabase) -> Result<Option<FolderState>, ReplayError> {
    let Some(bytes) = read_state(database)? else { return Ok(None) };
    FolderState::decode(&bytes).map(Some).map_err(|error| match error {
        StateError::Damaged => ReplayError::State,
        StateError::Newer(format) => ReplayError::Newer(format),
    })
}

fn for_each_record(
    database: &impl ReadableDatabase,
    mut visit: impl FnMut(u64, &[u8]) -> Result<(), ReplayError>,
) -> Result<(), ReplayError> {
    let table = match database.begin_read().map_err(Fault::from)?.open_table(RECORDS) {
        Err(TableError::TableDoesNotExist(_)) => return Ok(()),
        table => table.map_err(Fault::from)?,
    };
    for pair in table.iter().map_err(Fault::from)? {
        let (sequence, bytes) = pair.map_err(Fault::from)?;
        visit(sequence.value(), bytes.value())?;
    }
    Ok(())
}

impl Replay {
    fn add(
        &mut self,
        sequence: u64,
        length: usize,
        record: &StoredRecord<'_>,
        confirmed: u64,
    ) -> Result<(), RecordError> {
        self.latest = sequence;
        self.latest_time = self.latest_time.max(record.time);
        self.records += 1;
        if sequence > confirmed && self.is_refused(record) {
            self.refused.push(sequence);
            return self.refuse(record);
        }
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        self.index
            .add_stored(RecordEntry { sequence, offset: record.offset, length, has_key: record.has_key() }, record)
    }

    /// Returns whether a record is one of a refused message, or one that follows it in the room.
    fn is_refused(&self, record: &StoredRecord<'_>) -> bool {
        record.has_message() || RoomName::new(record.room).is_ok_and(|room| self.set_back.contains_key(&room))
    }

    fn refuse(&mut self, record: &StoredRecord<'_>) -> Result<(), RecordError> {
        let invalid = |_| RecordError::Damaged("a name is invalid");
        let (room, epoch) = (RoomName::new(record.room).map_err(invalid)?, Epoch::new(record.epoch).map_err(invalid)?);
        let position = Position { epoch, offset: Offset(record.offset.0.saturating_sub(1)) };
        let (_, kept) = self.set_back.entry(room).or_insert((position, record.kept));
        kept.messages = kept.messages.max(record.kept.messages);
        kept.keys = kept.keys.max(record.kept.keys);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ReplayError> {
        for (room, (position, kept)) in &self.set_back {
            if let Some(index) = self.index.get_mut(room) {
                index.raise_kept(*kept);
                index.position = position.clone();
            }
        }
        self.index.finish();
        let gap = self.index.rooms().find_map(|(room, index)| Some((room.clone(), index.gap()?)));
        gap.map_or(Ok(()), |(room, sequence)| Err(ReplayError::Gap { room, sequence }))
    }
}
