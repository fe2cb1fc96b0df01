//! The page's connection: connects the browser's `WebSocket`s and timers with `yodel_client::Session`.

pub mod driver;
mod lazy;
mod random;
mod socket;

pub use driver::Driver;
