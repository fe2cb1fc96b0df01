//! Rooms that are kept in a folder on a disk.

use std::path::Path;
use std::sync::Arc;

use tracing::{error, info, warn};

use super::{Error, Server, ServerBuilder};
use crate::backplane::disk::backplane::DiskBackplane;
use crate::backplane::disk::{self, Disk, DiskConfig, DiskError, DiskJournal, OpenedDisk, RepairReport};
use crate::config::DataConfig;
use crate::hub::Hub;
use crate::runtime::{self, TokioSpawner, random};

/// Folder of a server.
#[derive(Debug)]
pub struct StoredRooms {
    disk: Disk,
    max_bytes: Option<u64>,
}

impl StoredRooms {
    /// Returns the journal of the rooms.
    pub fn journal(&self) -> &DiskJournal {
        self.disk.journal()
    }

    /// Returns the maximum size of the folder, in bytes.
    pub fn max_bytes(&self) -> Option<u64> {
        self.max_bytes
    }

    /// Writes what waits, and closes the folder. Publishes are rejected from now on.
    pub async fn stop(self: Arc<Self>) {
        let stopped = tokio::task::spawn_blocking(move || self.disk.stop()).await;
        if let Ok(Err(error)) = stopped {
            error!(%error, "cannot close the data folder; the next start finds what was written before");
        }
    }
}

impl ServerBuilder {
    /// Builds a server that keeps its rooms in a folder on a disk, and reads those that are there. Blocks while it reads,
    /// for some seconds per gigabyte. Needs no runtime.
    ///
    /// A graceful shutdown of the server writes everything; without one, [`Durability`](crate::config::Durability) says what
    /// is lost.
    ///
    /// # Errors
    /// As for [`build`](Self::build); also returns an error if the folder is used by another process, damaged, written by a
    /// newer version, or cannot be read or written.
    ///
    /// ```no_run
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use yodel_server::Server;
    /// use yodel_server::config::DataConfig;
    ///
    /// let server = Server::builder().build_with_data(DataConfig::new("/var/lib/yodel"))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn build_with_data(self, data: DataConfig) -> Result<Server, Error> {
        self.check()?;
        let (durability, max_bytes) = (data.durability, data.max_bytes);
        let OpenedDisk { disk, rooms, are_epochs_new } = open(data)?;
        let spawner = Arc::<TokioSpawner>::default();
        let environment = runtime::environment(self.clock.clone(), Arc::clone(&spawner));
        let backplane = DiskBackplane::new(Arc::new(disk.journal().clone()), durability);
        let hub = Hub::with_backplane(self.config.retention(), environment, Arc::new(backplane));
        let messages: usize = rooms.iter().map(|room| room.messages.len()).sum();
        info!(rooms = rooms.len(), messages, %durability, "rooms are kept in the data folder");
        if are_epochs_new {
            warn!("the last run did not end in order: messages may be lost, and all rooms begin new epochs");
        }
        let ended = hub.restore(rooms);
        if ended > 0 {
            warn!(rooms = ended, "rooms of the data folder ended: there are more than `max_rooms_total`");
        }
        let server = self.build_with(hub, spawner)?;
        Ok(Server { stored_rooms: Some(Arc::new(StoredRooms { disk, max_bytes })), ..server })
    }
}

/// Copies every readable record of the damaged folder `dir`, which no server may use, into a new database, which replaces
/// the old one. The old one is kept beside it. Without `drop_damaged`, only reports what is damaged.
///
/// Rooms that may have lost their last messages begin new epochs.
///
/// # Errors
/// Returns an error if nothing can be read, the folder is used by a process, or the new database cannot be written. The old
/// database is then unchanged.
pub fn repair_data(dir: &Path, drop_damaged: bool) -> Result<RepairReport, DiskError> {
    disk::repair(dir, drop_damaged, &random::SystemRandom)
}

/// Opens the folder, and reads its rooms.
fn open(data: DataConfig) -> Result<OpenedDisk, Error> {
    let config = DiskConfig {
        durability: data.durability,
        queue: data.queue_bytes,
        max: data.max_bytes,
        ..DiskConfig::new(data.dir)
    };
    Ok(Disk::open(&config, Arc::new(random::SystemRandom))?)
}
