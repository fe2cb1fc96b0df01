//! Clock of a machine, which runs with the time of tokio.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::backplane::disk::clock::{BootId, DiskClock};

/// Wall-clock time at the start of a simulation, in milliseconds.
const START_MS: u64 = 1_700_000_000_000;

/// Error of the wall clock after a jump, in milliseconds: longer than an idempotency key is kept.
const JUMP_MS: u64 = 3_600_000;

/// Time of a machine.
#[derive(Debug)]
pub struct MachineClock {
    start: Instant,
    boot: Mutex<Boot>,
}

#[derive(Debug)]
struct Boot {
    number: u128,
    start: Instant,
    /// Error of the wall clock, in milliseconds.
    error_ms: u64,
}

impl MachineClock {
    /// Creates the clock of a machine that starts now.
    pub fn new() -> Self {
        let start = Instant::now();
        Self { start, boot: Mutex::new(Boot { number: 1, start, error_ms: 0 }) }
    }

    /// Starts the machine again, with the correct time.
    pub fn reboot(&self) {
        let mut boot = self.boot.lock();
        *boot = Boot { number: boot.number + 1, start: Instant::now(), error_ms: 0 };
    }

    /// Sets the wall clock forward.
    pub fn jump(&self) {
        self.boot.lock().error_ms = JUMP_MS;
    }
}

impl DiskClock for MachineClock {
    fn boot_id(&self) -> BootId {
        self.boot.lock().number.to_le_bytes()
    }

    fn boot_ms(&self) -> u64 {
        millis(self.boot.lock().start.elapsed())
    }

    fn wall_ms(&self) -> u64 {
        START_MS + millis(self.start.elapsed()) + self.boot.lock().error_ms
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
