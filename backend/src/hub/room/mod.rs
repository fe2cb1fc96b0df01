//! Rooms: position, history, members, and delivery to them.

#[cfg(feature = "redis")]
mod following;
#[cfg(feature = "redis")]
mod following_replica;
mod index_entry;
mod join;
#[cfg(feature = "disk")]
mod journaled;
#[cfg(feature = "disk")]
mod journaled_replica;
mod lifetime;
mod local_room;
mod memory;
#[cfg(feature = "disk")]
mod prepared;
mod presence;
mod publishing;
mod recovery;
mod replica;
#[cfg(feature = "disk")]
mod restored;
mod room_closed;
mod state;
mod stats;
#[cfg(test)]
mod test_subscriber;
mod users;

pub use join::{JoinReply, JoinRequest};
pub use local_room::Room;
#[cfg(feature = "disk")]
pub use restored::last_used;
pub use room_closed::RoomClosed;
