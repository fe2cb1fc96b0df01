//! The interface of a place of a database.

use std::fmt::Debug;
use std::io;

use redb::StorageBackend;

/// Place of a database, which is opened again after an error.
pub trait Storage: Debug + Send + Sync {
    /// Opens the place. A simulation returns a disk that fails.
    ///
    /// # Errors
    /// Returns an error if the place does not exist or cannot be opened.
    fn open(&self) -> io::Result<Box<dyn StorageBackend>>;

    /// Drops what the system has cached of the place. After a failed sync, the cache has pages that are not on the disk and
    /// that no later sync writes; a database that builds on them is damaged by the next loss of power.
    ///
    /// # Errors
    /// Returns an error if the place cannot be opened.
    fn drop_cache(&self) -> io::Result<()>;

    /// Returns the number of bytes that the place takes.
    ///
    /// # Errors
    /// Returns an error if the place cannot be read.
    fn bytes(&self) -> io::Result<u64>;
}
