//! The rows of the page: what happened, in order, within bounds. Pure: no browser inside.
//!
//! | idea | file |
//! |---|---|
//! | one row | [`row`] |
//! | what a server tells about its message | [`envelope`] |
//! | rows within 100,000 and 32 MiB | [`ring`] |
//! | who gets a message | [`destination`] |
//! | what happens -> rows and counts | [`journal`] |
//! | binary messages in an envelope | `base64` |
//! | rows and counts for the next page | [`saved`] |
//! | when there was a connection | [`timeline`] |
//! | which rows the list shows | [`shown`] |
//! | which of these are on the screen | [`window`] |
//! | when a screen reader is told of each row, and when of a sum | [`pace`] |

mod base64;
pub mod destination;
pub mod envelope;
pub mod journal;
pub mod pace;
pub mod ring;
pub mod row;
pub mod saved;
pub mod shown;
pub mod timeline;
pub mod window;

pub use destination::Destination;
pub use envelope::Envelope;
pub use journal::Journal;
pub use pace::Pace;
pub use ring::Ring;
pub use row::{Body, Kind, Row, RowId};
pub use shown::Shown;
