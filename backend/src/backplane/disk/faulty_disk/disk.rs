//! A disk that fails.

use std::io;
use std::sync::Arc;

use parking_lot::Mutex;
use redb::StorageBackend;

use super::backend::FaultyBackend;
use super::state::DiskState;
#[cfg(feature = "simulation")]
use super::state::SyncPause;
use crate::backplane::disk::storage::Storage;

/// Disk whose writes are lost in a crash unless they are synced. Clones share it.
#[derive(Clone, Debug)]
pub struct FaultyDisk(Arc<Mutex<DiskState>>);

impl FaultyDisk {
    /// Creates an empty disk.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(DiskState::new(seed, Vec::new()))))
    }

    /// Lets one of the next writes and syncs fail.
    pub fn fail_soon(&self, within: u64) {
        let mut state = self.0.lock();
        state.fault_in = Some(state.random.below(within));
    }

    /// Lets the next sync fail.
    pub fn fail_sync(&self) {
        self.0.lock().fails_sync = true;
    }

    /// Lets everything fail, or no longer.
    pub fn set_broken(&self, is_broken: bool) {
        self.0.lock().is_broken = is_broken;
    }

    /// Lets the disk be full after another `room` bytes.
    pub fn fill(&self, room: usize) {
        self.0.lock().room = room;
    }

    /// Ends all faults.
    pub fn repair(&self) {
        let mut state = self.0.lock();
        (state.fault_in, state.power_loss_in, state.fails_sync) = (None, None, false);
        (state.room, state.is_broken, state.has_short_reads) = (usize::MAX, false, false);
    }

    /// Begins another process. The files of earlier ones fail, without a loss of what they have written.
    pub fn begin_process(&self) {
        let mut state = self.0.lock();
        (state.is_off, state.pause) = (false, None);
        state.process += 1;
    }
}

#[cfg(test)]
impl FaultyDisk {
    /// Loses power, and has it again: any part of what is not synced is lost, and open files fail.
    pub fn crash(&self) {
        {
            let mut state = self.0.lock();
            let random = state.random.clone();
            state.image.lose_some(&random);
            state.image.drop_cache();
        }
        self.begin_process();
    }

    /// Creates a disk with contents.
    pub fn with_contents(contents: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(DiskState::new(1, contents))))
    }

    /// Returns the contents for readers.
    pub fn contents(&self) -> Vec<u8> {
        self.0.lock().image.contents().to_vec()
    }

    /// Returns the number of syncs that were tried.
    pub fn syncs(&self) -> u64 {
        self.0.lock().syncs
    }
}

#[cfg(feature = "simulation")]
impl FaultyDisk {
    /// Ends the process. Its files fail from now on, without a loss of what they have written.
    pub fn end_process(&self) {
        self.0.lock().process += 1;
    }

    /// Lets some reads fail, or no longer.
    pub fn set_short_reads(&self, has_short_reads: bool) {
        self.0.lock().has_short_reads = has_short_reads;
    }

    /// Loses power.
    pub fn lose_power(&self) {
        self.0.lock().lose_power();
    }

    /// Loses power after a number of writes and syncs.
    pub fn lose_power_after(&self, operations: u64) {
        self.0.lock().power_loss_in = Some(operations);
    }

    /// Returns whether power was lost since the last process began.
    pub fn is_off(&self) -> bool {
        self.0.lock().is_off
    }

    /// Calls a function during each sync of this process, which takes as long as the function.
    pub fn set_pause(&self, pause: SyncPause) {
        self.0.lock().pause = Some(pause);
    }

    /// Returns the number of operations that failed because of a fault.
    pub fn failures(&self) -> u64 {
        self.0.lock().failures
    }
}

impl Storage for FaultyDisk {
    fn open(&self) -> io::Result<Box<dyn StorageBackend>> {
        let mut state = self.0.lock();
        let process = state.process;
        state.check(process)?;
        Ok(Box::new(FaultyBackend::new(Arc::clone(&self.0), process)))
    }

    fn drop_cache(&self) -> io::Result<()> {
        self.0.lock().image.drop_cache();
        Ok(())
    }

    fn bytes(&self) -> io::Result<u64> {
        Ok(self.0.lock().image.contents().len() as u64)
    }
}
