//! Backplane of a single node that keeps its rooms on a disk.

mod check;
mod clock;
mod config;
mod damage;
mod database;
mod disk_error;
mod disk_journal;
mod engine;
mod entry;
mod fault;
mod folder;
mod group;
mod index;
pub mod journal;
mod metrics;
mod open;
mod progress;
mod queue;
mod record;
mod replay;
mod room_index;
mod salvage;
mod start;
mod state;
mod storage;
mod stored_rooms;
#[cfg(test)]
mod tests;
mod writer;
