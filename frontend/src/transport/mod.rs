//! The page's connection: connects the browser's `WebSocket`s, event streams and timers with `yodel_client::Session`.

pub mod driver;
mod event_source;
mod lazy;
mod parts;
mod random;
mod socket;

pub use driver::Driver;
