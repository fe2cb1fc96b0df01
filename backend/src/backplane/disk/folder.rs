//! The folder: its files, their permissions, and the lock that keeps other processes out.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use redb::backends::FileBackend;
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::database::open_database;
use super::disk_error::DiskError;
use super::storage::file::FileStorage;

/// Name of the database.
const DATABASE: &str = "rooms.redb";

/// Name of the lock, which contains the number of the process that holds it.
const LOCK: &str = "lock";

/// Suffix of a database that is not complete.
const NEW: &str = "new";

/// Time in which another process may give up its lock: one that is ending, or a child that has not begun its program and
/// has the open files of its parent until then.
const PATIENCE: Duration = Duration::from_secs(1);

/// Interval of attempts to lock.
const RETRY: Duration = Duration::from_millis(10);

/// A locked folder. The lock ends with the value, or with the process.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Creates a folder for its owner alone if it does not exist, and locks it.
    ///
    /// # Errors
    /// Returns an error if that fails, or another process has locked it.
    pub fn create(path: &Path) -> Result<Self, DiskError> {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| DiskError::io(path, error))?;
        Self::lock(path)
    }

    /// Locks an existing folder. Waits for another process at most [`PATIENCE`].
    ///
    /// # Errors
    /// Returns an error if that fails, or another process has locked it.
    pub fn lock(path: &Path) -> Result<Self, DiskError> {
        let lock_path = path.join(LOCK);
        let failed = |error| DiskError::io(&lock_path, error);
        let options = || OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).clone();
        let mut lock = options().open(&lock_path).map_err(failed)?;
        match lock_patiently(&lock) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Err(DiskError::InUse { folder: path.into(), pid: holder(&mut lock) }),
            Err(error) => return Err(failed(error.into())),
        }
        let pid = std::process::id();
        lock.set_len(0).and_then(|()| writeln!(lock, "{pid}")).map_err(failed)?;
        Ok(Self { path: path.into(), _lock: lock })
    }

    /// Returns the path of the database.
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// Returns the storage of the database, which is created if it does not exist.
    ///
    /// # Errors
    /// Returns an error if it cannot be created.
    pub fn storage(&self) -> Result<FileStorage, DiskError> {
        let path = self.database();
        let failed = |error| DiskError::io(&path, error);
        if !path.try_exists().map_err(failed)? {
            // With another name at first: after a crash, an incomplete database would be a damaged one.
            let new = self.new_database()?;
            drop(open_database(new, false).map_err(|fault| DiskError::fault(&path, fault))?);
            self.publish().map_err(failed)?;
        }
        Ok(FileStorage::new(path))
    }

    /// Creates an empty file that [`Self::publish`] makes the database.
    ///
    /// # Errors
    /// Returns an error if it cannot be created.
    pub fn new_database(&self) -> Result<FileBackend, DiskError> {
        let path = self.new_path();
        let failed = |error| DiskError::io(&path, error);
        let options = || OpenOptions::new().read(true).write(true).create(true).truncate(true).mode(0o600).clone();
        let file = options().open(&path).map_err(failed)?;
        FileBackend::new(file).map_err(|error| failed(io::Error::other(error)))
    }

    /// Makes the new file the database.
    pub fn publish(&self) -> io::Result<()> {
        File::open(self.new_path())?.sync_all()?;
        fs::rename(self.new_path(), self.database())?;
        self.sync()
    }

    /// Removes the new file, if there is one.
    pub fn discard(&self) -> io::Result<()> {
        match fs::remove_file(self.new_path()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Makes a database one with another name, and the new file the database. Returns the other name.
    pub fn replace(&self) -> io::Result<PathBuf> {
        File::open(self.new_path())?.sync_all()?;
        let name = |number: u32| self.database().with_extension(format!("redb.damaged-{number}"));
        let kept = (1..=u32::MAX).map(name).find(|path| !path.exists()).ok_or(io::ErrorKind::AlreadyExists)?;
        // A link first, so that the folder has a database at any time.
        fs::hard_link(self.database(), &kept)?;
        self.publish()?;
        Ok(kept)
    }

    fn new_path(&self) -> PathBuf {
        self.database().with_extension(format!("redb.{NEW}"))
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }
}

/// Returns the process that holds a lock; 0 if it has not said so yet.
fn holder(lock: &mut File) -> u32 {
    let mut text = String::new();
    let read = lock.read_to_string(&mut text);
    read.ok().and_then(|_| text.trim().parse().ok()).unwrap_or(0)
}

fn lock_patiently(lock: &File) -> Result<(), Errno> {
    let end = Instant::now() + PATIENCE;
    loop {
        match flock(lock, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) if Instant::now() < end => sleep(RETRY),
            result => return result,
        }
    }
}
