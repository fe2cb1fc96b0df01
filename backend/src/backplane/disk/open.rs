//! Opening of a folder.

use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;

use super::check::damage_of;
use super::clock::SystemClock;
use super::config::{DiskConfig, Durability};
use super::damage::Damage;
use super::disk_error::DiskError;
use super::disk_journal::DiskJournal;
use super::engine::Engine;
use super::fault::Fault;
use super::folder::Folder;
use super::record::RecordError;
use super::replay::ReplayError;
use super::start::{DiskEnvironment, Started};
use super::storage::Storage;
use super::writer::{Pace, Writer};
use crate::backplane::journal::StoredRoom;
use crate::environment::Random;

/// An open folder, whose thread writes what the journal is given. If it is dropped without [`Self::stop`], the next start
/// is one after a crash.
#[derive(Debug)]
pub struct Disk {
    journal: DiskJournal,
    writer: Mutex<Option<Writer>>,
    folder: Folder,
}

/// A folder that has been opened.
#[derive(Debug)]
pub struct OpenedDisk {
    /// The folder.
    pub disk: Disk,
    /// Its rooms, the least recently changed first. Expired messages are among them.
    pub rooms: Vec<StoredRoom>,
    /// True if all rooms have begun new epochs, because the last run was `relaxed` and did not end in order.
    pub are_epochs_new: bool,
}

impl Disk {
    /// Opens a folder, and creates it if it does not exist. Reads all rooms; this takes some seconds per gigabyte and
    /// more on slow disks, and blocks.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be read or written, is used by another process, is damaged, or was written
    /// by a newer version of the server. A damaged or newer folder is not changed.
    pub fn open(config: &DiskConfig, random: Arc<dyn Random>) -> Result<OpenedDisk, DiskError> {
        let folder = Folder::create(&config.folder)?;
        let storage: Arc<dyn Storage> = Arc::new(folder.storage()?);
        let clock = Arc::new(SystemClock::new());
        let environment = DiskEnvironment { storage: Arc::clone(&storage), clock, random };
        let started = Engine::start(config, environment);
        let started = started.map_err(|error| describe(&folder.database(), &*storage, error))?;
        let Started { engine, journal, rooms, are_epochs_new } = started;
        let pace = match config.durability {
            Durability::Relaxed => Pace::Interval(config.interval),
            Durability::Commit => Pace::Commits,
        };
        let writer = Writer::start(engine, pace).map_err(|error| DiskError::io(&config.folder, error))?;
        Ok(OpenedDisk { disk: Self { journal, writer: Mutex::new(Some(writer)), folder }, rooms, are_epochs_new })
    }

    /// Returns the journal.
    pub fn journal(&self) -> &DiskJournal {
        &self.journal
    }

    /// Writes what waits and ends the run in order. Blocks until it is on the disk. Messages are refused from now on. A
    /// second call does nothing.
    ///
    /// # Errors
    /// Returns an error if that failed. The next start is then one after a crash.
    pub fn stop(&self) -> Result<(), DiskError> {
        let writer = self.writer.lock().take();
        writer.map_or(Ok(()), Writer::stop).map_err(|fault| DiskError::fault(&self.folder.database(), fault))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.lock().take() {
            // Without the lock of the folder, nobody may write.
            let _ = writer.stop();
        }
    }
}

/// Returns the error with everything that is damaged.
fn describe(path: &Path, storage: &dyn Storage, error: ReplayError) -> DiskError {
    let newer = |detail| DiskError::Newer { path: path.into(), detail };
    match error {
        ReplayError::Newer(format) => newer(format!("format {format}")),
        ReplayError::Record { error: RecordError::Newer(version), sequence } => {
            newer(format!("version {version} of record {sequence}"))
        }
        ReplayError::Fault(Fault::Storage(error)) => DiskError::io(path, error),
        error => {
            let mut damage = damage_of(storage);
            if damage.is_empty()
                && let ReplayError::Fault(fault) = error
            {
                return DiskError::fault(path, fault);
            }
            if damage.is_empty() {
                damage.push(Damage::Database { detail: error.to_string() });
            }
            DiskError::Damaged { path: path.into(), damage }
        }
    }
}
