//! State that a disk shares with the files that are open on it.

use std::fmt;
use std::io;
use std::sync::Arc;

use super::image::Image;
use crate::environment::SimulatedRandom;

/// Probability that everything was written when power is lost, in percent.
const SAVED: usize = 40;

/// Waits for as long as a sync takes.
pub type SyncPause = Arc<dyn Fn() + Send + Sync>;

/// Contents of a disk, and its faults.
pub struct DiskState {
    /// Source of what is lost.
    pub random: SimulatedRandom,
    /// The contents.
    pub image: Image,
    /// Number of the process that uses the disk. Files of earlier ones fail.
    pub process: u64,
    /// Number of writes and syncs before one fails; `None` for no fault.
    pub fault_in: Option<u64>,
    /// Number of writes before power is lost, where a sync counts as several; `None` if it is not lost.
    pub power_loss_in: Option<u64>,
    /// True after a loss of power, until the next process begins.
    pub is_off: bool,
    /// Bytes that can still be allocated.
    pub room: usize,
    /// True if every open, read, write and sync fails.
    pub is_broken: bool,
    /// True if some reads fail before their end.
    pub has_short_reads: bool,
    /// True if the next sync fails.
    pub fails_sync: bool,
    /// Number of syncs that were tried.
    pub syncs: u64,
    /// Number of operations that failed because of a fault.
    pub failures: u64,
    /// Called during a sync, without a lock.
    pub pause: Option<SyncPause>,
}

/// End of an operation on a disk.
type Outcome = io::Result<()>;

impl DiskState {
    /// Creates a disk without faults.
    pub fn new(seed: u64, contents: Vec<u8>) -> Self {
        Self {
            random: SimulatedRandom::new(seed),
            image: Image::new(contents),
            process: 0,
            fault_in: None,
            power_loss_in: None,
            is_off: false,
            room: usize::MAX,
            is_broken: false,
            has_short_reads: false,
            fails_sync: false,
            syncs: 0,
            failures: 0,
            pause: None,
        }
    }

    /// Returns an error, and counts it.
    pub fn fail(&mut self, error: impl Into<io::Error>) -> Outcome {
        self.failures += 1;
        Err(error.into())
    }

    /// Checks that a process can use the disk.
    pub fn check(&mut self, process: u64) -> Outcome {
        if process != self.process || self.is_off || self.is_broken {
            return self.fail(io::Error::other("the disk is gone"));
        }
        Ok(())
    }

    /// Counts a write or a sync, which may be the one that fails. Returns whether it does. `weight` is the probability that
    /// power is lost in it, relative to that of a write.
    pub fn fails(&mut self, weight: u64) -> bool {
        if self.power_loss_in.is_some_and(|left| left < weight) {
            self.lose_power();
        }
        self.power_loss_in = self.power_loss_in.and_then(|left| left.checked_sub(weight));
        let fails = self.fault_in == Some(0);
        self.fault_in = self.fault_in.and_then(|left| left.checked_sub(1));
        fails
    }

    /// Loses power: any part of what is not synced is lost, and nothing works until another process begins. Often nothing is
    /// lost: by chance alone, hardly any commit without a sync would be complete.
    pub fn lose_power(&mut self) {
        if self.random.percent(SAVED) {
            self.image.sync();
        }
        self.image.lose_some(&self.random);
        self.image.drop_cache();
        (self.is_off, self.power_loss_in) = (true, None);
    }
}

impl fmt::Debug for DiskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiskState").field("process", &self.process).finish_non_exhaustive()
    }
}
