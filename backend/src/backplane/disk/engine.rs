//! The writer of a folder, without a thread.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use redb::{Database, Durability as Sync};
use tracing::{error, info, warn};

use super::clock::{DiskClock, Timeline};
use super::config::Durability;
use super::database::{RECORDS, open_database, write_state};
use super::entry::Entry;
use super::fault::{Fault, guarded};
use super::group::Group;
use super::index::Index;
use super::journal::Kept;
use super::metrics::DiskMetrics;
use super::queue::Queue;
use super::replay::{ReplayError, replay};
use super::state::FolderState;
use super::storage::Storage;
use super::storage::counted::CountedBackend;
use crate::backplane::unavailable::Unavailable;
use yodel_protocol::RoomName;

/// Largest number of bytes of a group. Above it, the next transaction continues.
const GROUP: usize = 8 << 20;

/// Number of records to remove that a group removes with its messages. Fewer wait: their removal changes other pages than
/// the messages do.
const REMOVALS: usize = 1024;

/// Longest time in milliseconds that records to remove wait, and interval of writing the clock.
const UPKEEP: u64 = 1000;

/// Time in milliseconds between attempts to open the database again.
const RETRY: u64 = 1000;

/// Writer of a folder. It writes when [`Self::step`] is called; a thread or a simulation does.
#[derive(Debug)]
pub struct Engine {
    pub(super) context: Context,
    database: Option<Database>,
    index: Index,
    /// Next sequence number.
    next: u64,
    /// Largest sequence number that was committed.
    confirmed: u64,
    /// What rooms keep that is not on the disk, while the database is closed.
    unsaved: Vec<(RoomName, Kept)>,
    upkeep_at: u64,
    retry_at: u64,
}

/// What an engine works with.
#[derive(Debug)]
pub(super) struct Context {
    pub storage: Arc<dyn Storage>,
    pub durability: Durability,
    pub clock: Arc<dyn DiskClock>,
    pub timeline: Timeline,
    pub queue: Arc<Queue>,
    pub metrics: Arc<DiskMetrics>,
}

/// What [`Engine::step`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Wrote a group, or opened the database again.
    Wrote,
    /// There was nothing to do. With a duration, it has to be called after it, and otherwise when the queue has entries.
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

    /// Closes the database after an error: a failed sync is never repeated, because the kernel has dropped the pages.
    /// Messages with receipts are refused before the queue opens again. The others have been delivered, and wait.
    fn close(&mut self, fault: &Fault, entries: Vec<Entry>, now: u64) -> Step {
        error!(error = %fault, retry_ms = RETRY, "cannot write to the data folder; refusing messages until it can be opened again");
        self.context.metrics.add_error();
        let waiting = self.context.queue.close();
        let database = self.database.take();
        let _ = guarded(|| {
            drop(database);
            Ok::<_, Fault>(())
        });
        self.unsaved.extend(self.index.kept());
        self.index = Index::default();
        self.context.queue.restore(refuse(entries.into_iter().chain(waiting)));
        self.retry_at = now + RETRY;
        Step::Closed(Duration::from_millis(RETRY))
    }

    fn try_recover(&mut self, now: u64) -> Step {
        if now < self.retry_at {
            return Step::Closed(Duration::from_millis(self.retry_at - now));
        }
        match self.recover() {
            Ok(()) => {
                info!("the data folder can be written again");
                self.context.metrics.add_recovery();
                self.context.queue.open();
                Step::Wrote
            }
            Err(fault) => {
                warn!(error = %fault, retry_ms = RETRY, "the data folder still cannot be written");
                self.close_again(now)
            }
        }
    }

    fn close_again(&mut self, now: u64) -> Step {
        let database = self.database.take();
        let _ = guarded(|| {
            drop(database);
            Ok::<_, Fault>(())
        });
        self.index = Index::default();
        // Bounds what was added meanwhile.
        self.context.queue.restore(VecDeque::new());
        self.retry_at = now + RETRY;
        Step::Closed(Duration::from_millis(RETRY))
    }

    /// Opens the database, removes messages of the failed transaction, which were refused, and proves that it can be
    /// written.
    fn recover(&mut self) -> Result<(), Fault> {
        self.context.storage.drop_cache()?;
        let backend = CountedBackend::new(self.context.storage.open()?, Arc::clone(&self.context.metrics));
        let database = open_database(backend, false)?;
        let replay = guarded(|| replay(&database, self.confirmed, |_| Ok(())).map_err(into_fault))?;
        if replay.state.is_none() {
            return Err(Fault::Damaged("the database is another one, without a state".to_owned()));
        }
        self.index = replay.index;
        self.next = self.next.max(replay.latest + 1);
        self.database = Some(database);
        for (room, kept) in &self.unsaved {
            self.index.raise_kept(room, *kept);
        }
        let before = self.confirmed;
        let written = self.change(|group| {
            replay.refused.iter().try_for_each(|sequence| group.remove_unknown(*sequence))?;
            replay.set_back.iter().try_for_each(|(room, (position, _))| group.set_back(room, position))?;
            group.remove_old()
        });
        if written.is_err() {
            self.confirmed = before;
        } else {
            self.unsaved.clear();
        }
        written
    }
}

fn into_fault(error: ReplayError) -> Fault {
    match error {
        ReplayError::Fault(fault) => fault,
        error => Fault::Damaged(error.to_string()),
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

/// Refuses the messages with receipts. Returns the other entries.
fn refuse(entries: impl Iterator<Item = Entry>) -> VecDeque<Entry> {
    let mut kept = VecDeque::new();
    for entry in entries {
        match entry {
            Entry::Append(mut append) => match append.receipt.take() {
                Some(receipt) => receipt(Err(Unavailable)),
                None => kept.push_back(Entry::Append(append)),
            },
            entry => kept.push_back(entry),
        }
    }
    kept
}
