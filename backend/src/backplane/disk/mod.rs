//! Backplane of a single node that keeps its rooms on a disk: a journal in a folder.
//!
//! Memory is the index. The disk is written, and read only at the start: one table of records, one per message, in the
//! order in which they were appended. One thread writes everything that waits in one transaction.
//!
//! | content | file |
//! |---|---|
//! | the backplane; the local side of a room that it needs | `backplane`, `replica` |
//! | what rooms call; the queue; what waits in it | `disk_journal`, `queue`, `entry` |
//! | settings, counters | `config`, `metrics` |
//! | opening and stopping; the thread | `open`, `writer` |
//! | the writer without a thread; its start; one transaction; after an error | `engine`, `start`, `group`, `recovery` |
//! | where records are; the space that they take | `index`, `room_index`, `footprint` |
//! | bytes of a record; the state of the folder; the tables | `record`, `state`, `database` |
//! | reading of everything; rooms from it; its progress | `replay`, `stored_rooms`, `progress` |
//! | ages | `clock` |
//! | files, permissions and the lock; other places; a disk that fails, for tests | `folder`, `storage`, `faulty_disk` |
//! | errors; damage; reading in spite of it | `disk_error`, `fault`, `damage`, `salvage` |
//! | `yodel data` | `check`, `repair`, `export` |
//!
//! Rules of the disk:
//!
//! * A record carries the position of its message and what its room kept then, so that a message that left the history
//!   does not return. A position that no message has, has a record of its own.
//! * A message that left the history stays on the disk as a whole until its idempotency key expires, too.
//! * Removals wait for each other, at most a second: together they change few pages. After a crash, messages that left
//!   within this time may return, unless a newer record of the room says otherwise.
//! * After an error, the database is closed and opened again every second. A failed sync is never repeated. Messages with
//!   receipts are refused; if they turn out to be on the disk, the first transaction removes them. If the server is
//!   killed before that, a refused message is in the history after the next start: as with any refusal, it is safe to
//!   repeat a publish that has an idempotency key.
//! * Damage is found by the checksums of the database's pages and those of the records. One kind looks like something
//!   else: after a kill, damage in the pages that only the last commit wrote is taken for a commit that did not end. That
//!   commit is then missing as a whole. A second sync per commit would be the price of telling them apart.

pub mod backplane;
mod check;
pub mod clock;
mod config;
mod damage;
mod database;
mod disk_error;
mod disk_journal;
pub mod engine;
mod entry;
mod export;
mod fault;
#[cfg(any(test, feature = "simulation"))]
#[allow(clippy::missing_panics_doc, clippy::struct_excessive_bools, reason = "only tests use it")]
pub mod faulty_disk;
mod folder;
mod footprint;
mod group;
mod index;
mod metrics;
mod open;
mod progress;
mod queue;
mod record;
mod recovery;
mod repair;
mod replay;
pub mod replica;
mod room_index;
mod salvage;
pub mod start;
mod state;
pub mod storage;
mod stored_rooms;
#[cfg(test)]
mod tests;
mod writer;

pub use check::{CheckReport, check};
pub use config::DiskConfig;
pub use damage::Damage;
pub use disk_error::DiskError;
pub use disk_journal::DiskJournal;
pub use export::{ExportReport, export};
pub use fault::Fault;
pub use metrics::{COMMIT_BUCKETS, DiskMetrics, DiskSnapshot};
pub use open::{Disk, OpenedDisk};
pub use repair::{RepairReport, repair};
