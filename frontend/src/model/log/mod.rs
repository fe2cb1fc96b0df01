//! The message log: entries in the order of arrival, within bounds, with exact counts.
//!
//! | content | file |
//! |---|---|
//! | one entry | [`entry`] |
//! | metadata of a message in an envelope | [`envelope`] |
//! | at most 100,000 entries and 32 MiB | [`ring_buffer`] |
//! | session effects -> entries and counts; events of an event stream | [`log`]; `event_stream` |
//! | entries and counts that survive a reload | [`snapshot`] |
//! | times of connects and disconnects | [`timeline`] |
//! | entries that the list shows | [`filter`] |
//! | pins and notes | [`annotations`] |

pub mod annotations;
pub mod entry;
pub mod envelope;
mod event_stream;
pub mod filter;
#[expect(clippy::module_inception, reason = "the type of this name, beside its parts")]
pub mod log;
pub mod ring_buffer;
pub mod snapshot;
pub mod timeline;

pub use annotations::Annotations;
pub use entry::{Body, EntryId, Kind, LogEntry};
pub use envelope::Envelope;
pub use filter::LogFilter;
pub use log::Log;
pub use ring_buffer::RingBuffer;
