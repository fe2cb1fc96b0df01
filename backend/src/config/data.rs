//! Settings of rooms that are kept on a disk.

use std::fmt;
use std::path::PathBuf;

/// Promise for an acknowledged message that is kept on a disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Durability {
    /// Messages are acknowledged and delivered when they are on the disk, and survive a crash.
    #[default]
    Commit,
    /// Messages are acknowledged and delivered at once. A crash loses those of the last moment, and starts new epochs.
    Relaxed,
}

/// Settings of rooms that are kept on a disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataConfig {
    /// Folder of the data, which is created if it does not exist. One server at a time can use it.
    pub dir: PathBuf,
    /// Promise for an acknowledged message.
    pub durability: Durability,
    /// Maximum size of the data on the disk, in bytes; `None` for no limit.
    pub max_bytes: Option<u64>,
    /// Maximum size of the messages that wait to be written, in bytes. More are refused.
    pub queue_bytes: usize,
}

impl DataConfig {
    /// Creates settings with defaults for everything but the folder.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            durability: Durability::default(),
            max_bytes: None,
            queue_bytes: super::defaults::DATA_QUEUE_BYTES,
        }
    }
}

impl Durability {
    /// Returns the name, which is also the value of the flag.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Relaxed => "relaxed",
        }
    }
}

impl fmt::Display for Durability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
