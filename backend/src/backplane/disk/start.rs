//! Start of an engine: what is on the disk becomes rooms.

use std::sync::Arc;

use redb::Database;
use tracing::warn;

use super::clock::{DiskClock, Timeline};
use super::config::DiskConfig;
use super::database::open_database;
use super::disk_journal::DiskJournal;
use super::engine::{Context, Engine};
use super::fault::{Fault, guarded};
use super::metrics::DiskMetrics;
use super::progress::Progress;
use super::queue::Queue;
use super::replay::{Replay, ReplayError, replay};
use super::storage::Storage;
use super::storage::counted::CountedBackend;
use super::storage::header::header_damage;
use super::storage::overlay::OverlayBackend;
use super::stored_rooms::StoredMessages;
use crate::backplane::journal::StoredRoom;
use crate::environment::{Random, random_epoch};
use yodel_protocol::RoomName;

/// An engine that has read its folder.
#[derive(Debug)]
pub struct Started {
    /// The engine.
    pub engine: Engine,
    /// The interface of the engine for the rooms.
    pub journal: DiskJournal,
    /// The rooms, the least recently changed first. Expired messages are among them.
    pub rooms: Vec<StoredRoom>,
    /// True if the last run was `relaxed` and did not end in order, so that all rooms have begun new epochs.
    pub are_epochs_new: bool,
}

/// Storage, clock and random source of an engine.
#[derive(Clone)]
pub struct DiskEnvironment {
    /// Place of the database.
    pub storage: Arc<dyn Storage>,
    /// The clock.
    pub clock: Arc<dyn DiskClock>,
    /// Source of new epochs.
    pub random: Arc<dyn Random>,
}

impl Engine {
    /// Opens a database, or creates it in an empty place, and reads the rooms. Nothing is changed before everything was
    /// read. After this, the state says that a run has begun; if the last one was `relaxed` and did not end in order, all
    /// rooms have new epochs on the disk.
    ///
    /// # Errors
    /// Returns an error if the database is damaged or newer, or cannot be read or written.
    pub fn start(config: &DiskConfig, environment: DiskEnvironment) -> Result<Started, ReplayError> {
        let DiskEnvironment { storage, clock, random } = environment;
        let mut messages = StoredMessages::default();
        let found = read_unchanged(&*storage, &mut messages)?;
        let metrics = Arc::new(DiskMetrics::default());
        metrics.set_replayed(found.records);
        let are_epochs_new = found.state.is_some_and(|state| state.may_have_lost());
        let stored = found.state.map(|state| state.clock);
        let timeline = Timeline::resume(&*clock, stored, found.latest_time);
        let queue = Arc::new(Queue::new(config.queue, config.most_bytes(), Arc::clone(&metrics)));
        let database = open_counted(&*storage, &metrics)?;
        let durability = config.durability;
        let journal = DiskJournal::new(
            Arc::clone(&queue),
            Arc::clone(&clock),
            timeline,
            Arc::clone(&metrics),
            config.allowed_bytes(),
        );
        let context = Context { storage, durability, clock: Arc::clone(&clock), timeline, queue, metrics };
        let mut engine = Self::new(context, database, found.index, found.latest);
        engine.begin_run(are_epochs_new, &*random)?;
        let rooms = messages.into_rooms(engine.index(), &timeline, &*clock);
        Ok(Started { engine, journal, rooms, are_epochs_new })
    }

    fn begin_run(&mut self, renews: bool, random: &dyn Random) -> Result<(), Fault> {
        let mut rooms: Vec<RoomName> = Vec::new();
        if renews {
            rooms.extend(self.index().rooms().map(|(room, _)| room.clone()));
            // The same seed of a simulation gives the same epochs.
            rooms.sort_unstable();
            warn!(rooms = rooms.len(), "the last run did not end in order; every room begins a new epoch");
        }
        self.change(|group| {
            rooms.iter().try_for_each(|room| group.renew(room, random_epoch(random)))?;
            group.remove_old()
        })?;
        self.measure();
        self.context.queue.open();
        Ok(())
    }
}

/// Reads everything, and verifies the checksums of the database, without a change of the place.
fn read_unchanged(storage: &dyn Storage, messages: &mut StoredMessages) -> Result<Replay, ReplayError> {
    storage.drop_cache().map_err(Fault::from)?;
    let backend = OverlayBackend::new(storage.open().map_err(Fault::from)?).map_err(Fault::from)?;
    if let Some(detail) = header_damage(&backend).map_err(Fault::from)? {
        return Err(Fault::Damaged(detail.to_owned()).into());
    }
    let database = open_database(backend, true)?;
    let mut progress = Progress::new();
    let mut failed = None;
    let read = guarded(|| {
        let read = replay(&database, u64::MAX, |record| {
            progress.count(1);
            messages.add(record)
        });
        Ok::<_, Fault>(read.map_err(|error| failed = Some(error)).ok())
    })?;
    progress.finish();
    drop(database);
    read.ok_or_else(|| failed.unwrap_or(ReplayError::State))
}

fn open_counted(storage: &dyn Storage, metrics: &Arc<DiskMetrics>) -> Result<Database, Fault> {
    open_database(CountedBackend::new(storage.open()?, Arc::clone(metrics)), false)
}
