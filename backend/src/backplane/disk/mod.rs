//! Backplane of a single node that keeps its rooms on a disk.
//!
//! | content | file |
//! |---|---|
//! | the backplane; the local side of a room that it needs | `backplane`, `replica` |
//! | the interface of a journal, and rooms that were read from one | `journal` |

pub mod backplane;
mod check;
mod clock;
pub mod config;
mod damage;
mod database;
mod disk_error;
mod disk_journal;
mod engine;
mod entry;
mod fault;
mod folder;
mod group;
mod index;
pub mod journal;
pub mod metrics;
mod open;
mod progress;
mod queue;
mod record;
mod replay;
pub mod replica;
mod room_index;
mod salvage;
mod start;
mod state;
mod storage;
mod stored_rooms;
mod writer;

pub use disk_error::DiskError;
pub use disk_journal::DiskJournal;
pub use open::{Disk, OpenedDisk};
