//! Actions of the embedding program: publish, send, look up, disconnect.
//!
//! | idea | file |
//! |---|---|
//! | the handle itself | `server_handle` |
//! | messages to rooms, users, clients, all | `messages` |
//! | connections | `clients` |
//! | rooms | `rooms` |
//! | errors | `error` |

mod clients;
mod error;
mod messages;
mod rooms;
mod server_handle;

pub use clients::ClientInfo;
pub use error::HandleError;
pub use rooms::{RoomInfo, RoomPresence};
pub use server_handle::Handle;
