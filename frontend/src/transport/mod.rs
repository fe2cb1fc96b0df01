//! The page's connection: the browser's `WebSocket`s and timers on one side, `yodel_client::Session`
//! on the other.

pub mod driver;
mod socket;

pub use driver::Driver;
