//! Rooms of a hub.
//!
//! | content | file |
//! |---|---|
//! | rooms by name | `room_map` |
//! | the memory of their histories | `memory` |
//! | rooms that are kept on a disk | `disk` |

#[cfg(feature = "disk")]
mod disk;
mod memory;
mod room_map;

pub use room_map::RoomMap;
