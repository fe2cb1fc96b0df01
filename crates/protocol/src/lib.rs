//! What both ends of a Yodel connection agree on: no clock, no randomness, no sockets.
//!
//! | idea | file |
//! |---|---|
//! | everything that can be said, and what it means | [`frame`] |
//! | text <-> frame | [`codec`]; what a server says, field by field: `fields` |
//! | names and numbers: who, where, which | [`id`] |
//! | the application's own data, byte for byte | [`json`] |
//! | why something was refused | [`error`] |
//! | why a connection closed, and whether to come back | [`close`] |

#![forbid(unsafe_code)]

pub mod close;
pub mod codec;
pub mod error;
mod fields;
pub mod frame;
pub mod id;
pub mod json;

pub use close::CloseCode;
pub use codec::DecodeError;
pub use error::ErrorCode;
pub use frame::{ClientFrame, ServerFrame, Verb};
pub use id::{ClientId, Epoch, EventName, Id, Key, Offset, Position, RoomName, UserId};
pub use json::Json;

/// The WebSocket subprotocol (RFC 6455, section 1.9) whose messages are [`frame`]s.
pub const SUBPROTOCOL: &str = "yodel.v1";
