//! Rooms, with their members, history and presence, and the directory of connections.
//!
//! The hub has no sockets, no HTTP, and serializes no frames. Clock, random source and spawner are passed in.
//!
//! | content | file |
//! |---|---|
//! | the hub itself | `handle` |
//! | rooms by name, their limit, and the account that each is charged to | `rooms`, `room_limit`, `creator` |
//! | rooms by presence changes to send, by size, without members | `room_indexes`, `dirty_rooms`, `largest_rooms`, `unused_rooms`, `room_id` |
//! | one room: publish, join, resume; memory of a message that is being published | `room`, `reservation` |
//! | a connection in a room; joins that may wait; its receiving side | `membership`, `joining`, `subscriber` |
//! | signals and presence of other nodes | `node` |
//! | limit of connections per user | `user_limit` |
//! | listings of rooms, on other nodes as well | `listing` |
//! | delivery to members | `fanout`, `content`, `payload` |
//! | idempotency keys | `idempotency` |
//! | users in a room | `presence` |
//! | connections by identifier and user; messages to them, and a direct message that none accepts | `directory`, `shards`, `connections`, `reached`, `receivers_busy` |
//! | counters; services shared by all rooms; memory after a peak | `metrics`, `services`, `compaction` |

mod compaction;
mod connections;
mod content;
mod creator;
mod directory;
mod dirty_rooms;
mod fanout;
mod handle;
mod idempotency;
mod joining;
mod largest_rooms;
mod listing;
mod lobby;
mod membership;
pub mod metrics;
#[cfg(feature = "redis")]
mod node;
mod payload;
pub mod presence;
mod reached;
mod receivers_busy;
mod reservation;
mod room;
mod room_id;
mod room_indexes;
mod room_limit;
mod rooms;
mod services;
mod shards;
mod subscriber;
mod unused_rooms;
mod user_limit;

pub use content::Content;
pub use creator::RoomCreator;
pub use directory::{Client, DirectoryEntry};
pub use handle::{Hub, TICK};
#[cfg(feature = "redis")]
pub use idempotency::KEY_TTL;
pub use joining::{JoinError, Joined, Joining, PendingJoin};
pub use lobby::LOBBY;
pub use membership::{Membership, Subscription};
#[cfg(feature = "redis")]
pub use node::HubNode;
pub use payload::Payload;
pub use reached::{Reached, SendError};
pub use receivers_busy::ReceiversBusy;
pub use room::{JoinReply, JoinRequest, Room};
pub use subscriber::Subscriber;
pub use user_limit::UserLimitReached;

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod testing;
