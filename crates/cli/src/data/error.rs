//! Errors of `yodel data`; each message is one line.

use std::io;

use yodel_server::DiskError;

/// Error that ends `yodel data`.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] DiskError),
    /// The folder is damaged.
    #[error("the folder is damaged in {found} places; `yodel data repair --drop-damaged` keeps what can be read")]
    Damaged {
        /// Number of damages.
        found: usize,
    },
    /// The folder is damaged, and stays so.
    #[error("nothing was changed: add --drop-damaged to give up what is damaged in {found} places")]
    NotRepaired {
        /// Number of damages.
        found: usize,
    },
    /// Writing to standard output failed.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
}
