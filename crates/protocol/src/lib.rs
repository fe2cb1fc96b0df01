//! Frames, identifiers and close codes of `yodel.v1`, which server and client share. The crate contains no clock, no
//! source of randomness and no sockets.
//!
//! | content | file |
//! |---|---|
//! | requests, replies and events | [`frame`] |
//! | encoding and decoding | [`codec`]; field by field: `fields` of a server's frame, `encode` of a client's |
//! | identifiers and positions | [`id`] |
//! | application data, unchanged byte for byte | [`json`] |
//! | values and strings of a JSON text | `raw`; its tokens: [`tokens`]; writing of objects: `object` |
//! | error codes | [`error`] |
//! | close codes, and which permit a reconnect | [`close`] |

#![forbid(unsafe_code)]

pub mod close;
pub mod codec;
mod encode;
pub mod error;
mod fields;
pub mod frame;
pub mod id;
pub mod json;
mod json_values;
mod object;
mod raw;
pub mod tokens;

pub use close::CloseCode;
pub use codec::DecodeError;
pub use error::ErrorCode;
pub use frame::{ClientFrame, ServerFrame, Verb};
pub use id::{ClientId, Epoch, EventName, Id, IdempotencyKey, Offset, Position, RoomName, UserId};
pub use json::Json;

/// The WebSocket subprotocol (RFC 6455, section 1.9) whose messages are [`frame`]s.
pub const SUBPROTOCOL: &str = "yodel.v1";

/// The subprotocol of plain messages. Offering it has the same effect as offering none, but a browser that sends a
/// token needs it: it fails the connection when the server selects none of the offered subprotocols.
pub const PLAIN_SUBPROTOCOL: &str = "yodel.plain";

/// Prefix of an offered subprotocol that carries a token. `Sec-WebSocket-Protocol` is the only header of the handshake
/// that a page can set. The server never selects it.
pub const TOKEN_SUBPROTOCOL_PREFIX: &str = "bearer.";
