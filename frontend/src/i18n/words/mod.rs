//! One struct of texts per area of the page. A text may have places for values: `{name}`.

pub mod admin;
pub mod charts;
pub mod connection;
mod fill;
pub mod find;
pub mod help;
pub mod inspector;
pub mod rooms;
pub mod sending;
mod strings;

pub use fill::fill;
pub use strings::Strings;
