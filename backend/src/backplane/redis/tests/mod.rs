//! Tests with real servers.

mod cluster;
mod contract;
mod disk_wait;
mod durability;
mod events;
mod failures;
mod findings;
mod presence;
mod rooms;
mod sentinel;
mod support;
mod tls;
mod users;
