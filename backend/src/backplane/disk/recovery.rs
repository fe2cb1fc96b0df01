//! Recovery of an engine from an error of its database.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tracing::{error, info, warn};

use super::database::open_database;
use super::engine::{Engine, Step};
use super::entry::Entry;
use super::fault::{Fault, guarded};
use super::index::Index;
use super::replay::{ReplayError, replay};
use super::storage::counted::CountedBackend;
use crate::backplane::unavailable::Unavailable;

/// Time in milliseconds between attempts to open the database again.
const RETRY: u64 = 1000;

impl Engine {
    /// Closes the database after an error: a failed sync is never repeated, because the kernel has dropped the pages.
    /// Messages with receipts are refused before the queue opens again. The others have been delivered, and wait.
    pub(super) fn close(&mut self, fault: &Fault, entries: Vec<Entry>, now: u64) -> Step {
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

    /// Opens a closed database again, if it is time to.
    pub(super) fn try_recover(&mut self, now: u64) -> Step {
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
