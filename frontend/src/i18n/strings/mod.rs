//! Structs of strings, one per area of the page. A string may have placeholders like `{name}`.

pub mod appearance;
pub mod charts;
pub mod connection;
pub mod control;
mod fill;
pub mod find;
pub mod help;
pub mod inspector;
pub mod metrics;
pub mod rooms;
pub mod sending;
mod shell;
pub mod stream;

pub use fill::{fill, fill_exact};
pub use shell::ShellStrings;
