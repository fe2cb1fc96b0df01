//! Tests with real servers, which are on `PATH`.

mod cluster;
mod contract;
mod durability;
mod events;
mod failures;
mod findings;
mod presence;
mod rooms;
mod sentinel;
mod support;
mod tls;
