//! Rooms: position, history, members, and delivery to them.

#[cfg(feature = "redis")]
mod following;
#[cfg(feature = "redis")]
mod following_replica;
mod index_entry;
mod join;
mod lifetime;
mod local_room;
mod memory;
mod presence;
mod recovery;
mod replica;
mod room_closed;
mod state;
mod stats;
mod users;

pub use join::{JoinReply, JoinRequest};
pub use local_room::Room;
pub use room_closed::RoomClosed;
