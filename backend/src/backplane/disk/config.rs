//! Settings of a folder.

use std::path::PathBuf;
use std::time::Duration;

pub use crate::config::Durability;

/// Size of a region of the database, in bytes.
const REGION: u64 = 4 << 30;

/// Settings of a folder.
#[derive(Clone, Debug)]
pub struct DiskConfig {
    /// The folder. It is created if it does not exist, for its owner alone.
    pub folder: PathBuf,
    /// When a message is acknowledged and delivered.
    pub durability: Durability,
    /// Largest number of bytes that wait to be written. Beyond it, publishes are refused.
    pub queue: usize,
    /// Longest time that `relaxed` collects messages before it writes them.
    pub interval: Duration,
    /// Largest number of bytes of the folder, which the owner of the rooms keeps to; `None` for no limit.
    pub max: Option<u64>,
}

impl DiskConfig {
    /// Default of `queue`: a second of 128 KiB messages at 500 per second, or of 1 KiB at 64,000.
    pub const QUEUE: usize = 64 << 20;
    /// Default of `interval`: 20 commits per second are cheap on any disk.
    pub const INTERVAL: Duration = Duration::from_millis(50);

    /// Creates the settings of a folder with the defaults.
    pub fn new(folder: PathBuf) -> Self {
        let durability = Durability::default();
        Self { folder, durability, queue: Self::QUEUE, interval: Self::INTERVAL, max: None }
    }

    /// Returns the size of the records, in bytes, above which their owner removes some.
    pub(super) fn allowed_bytes(&self) -> u64 {
        self.share(75)
    }

    /// Returns the size of the records, in bytes, above which messages are refused. The rest of the file is for the
    /// database's own structures, and for pages that are free only after the next commit.
    pub(super) fn most_bytes(&self) -> u64 {
        self.share(85)
    }

    fn share(&self, percent: u64) -> u64 {
        self.max.map_or(u64::MAX, |max| largest_file(max) / 100 * percent)
    }
}

/// Returns the size of the largest file within a limit, but for its header of one page. The database doubles its file, and
/// from a region on it adds regions. It spreads over all of it in time.
fn largest_file(max: u64) -> u64 {
    if max < REGION { max.checked_ilog2().map_or(0, |exponent| 1 << exponent) } else { max / REGION * REGION }
}
