//! The rows of the page: what happened, in order, within bounds. Pure: no browser inside.
//!
//! | idea | file |
//! |---|---|
//! | one row | [`row`] |
//! | rows within 100,000 and 32 MiB | [`ring`] |
//! | what happens -> rows and counts | [`journal`] |
//! | binary messages in an envelope | `base64` |
//! | which rows are on the screen | [`window`] |
//! | when a screen reader is told of each row, and when of a sum | [`pace`] |

mod base64;
pub mod journal;
pub mod pace;
pub mod ring;
pub mod row;
pub mod window;

pub use journal::Journal;
pub use pace::Pace;
pub use ring::Ring;
pub use row::{Body, Kind, Row, RowId};
