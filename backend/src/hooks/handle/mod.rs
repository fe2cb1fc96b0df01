//! The handle to a server: publish, send, look up, disconnect.
//!
//! | content | file |
//! |---|---|
//! | handle | `server_handle` |
//! | messages to rooms, users, clients, all | `messages` |
//! | clients | `clients` |
//! | rooms | `rooms` |
//! | errors | `error` |

mod clients;
mod error;
mod messages;
mod rooms;
mod server_handle;

pub use crate::hub::ReceiversBusy;
pub use clients::ClientInfo;
pub use error::HandleError;
pub use rooms::{RoomInfo, RoomPresence};
pub use server_handle::Handle;
