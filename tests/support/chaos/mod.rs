//! Clients of chaos tests: they publish at random, and every acknowledged message is looked for at every member.

mod check;
mod client;
mod delivery;
mod epoch_log;

pub use check::check_messages;
pub use client::{ChaosClient, PublishedMessage, room};
pub use delivery::{publish_randomly, wait_until_delivered};
pub use epoch_log::EpochLog;
