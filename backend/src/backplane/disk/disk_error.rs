//! Errors of a folder.

use std::io;
use std::path::{Path, PathBuf};

use super::damage::Damage;
use super::fault::Fault;

/// Largest number of damages in the text of an error.
const SHOWN: usize = 8;

/// Reason why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// A file or folder cannot be read or written.
    #[error("{path}: {error}")]
    Io {
        /// Path of the file or folder.
        path: PathBuf,
        /// The error.
        error: io::Error,
    },
    /// Another process uses the folder.
    #[error("{folder}: process {pid} uses the folder; stop it, or choose another folder")]
    InUse {
        /// The folder.
        folder: PathBuf,
        /// The process; 0 if it is not known.
        pid: u32,
    },
    /// The folder has no database.
    #[error("{0}: there is no database")]
    Missing(PathBuf),
    /// A newer version of the server wrote the folder.
    #[error("{path}: a newer version of the server wrote it ({detail}); use that version, or another folder")]
    Newer {
        /// The database.
        path: PathBuf,
        /// The newer part and its version.
        detail: String,
    },
    /// The contents are not those that were written. Nothing has been changed.
    #[error(
        "{path} is damaged: {}; `yodel data check` lists everything, and `yodel data repair --drop-damaged` keeps what \
         can be read",
        list(damage)
    )]
    Damaged {
        /// The database.
        path: PathBuf,
        /// Damaged parts.
        damage: Vec<Damage>,
    },
    /// The database failed.
    #[error("{path}: {fault}")]
    Database {
        /// The database.
        path: PathBuf,
        /// The error.
        fault: Fault,
    },
}

impl DiskError {
    pub(super) fn io(path: &Path, error: io::Error) -> Self {
        Self::Io { path: path.into(), error }
    }

    pub(super) fn fault(path: &Path, fault: Fault) -> Self {
        Self::Database { path: path.into(), fault }
    }
}

fn list(damage: &[Damage]) -> String {
    let mut text: Vec<String> = damage.iter().take(SHOWN).map(ToString::to_string).collect();
    if damage.len() > SHOWN {
        text.push(format!("{} more", damage.len() - SHOWN));
    }
    text.join("; ")
}
