//! Clock of a machine, which runs with the time of tokio.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::backplane::disk::clock::{BootId, DiskClock};

/// Wall-clock time at the start of a simulation, in milliseconds.
const START_MS: u64 = 1_700_000_000_000;

/// Time of a machine. A reboot begins the time since the boot anew.
#[derive(Debug)]
pub struct MachineClock {
    start: Instant,
    boot: Mutex<(u128, Instant)>,
}

impl MachineClock {
    /// Creates the clock of a machine that starts now.
    pub fn new() -> Self {
        Self { start: Instant::now(), boot: Mutex::new((1, Instant::now())) }
    }

    /// Starts the machine again.
    pub fn reboot(&self) {
        let mut boot = self.boot.lock();
        *boot = (boot.0 + 1, Instant::now());
    }
}

impl DiskClock for MachineClock {
    fn boot_id(&self) -> BootId {
        self.boot.lock().0.to_le_bytes()
    }

    fn boot_ms(&self) -> u64 {
        millis(self.boot.lock().1.elapsed())
    }

    fn wall_ms(&self) -> u64 {
        START_MS + millis(self.start.elapsed())
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
