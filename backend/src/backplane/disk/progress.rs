//! Progress of the start.

use std::time::{Duration, Instant};

use tracing::info;

/// Interval of the log lines.
const INTERVAL: Duration = Duration::from_secs(1);

/// Number of records between looks at the clock.
const STRIDE: u64 = 4096;

/// Progress of reading a folder, which is logged every second.
#[derive(Debug)]
pub struct Progress {
    start: Instant,
    logged: Instant,
    records: u64,
}

impl Progress {
    /// Creates the progress of a reading that begins now.
    pub fn new() -> Self {
        let start = Instant::now();
        Self { start, logged: start, records: 0 }
    }

    /// Counts records.
    pub fn count(&mut self, records: u64) {
        self.records += records;
        if self.records.is_multiple_of(STRIDE) && self.logged.elapsed() >= INTERVAL {
            self.logged = Instant::now();
            info!(records = self.records, elapsed = ?self.start.elapsed(), "reading the data folder");
        }
    }

    /// Logs the end.
    pub fn finish(&self) {
        info!(records = self.records, elapsed = ?self.start.elapsed(), "read the data folder");
    }
}
