//! A database in a file.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use redb::StorageBackend;
use redb::backends::FileBackend;
use rustix::fs::{Advice, fadvise};

use super::interface::Storage;

/// Bytes of a block in the metadata of a file.
const BLOCK: u64 = 512;

/// File of a database.
#[derive(Clone, Debug)]
pub struct FileStorage {
    path: PathBuf,
}

impl FileStorage {
    /// Creates the storage of an existing file.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }
}

impl Storage for FileStorage {
    /// Never creates the file: a file that vanished while the server runs is an error, not an empty database.
    fn open(&self) -> io::Result<Box<dyn StorageBackend>> {
        let file = OpenOptions::new().read(true).write(true).open(&self.path)?;
        Ok(Box::new(FileBackend::new(file).map_err(io::Error::other)?))
    }

    fn drop_cache(&self) -> io::Result<()> {
        let file = File::open(&self.path)?;
        // Advice: a file system without a cache need not follow it.
        let _ = fadvise(&file, 0, None, Advice::DontNeed);
        Ok(())
    }

    /// Returns the allocated bytes: the file may have holes.
    fn bytes(&self) -> io::Result<u64> {
        self.path.metadata().map(|metadata| metadata.blocks() * BLOCK)
    }
}
