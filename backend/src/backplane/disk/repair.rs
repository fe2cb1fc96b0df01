//! Repair of a folder.

use std::path::{Path, PathBuf};

use redb::{Database, Durability as Sync};
use yodel_protocol::RoomName;

use super::check::{existing, gaps, read_all};
use super::clock::{SystemClock, Timeline};
use super::config::Durability;
use super::damage::Damage;
use super::database::{RECORDS, open_database, write_state};
use super::disk_error::DiskError;
use super::fault::{Fault, guarded};
use super::folder::Folder;
use super::group::Group;
use super::index::Index;
use super::state::FolderState;
use crate::environment::{Random, random_epoch};

/// Number of bytes of records per transaction.
const BATCH: usize = 4 << 20;

/// Result of a repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepairReport {
    /// Damaged parts of the old database; empty if it is intact, and then it is unchanged.
    pub damage: Vec<Damage>,
    /// Number of records that were copied.
    pub copied: u64,
    /// Rooms that have begun new epochs, because messages of theirs may be missing, by name.
    pub renewed: Vec<RoomName>,
    /// Path of the old database; `None` if it is still the database.
    pub kept: Option<PathBuf>,
}

/// Copies every readable record of a damaged folder into a new database, which replaces the old one. The old one is kept
/// beside it. Without `drops_damaged`, only reports.
///
/// A room whose last record comes after everything that is missing, and whose messages are contiguous, has lost nothing
/// but old messages. All other rooms begin new epochs: their last messages may be missing, and their offsets may not be
/// used again.
///
/// # Errors
/// Returns an error if nothing can be read, the folder is used by a process, or the new database cannot be written. The
/// old database is then unchanged.
pub fn repair(folder: &Path, drops_damaged: bool, random: &dyn Random) -> Result<RepairReport, DiskError> {
    let folder = Folder::lock(folder)?;
    let (storage, path) = (existing(&folder)?, folder.database());
    let mut copy = Copy::new();
    if drops_damaged {
        let new = open_database(folder.new_database()?, false).map_err(|fault| DiskError::fault(&path, fault))?;
        copy.database = Some(new);
    }
    let (damage, old) = read_all(&*storage, &path, &mut |entry, record, bytes| {
        let added = copy.index.add_stored(entry, record).err().map(|error| error.to_string());
        if added.is_none() {
            copy.add(entry.sequence, record.time, bytes);
        }
        added
    })?;
    let state = old.state().ok().flatten();
    drop(old);
    let mut report = RepairReport { damage, copied: copy.copied, renewed: Vec::new(), kept: None };
    let gaps = gaps(&mut copy.index);
    report.renewed = affected(&copy.index, &report.damage, &gaps);
    report.damage.extend(gaps);
    if drops_damaged && !report.damage.is_empty() {
        copy.finish(state, &report.renewed, random).map_err(|fault| DiskError::fault(&path, fault))?;
        report.kept = Some(folder.replace().map_err(|error| DiskError::io(&path, error))?);
    } else {
        drop(copy);
        folder.discard().map_err(|error| DiskError::io(&path, error))?;
    }
    Ok(report)
}

/// Returns the rooms whose last messages may be missing, or that have a gap.
fn affected(index: &Index, damage: &[Damage], gaps: &[Damage]) -> Vec<RoomName> {
    let last = damage.iter().map(Damage::last).max();
    let has_gap = |name: &RoomName| gaps.iter().any(|gap| matches!(gap, Damage::Room { room, .. } if room == name));
    let rooms = index.rooms().filter(|(name, room)| last.is_some_and(|last| room.latest() <= last) || has_gap(name));
    let mut rooms: Vec<RoomName> = rooms.map(|(name, _)| name.clone()).collect();
    rooms.sort_unstable();
    rooms
}

/// A new database that records are copied into.
struct Copy {
    database: Option<Database>,
    batch: Vec<(u64, Vec<u8>)>,
    bytes: usize,
    index: Index,
    copied: u64,
    latest: u64,
    latest_time: u64,
    failed: Option<Fault>,
}

impl Copy {
    fn new() -> Self {
        let (batch, index) = (Vec::new(), Index::default());
        Self { database: None, batch, bytes: 0, index, copied: 0, latest: 0, latest_time: 0, failed: None }
    }

    fn add(&mut self, sequence: u64, time: u64, bytes: &[u8]) {
        (self.copied, self.latest) = (self.copied + 1, sequence);
        self.latest_time = self.latest_time.max(time);
        if self.database.is_some() {
            self.bytes += bytes.len();
            self.batch.push((sequence, bytes.to_vec()));
            if self.bytes >= BATCH {
                self.write_batch();
            }
        }
    }

    fn write_batch(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        self.bytes = 0;
        let Some(database) = &self.database else { return };
        let written = guarded(|| {
            let transaction = database.begin_write()?;
            let mut table = transaction.open_table(RECORDS)?;
            for (sequence, bytes) in &batch {
                table.insert(sequence, bytes.as_slice())?;
            }
            drop(table);
            Ok::<_, Fault>(transaction.commit()?)
        });
        self.failed = self.failed.take().or(written.err());
    }

    /// Removes what follows a gap from the history, begins new epochs, and closes the database.
    fn finish(mut self, state: Option<FolderState>, renewed: &[RoomName], random: &dyn Random) -> Result<(), Fault> {
        self.write_batch();
        self.failed.map_or(Ok(()), Err)?;
        let Some(database) = self.database else { return Ok(()) };
        let clock = SystemClock::new();
        let timeline = Timeline::resume(&clock, state.map(|state| state.clock), self.latest_time);
        let state = FolderState {
            durability: state.map_or(Durability::Commit, |state| state.durability),
            // A run that may have lost messages leads to new epochs at the next start, too.
            is_clean: state.is_none_or(|state| state.is_clean),
            clock: timeline.reading(&clock),
        };
        let mut next = self.latest + 1;
        guarded(|| {
            let mut transaction = database.begin_write()?;
            transaction.set_durability(Sync::Immediate)?;
            let table = transaction.open_table(RECORDS)?;
            let mut group = Group::new(table, &mut self.index, &mut next, timeline.now(&clock));
            for room in renewed {
                group.drop_before_gap(room);
                group.renew(room, random_epoch(random))?;
            }
            group.remove_all_old()?;
            drop(group);
            write_state(&transaction, &state)?;
            transaction.commit()?;
            Ok::<_, Fault>(database.close()?)
        })
    }
}
