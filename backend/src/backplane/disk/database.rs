//! The tables of a folder.

use redb::{Builder, Database, ReadableDatabase, StorageBackend, TableDefinition, TableError, WriteTransaction};

use super::fault::Fault;
use super::state::FolderState;

/// Records by sequence number. Other keys write ten times as much: a group of messages of many rooms then changes many
/// pages.
pub const RECORDS: TableDefinition<'static, u64, &[u8]> = TableDefinition::new("records");

/// State of the folder, under [`STATE_KEY`].
const STATE: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("state");

const STATE_KEY: &str = "state";

/// Pages that the database keeps in memory, in bytes. Records are read once, at the start, so that only the pages that are
/// written count.
const CACHE: usize = 32 << 20;

/// Opens a database, creates it in an empty place.
///
/// # Errors
/// Returns an error if the place fails or the contents are damaged. With `verifies`, the checksums of all pages are
/// verified.
pub fn open_database(backend: impl StorageBackend, verifies: bool) -> Result<Database, Fault> {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE).set_check_integrity_on_open(verifies);
    super::fault::guarded(|| builder.create_with_backend(backend))
}

/// Reads the state; `None` in a new database.
///
/// # Errors
/// Returns an error if the database fails, or the table is damaged.
pub fn read_state(database: &impl ReadableDatabase) -> Result<Option<Vec<u8>>, Fault> {
    let table = match database.begin_read()?.open_table(STATE) {
        Err(TableError::TableDoesNotExist(_)) => return Ok(None),
        table => table?,
    };
    Ok(table.get(STATE_KEY)?.map(|value| value.value().to_vec()))
}

/// Writes the state.
///
/// # Errors
/// Returns an error if the database fails.
pub fn write_state(transaction: &WriteTransaction, state: &FolderState) -> Result<(), Fault> {
    transaction.open_table(STATE)?.insert(STATE_KEY, state.encode().as_slice())?;
    Ok(())
}
