//! Structs of strings, one per area of the page. A string may have placeholders like `{name}`.

pub mod charts;
pub mod connection;
mod fill;
pub mod find;
pub mod help;
pub mod inspector;
pub mod metrics;
pub mod rooms;
pub mod rows;
pub mod sending;
mod shell;

pub use fill::{fill, fill_exact};
pub use shell::ShellStrings;
