//! Check of a folder.

use std::path::Path;
use std::sync::Arc;

use super::damage::Damage;
use super::disk_error::DiskError;
use super::folder::Folder;
use super::index::Index;
use super::record::{RecordError, StoredRecord};
use super::replay::ReplayError;
use super::room_index::RecordEntry;
use super::salvage::SalvagedDatabase;
use super::storage::Storage;
use super::storage::file::FileStorage;

/// Result of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Number of rooms with readable records.
    pub rooms: usize,
    /// Number of readable records.
    pub records: u64,
    /// Bytes of these records.
    pub bytes: u64,
    /// Damaged parts; empty if the folder is intact.
    pub damage: Vec<Damage>,
}

/// Reads a whole folder and verifies all checksums. Changes nothing but the lock.
///
/// # Errors
/// Returns an error if the folder cannot be read, is used by a process, has no database, or is newer.
pub fn check(folder: &Path) -> Result<CheckReport, DiskError> {
    let folder = Folder::lock(folder)?;
    let storage = existing(&folder)?;
    let mut report = CheckReport::default();
    let mut index = Index::default();
    let (damage, _) = read_all(&*storage, &folder.database(), &mut |entry, record, _| {
        report.records += 1;
        report.bytes += u64::from(entry.length);
        index.add_stored(entry, record).err().map(|error| error.to_string())
    })?;
    report.rooms = index.rooms().count();
    report.damage = damage;
    report.damage.extend(gaps(&mut index));
    Ok(report)
}

/// Returns the storage of a folder that has a database.
///
/// # Errors
/// Returns an error if it has none.
pub fn existing(folder: &Folder) -> Result<Arc<dyn Storage>, DiskError> {
    let path = folder.database();
    if path.exists() { Ok(Arc::new(FileStorage::new(path))) } else { Err(DiskError::Missing(path)) }
}

/// Returns everything that is wrong in a database.
pub fn damage_of(storage: &dyn Storage) -> Vec<Damage> {
    let mut index = Index::default();
    let read = read_all(storage, Path::new(""), &mut |entry, record, _| {
        index.add_stored(entry, record).err().map(|error| error.to_string())
    });
    match read {
        Ok((mut damage, _)) => {
            damage.extend(gaps(&mut index));
            damage
        }
        Err(error) => vec![Damage::Database { detail: error.to_string() }],
    }
}

/// Visitor of a readable record and its bytes. Returns what is wrong with it.
pub type RecordVisitor<'a> = dyn FnMut(RecordEntry, &StoredRecord<'_>, &[u8]) -> Option<String> + 'a;

/// Reads every readable record. Returns what is wrong, and the database.
///
/// # Errors
/// Returns an error if nothing can be read, or the folder is newer.
pub fn read_all(
    storage: &dyn Storage,
    path: &Path,
    visit: &mut RecordVisitor<'_>,
) -> Result<(Vec<Damage>, SalvagedDatabase), DiskError> {
    let database = SalvagedDatabase::open(storage).map_err(|fault| {
        let detail = fault.to_string();
        DiskError::Damaged { path: path.into(), damage: vec![Damage::Database { detail }] }
    })?;
    let is_state_readable = match database.state() {
        Ok(_) => true,
        Err(ReplayError::Newer(format)) => {
            return Err(DiskError::Newer { path: path.into(), detail: format!("format {format}") });
        }
        Err(_) => false,
    };
    let mut newer = None;
    let mut damage = database.visit(|sequence, bytes| {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let checked = StoredRecord::decode(sequence, bytes).and_then(|record| {
            if record.has_message() {
                record.message()?;
            }
            let entry = RecordEntry { sequence, offset: record.offset, length, has_key: record.has_key() };
            Ok(visit(entry, &record, bytes))
        });
        checked.unwrap_or_else(|error| {
            if let RecordError::Newer(version) = error {
                newer = Some(format!("version {version} of record {sequence}"));
            }
            Some(error.to_string())
        })
    });
    if let Some(detail) = newer {
        return Err(DiskError::Newer { path: path.into(), detail });
    }
    if !is_state_readable {
        damage.push(Damage::State);
    }
    Ok((damage, database))
}

/// Returns the gaps in the rooms, by room.
pub fn gaps(index: &mut Index) -> Vec<Damage> {
    index.finish();
    let gap = |(room, index): (&_, &super::room_index::RoomIndex)| {
        Some(Damage::Room { room: Clone::clone(room), before: index.gap()? })
    };
    let mut gaps: Vec<Damage> = index.rooms().filter_map(gap).collect();
    gaps.sort_unstable_by_key(Damage::last);
    gaps
}
