//! The writer of a folder, without a thread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use redb::{Database, Durability as Sync};
use yodel_protocol::RoomName;

use super::clock::{DiskClock, Timeline};
use super::config::Durability;
use super::database::{RECORDS, write_state};
use super::entry::Entry;
use super::fault::{Fault, guarded};
use super::group::Group;
use super::index::Index;
use super::metrics::DiskMetrics;
use super::queue::Queue;
use super::state::FolderState;
use super::storage::Storage;
use crate::backplane::journal::Kept;

/// Largest number of bytes of a group. Above it, the next transaction continues.
const GROUP: usize = 8 << 20;

/// Number of records to remove that a group removes with its messages. Fewer wait: their removal changes other pages than
/// the messages do.
const REMOVALS: usize = 1024;

/// Longest time in milliseconds that records to remove wait, and interval of writing the clock.
const UPKEEP: u64 = 1000;

/// Writer of a folder. It writes when [`Self::step`] is called; a thread or a simulation does.
#[derive(Debug)]
pub struct Engine {
    pub(super) context: Context,
    pub(super) database: Option<Database>,
    pub(super) index: Index,
    /// Next sequence number.
    pub(super) next: u64,
    /// Largest sequence number that was committed.
    pub(super) confirmed: u64,
    /// Kept messages and keys of the rooms at the time of the error, while the database is closed.
    pub(super) unsaved: Vec<(RoomName, Kept)>,
    upkeep_at: u64,
    pub(super) retry_at: u64,
}

/// Parts of an engine that do not change.
#[derive(Debug)]
pub(super) struct Context {
    pub storage: Arc<dyn Storage>,
    pub durability: Durability,
    pub clock: Arc<dyn DiskClock>,
    pub timeline: Timeline,
    pub queue: Arc<Queue>,
    pub metrics: Arc<DiskMetrics>,
}

/// Result of [`Engine::step`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Wrote a group, or opened the database again.
    Wrote,
    /// Did nothing. With a duration, it has to be called after it, and otherwise when the queue has entries.
    Idle(Option<Duration>),
    /// The database is closed. Has to be called after this time.
    Closed(Duration),
}

impl Engine {
    /// Creates the engine of an open database, whose records are in `index`.
    pub(super) fn new(context: Context, database: Database, index: Index, latest: u64) -> Self {
        let upkeep_at = context.clock.boot_ms() + UPKEEP;
        Self {
            context,
            database: Some(database),
            index,
            next: latest + 1,
            confirmed: latest,
            unsaved: Vec::new(),
            upkeep_at,
            retry_at: 0,
        }
    }

    /// Returns the queue.
    pub(super) fn queue(&self) -> Arc<Queue> {
        Arc::clone(&self.context.queue)
    }

    /// Returns where the records are. Of no use while the database is closed.
    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// Writes what waits, or tries to open a closed database again. Calls the receipts.
    pub fn step(&mut self) -> Step {
        let now = self.context.clock.boot_ms();
        // Before the entries are taken: what is added from now on may be in a later write.
        self.context.metrics.begin_write();
        if self.database.is_none() {
            return self.try_recover(now);
        }
        let entries = self.context.queue.take(GROUP);
        let is_due = now >= self.upkeep_at;
        if entries.is_empty() && !(is_due && self.index.has_pending()) {
            let wait = Duration::from_millis(self.upkeep_at.saturating_sub(now).max(1));
            return Step::Idle(self.index.has_pending().then_some(wait));
        }
        match self.write(&entries, is_due, None) {
            Ok(()) => {
                self.context.queue.done();
                confirm(entries);
                Step::Wrote
            }
            Err(fault) => self.close(&fault, entries, now),
        }
    }

    /// Writes what waits and the end of the run, and closes the database.
    ///
    /// # Errors
    /// Returns an error if that failed. What was refused or was not durable is then as after a crash.
    pub fn finish(mut self) -> Result<(), Fault> {
        self.retry_at = 0;
        self.context.queue.stop();
        loop {
            match self.step() {
                Step::Wrote => {}
                Step::Idle(_) if self.index.has_pending() => self.upkeep_at = 0,
                Step::Idle(_) => break,
                Step::Closed(_) => return Err(Fault::Damaged("the database is closed after an error".to_owned())),
            }
        }
        let state = self.state(true);
        self.write(&[], true, Some(state))?;
        self.context.queue.close();
        self.database.take().map_or(Ok(()), |database| guarded(|| database.close()))
    }

    /// Commits changes of the records.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Group<'_, '_>) -> Result<(), Fault>) -> Result<(), Fault> {
        let state = self.state(false);
        self.commit(Some(state), change).map(|_| ())
    }

    fn write(&mut self, entries: &[Entry], is_due: bool, state: Option<FolderState>) -> Result<(), Fault> {
        let start = Instant::now();
        let state = state.or_else(|| is_due.then(|| self.state(false)));
        let removes = is_due || self.index.pending() >= REMOVALS;
        let (messages, bytes) = self.commit(state, |group| {
            group.write(entries)?;
            if removes { group.remove_old() } else { Ok(()) }
        })?;
        if is_due {
            self.upkeep_at = self.context.clock.boot_ms() + UPKEEP;
            self.measure();
        }
        self.context.metrics.add_commit(start.elapsed(), messages, bytes);
        Ok(())
    }

    fn commit(
        &mut self,
        state: Option<FolderState>,
        change: impl FnOnce(&mut Group<'_, '_>) -> Result<(), Fault>,
    ) -> Result<(usize, usize), Fault> {
        let now = self.context.timeline.now(&*self.context.clock);
        let Some(database) = &self.database else { return Err(Fault::Damaged("the database is closed".to_owned())) };
        let (index, next) = (&mut self.index, &mut self.next);
        let written = guarded(|| {
            let mut transaction = database.begin_write()?;
            transaction.set_durability(Sync::Immediate)?;
            let mut group = Group::new(transaction.open_table(RECORDS)?, index, next, now);
            change(&mut group)?;
            let written = group.written();
            drop(group);
            if let Some(state) = state {
                write_state(&transaction, &state)?;
            }
            transaction.commit()?;
            Ok::<_, Fault>(written)
        })?;
        self.confirmed = self.next - 1;
        self.context.metrics.set_live_bytes(self.index.bytes());
        if !self.index.has_pending() {
            self.context.metrics.set_kept_bytes(self.index.bytes());
        }
        Ok(written)
    }

    fn state(&self, is_clean: bool) -> FolderState {
        let clock = self.context.timeline.reading(&*self.context.clock);
        FolderState { durability: self.context.durability, is_clean, clock }
    }

    pub(super) fn measure(&self) {
        if let Ok(bytes) = self.context.storage.bytes() {
            self.context.metrics.set_disk_bytes(bytes);
        }
    }
}

fn confirm(entries: Vec<Entry>) {
    for entry in entries {
        if let Entry::Append(append) = entry
            && let Some(receipt) = append.receipt
        {
            receipt(Ok(()));
        }
    }
}
