//! Machine of a single node, which keeps its rooms on a disk.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use yodel_protocol::{Position, RoomName};

use super::disk_defect::DiskDefect;
use super::disk_record::{DiskRecord, FoundMessages};
use super::machine_clock::MachineClock;
use crate::backplane::disk::faulty_disk::FaultyDisk;
use crate::backplane::disk::{DiskConfig, engine::Engine, start::DiskEnvironment, start::Started};
use crate::backplane::shared::simulated_store::Journal;
use crate::config::Durability;
use crate::environment::SimulatedRandom;

/// Maximum time of a sync of a healthy disk, in milliseconds.
pub const SYNC_MS: u64 = 4;

/// Settings of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MachineConfig {
    /// When a message is acknowledged and delivered.
    pub durability: Durability,
    /// Maximum number of messages in the history of a room.
    pub history: usize,
    /// Maximum size of the messages that wait to be written, in bytes.
    pub queue_bytes: usize,
}

/// Disk and clock of a machine, and everything that was published on it. Clones share their state.
#[derive(Clone)]
pub struct SimulatedMachine(Arc<MachineInner>);

struct MachineInner {
    config: MachineConfig,
    random: SimulatedRandom,
    disk: FaultyDisk,
    clock: Arc<MachineClock>,
    record: DiskRecord,
    sync_ms: AtomicU64,
    defect: Mutex<Option<DiskDefect>>,
}

impl SimulatedMachine {
    /// Creates a machine with an empty disk.
    ///
    /// # Panics
    /// If called outside of a tokio runtime.
    pub fn new(config: MachineConfig, random: &SimulatedRandom) -> Self {
        Self(Arc::new(MachineInner {
            config,
            random: random.fork(),
            disk: FaultyDisk::new(random.next()),
            clock: Arc::new(MachineClock::new()),
            record: DiskRecord::new(config),
            sync_ms: AtomicU64::new(SYNC_MS),
            defect: Mutex::new(None),
        }))
    }

    /// Gives the node a defect.
    pub fn inject(&self, defect: DiskDefect) {
        *self.0.defect.lock() = Some(defect);
    }

    /// Returns everything that was published.
    pub fn journal(&self) -> &Journal {
        self.0.record.journal()
    }

    /// Takes what contradicts the promises of the disk.
    pub fn take_violations(&self) -> Vec<String> {
        self.0.record.take_violations()
    }

    /// Returns what the last start has found on the disk.
    pub fn found(&self) -> FoundMessages {
        self.0.record.found()
    }

    /// Sets the wall clock forward by an hour, until the machine is started again.
    pub fn jump_clock(&self) {
        self.0.clock.jump();
    }

    /// Returns the position of a room.
    pub fn position(&self, room: &RoomName) -> Option<Position> {
        self.0.record.position(room)
    }

    /// Lets the disk be full after another number of bytes.
    pub fn fill(&self, room: usize) {
        self.0.disk.fill(room);
    }

    /// Lets every operation of the disk fail, or no longer.
    pub fn set_broken(&self, is_broken: bool) {
        self.0.disk.set_broken(is_broken);
    }

    /// Lets some reads of the disk fail, or no longer.
    pub fn set_short_reads(&self, has_short_reads: bool) {
        self.0.disk.set_short_reads(has_short_reads);
    }

    /// Lets one of the next writes and syncs fail.
    pub fn fail_soon(&self, within: u64) {
        self.0.disk.fail_soon(within);
    }

    /// Lets the next sync fail.
    pub fn fail_sync(&self) {
        self.0.disk.fail_sync();
    }

    /// Sets the maximum time of a sync, in milliseconds; `None` for that of a healthy disk.
    pub fn set_sync_time(&self, ms: Option<u64>) {
        self.0.sync_ms.store(ms.unwrap_or(SYNC_MS), Ordering::Relaxed);
    }

    /// Loses power, of which the process must be told. Any part of what is not synced is lost.
    pub fn lose_power(&self) {
        self.0.disk.lose_power();
    }

    /// Loses power after a number of writes and syncs. The process ends by itself.
    pub fn lose_power_after(&self, operations: u64) {
        self.0.disk.lose_power_after(operations);
    }

    /// Ends all faults.
    pub fn heal(&self) {
        self.0.disk.repair();
        self.set_sync_time(None);
    }

    pub(super) fn config(&self) -> &MachineConfig {
        &self.0.config
    }

    pub(super) fn disk(&self) -> &FaultyDisk {
        &self.0.disk
    }

    pub(super) fn record(&self) -> &DiskRecord {
        &self.0.record
    }

    pub(super) fn defect(&self) -> Option<DiskDefect> {
        *self.0.defect.lock()
    }

    /// Returns the time that a sync takes.
    pub(super) fn sync_time(&self) -> Duration {
        self.0.random.millis(1..self.0.sync_ms.load(Ordering::Relaxed) + 1)
    }

    /// Reads the disk, as a process does when it begins.
    ///
    /// # Errors
    /// Returns an error if the disk fails, and records one that no fault explains.
    pub(super) fn start(&self) -> Result<Started, String> {
        let MachineInner { disk, clock, record, random, config, .. } = &*self.0;
        if disk.is_off() {
            clock.reboot();
        }
        disk.begin_process();
        record.begin_start();
        let settings = DiskConfig {
            durability: config.durability,
            queue: config.queue_bytes,
            ..DiskConfig::new("simulated".into())
        };
        let (storage, random) = (Arc::new(disk.clone()), Arc::new(random.fork()));
        let environment = DiskEnvironment { storage, clock: Arc::clone(clock) as _, random };
        let failures = disk.failures();
        match Engine::start(&settings, environment) {
            Ok(mut started) => {
                let last = record.check_start(&started);
                if let Some(defect) = self.defect() {
                    defect.change(&mut started.rooms, |room| last.get(room).cloned());
                }
                Ok(started)
            }
            Err(error) => {
                if disk.failures() == failures {
                    record.violation(format!("the folder cannot be opened: {error}"));
                }
                Err(error.to_string())
            }
        }
    }
}

impl fmt::Debug for SimulatedMachine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedMachine").field("config", &self.0.config).finish_non_exhaustive()
    }
}
