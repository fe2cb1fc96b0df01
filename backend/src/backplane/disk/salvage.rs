//! Reading of a database that may be damaged, without a change of it.

use std::ops::ControlFlow;

use redb::{Builder, Database, ReadOnlyDatabase, ReadableDatabase, ReadableTableMetadata, TableError};

use super::damage::Damage;
use super::database::{RECORDS, open_database};
use super::fault::{Fault, guarded};
use super::replay::{ReplayError, decode_state};
use super::state::FolderState;
use super::storage::Storage;
use super::storage::header::header_damage;
use super::storage::overlay::OverlayBackend;

/// Visitor of a record. An error ends the reading.
type Visitor<'a> = dyn FnMut(u64, &[u8]) -> Result<ControlFlow<()>, Fault> + 'a;

/// A database that may be damaged.
pub enum SalvagedDatabase {
    /// The structure is intact, or was repaired in memory. The last commit may be missing.
    Intact(Database, Option<&'static str>),
    /// The structure is damaged. Some pages may be readable.
    Damaged(ReadOnlyDatabase, String),
}

impl SalvagedDatabase {
    /// Opens a database.
    ///
    /// # Errors
    /// Returns an error if the place cannot be read, or nothing of the structure can.
    pub fn open(storage: &dyn Storage) -> Result<Self, Fault> {
        let overlay = OverlayBackend::new(storage.open()?)?;
        let header = header_damage(&overlay)?;
        match open_database(overlay, true) {
            Ok(database) => Ok(Self::Intact(database, header)),
            Err(fault) => {
                let overlay = OverlayBackend::new(storage.open()?)?;
                overlay.claim_clean_end()?;
                let mut builder = Builder::new();
                // In this mode, a reader does not need the state of the allocator, which only a repair could rebuild.
                builder.set_concurrency_mode(redb::ConcurrencyMode::SingleWriter);
                let database = guarded(|| builder.open_read_only_with_backend(overlay))?;
                Ok(Self::Damaged(database, fault.to_string()))
            }
        }
    }

    /// Calls `visit` with every record that can be read, in the order of their sequence numbers. `visit` returns what is
    /// wrong with a record. Returns what is wrong.
    pub fn visit(&self, mut visit: impl FnMut(u64, &[u8]) -> Option<String>) -> Vec<Damage> {
        let (whole, records) = match self {
            Self::Intact(database, header) => (header.map(str::to_owned), visit_records(database, &mut visit)),
            Self::Damaged(database, detail) => (Some(detail.clone()), visit_records(database, &mut visit)),
        };
        let whole = whole.map(|detail| Damage::Database { detail });
        whole.into_iter().chain(records).collect()
    }

    /// Reads the state of the folder.
    ///
    /// # Errors
    /// Returns an error if it is newer or cannot be read.
    pub fn state(&self) -> Result<Option<FolderState>, ReplayError> {
        let mut state = Ok(None);
        guarded(|| {
            state = match self {
                Self::Intact(database, _) => decode_state(database),
                Self::Damaged(database, _) => decode_state(database),
            };
            Ok::<_, Fault>(())
        })?;
        state
    }
}

fn visit_records<D: ReadableDatabase>(
    database: &D,
    visit: &mut dyn FnMut(u64, &[u8]) -> Option<String>,
) -> Vec<Damage> {
    let (mut damage, mut from, mut read) = (Vec::new(), 0, 0);
    loop {
        let mut next = from;
        let run = guarded(|| {
            read_from(database, from, &mut |sequence, bytes| {
                if sequence < next {
                    return Err(Fault::Damaged("the sequence numbers are out of order".to_owned()));
                }
                next = sequence.saturating_add(1);
                read += 1;
                damage.extend(visit(sequence, bytes).map(|detail| Damage::Records {
                    first: sequence,
                    last: sequence,
                    detail,
                }));
                Ok(ControlFlow::Continue(()))
            })
        });
        let Err(fault) = run else { break };
        let readable = next_readable(database, next);
        let last = readable.map_or(u64::MAX, |sequence| sequence.saturating_sub(1).max(next));
        damage.push(Damage::Records { first: next, last, detail: fault.to_string() });
        let Some(readable) = readable else { break };
        from = readable.max(next.saturating_add(1));
    }
    let count = guarded(|| Ok::<_, Fault>(database.begin_read()?.open_table(RECORDS)?.len()?));
    if damage.is_empty() && count.is_ok_and(|count| count != read) {
        damage.push(Damage::Database { detail: "the number of records differs from that of the table".to_owned() });
    }
    damage
}

fn read_from<D: ReadableDatabase>(database: &D, from: u64, visit: &mut Visitor<'_>) -> Result<(), Fault> {
    let table = match database.begin_read()?.open_table(RECORDS) {
        Err(TableError::TableDoesNotExist(_)) => return Ok(()),
        table => table?,
    };
    for pair in table.range(from..)? {
        let (sequence, bytes) = pair?;
        if visit(sequence.value(), bytes.value())?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Returns a sequence number not before `from` at which records can be read again; `None` if there is none.
fn next_readable<D: ReadableDatabase>(database: &D, from: u64) -> Option<u64> {
    let is_readable = |sequence| first_at(database, sequence).is_ok();
    let mut step = 1_u64;
    while !is_readable(from.checked_add(step)?) {
        step = step.checked_mul(2)?;
    }
    let (mut damaged, mut readable) = (from.saturating_add(step / 2), from.saturating_add(step));
    while readable - damaged > 1 {
        let middle = damaged + (readable - damaged) / 2;
        if is_readable(middle) {
            readable = middle;
        } else {
            damaged = middle;
        }
    }
    first_at(database, readable).ok().flatten()
}

/// Returns the first sequence number from `from` on; `None` if there is none.
fn first_at<D: ReadableDatabase>(database: &D, from: u64) -> Result<Option<u64>, Fault> {
    let mut first = None;
    guarded(|| {
        read_from(database, from, &mut |sequence, _| {
            first = Some(sequence);
            Ok(ControlFlow::Break(()))
        })
    })?;
    Ok(first.filter(|first| *first >= from))
}
