//! Rooms of the chaos test.

use yodel_protocol::RoomName;

/// Number of rooms, all joined by every client.
pub const ROOMS: u64 = 5;

/// Returns the name of a room by its number.
pub fn room(number: u64) -> RoomName {
    RoomName::new(&format!("room {number}")).unwrap()
}
