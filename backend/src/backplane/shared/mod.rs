//! Backplane of several nodes: positions, histories and idempotency keys are in a store that they share.
//!
//! A message is published by the store, which sends it to all nodes that follow its room; the publishing node delivers
//! it no earlier than the others. Events of the store only speed up the delivery. Positions alone decide whether a node
//! has all messages of a room; a check of each partition compares them every second. A node reads the messages that it
//! has missed from the history. If that is not possible, the members of the room are disconnected, so that they learn
//! it when they join again.
//!
//! | content | file |
//! |---|---|
//! | the store, as this folder needs it; the local side of a room, and of the node | `store`, `store_check`, `store_record`; `replica`, `node` |
//! | the backplane; what callers do with it | `shared_backplane`; `backplane` |
//! | background tasks and events; signals to other nodes; presence | `background`, `signals`, `presence_sync`, `presence_sender`, `presence_changes`, `presence_entry` |
//! | publishing: queue and batches of a partition | `publish_queue`, `publisher`, `idempotency_name` |
//! | stored form of a message | `stored_message`, `message_decoder` |
//! | followed rooms: joins, positions, missed messages | `followed_rooms`, `followed_room`, `follow_state`, `follow_progress`, `follow`, `catch_up` |
//! | changes that were missed; leases; whether messages can be published | `partition_check`, `publish_health` |
//! | end of unused rooms, lifetime of positions | `room_upkeep` |
//! | listings of the rooms of all nodes | `listings`, `room_merge` |
//! | connections of users, and their limit | `user_connections`, `user_registry` |
//! | settings with bounds, counters, delays | `config`, `metrics`, `backoff` |

mod background;
mod backoff;
mod backplane;
mod catch_up;
pub mod config;
mod follow;
mod follow_progress;
mod follow_state;
mod followed_room;
mod followed_rooms;
mod idempotency_name;
mod listings;
mod message_decoder;
pub mod metrics;
pub mod node;
mod partition_check;
mod presence_changes;
mod presence_entry;
mod presence_sender;
mod presence_sync;
mod publish_health;
mod publish_queue;
mod publisher;
pub mod replica;
mod room_merge;
mod room_upkeep;
mod shared_backplane;
mod signals;
pub mod store;
mod store_check;
mod store_record;
mod stored_message;
mod user_connections;
mod user_registry;

pub use shared_backplane::SharedBackplane;

#[cfg(test)]
mod recorded_member;
#[cfg(test)]
mod recorded_replica;
#[cfg(any(test, feature = "simulation"))]
#[allow(
    clippy::len_without_is_empty,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
    clippy::struct_excessive_bools,
    reason = "only tests use it"
)]
pub mod simulated_store;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
