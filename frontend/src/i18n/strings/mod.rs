//! Structs of strings, one per area of the page. A string may have placeholders like `{name}`.

pub mod appearance;
pub mod charts;
pub mod connection;
pub mod connections;
pub mod control;
pub mod copy_as;
mod fill;
pub mod find;
pub mod help;
pub mod inspector;
pub mod metrics;
pub mod rooms;
pub mod rows;
pub mod rules;
pub mod sending;
mod shell;
pub mod stream;
pub mod tabs;
pub mod variables;

pub use fill::{fill, fill_exact};
pub use shell::ShellStrings;
