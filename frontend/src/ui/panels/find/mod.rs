//! The toolbar above the list: filter, pause, export.
//!
//! | content | file |
//! |---|---|
//! | the view | [`toolbar`](mod@toolbar) |
//! | searching and highlighting | [`filtering`] |
//! | the pattern | [`pattern`] |
//! | matching rows | [`matching`] |
//! | search through all rows, in batches | [`search`] |
//! | matching regular expressions in a thread | [`thread`] |
//! | highlighting their matches | [`marks`] |
//! | export | [`export`] |
//! | a row as a line of the file | [`record`] |

mod export;
mod filtering;
mod marks;
mod matching;
pub mod pattern;
mod record;
mod search;
pub mod thread;
mod toolbar;

pub use toolbar::toolbar;
