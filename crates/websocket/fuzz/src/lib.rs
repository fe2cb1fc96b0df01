//! Property checks for the codec. Each target takes a fuzzer's bytes and panics if a property is violated; `make
//! fuzz` searches for such bytes, and the workspace's tests replay the files of `corpus/`.
//!
//! | content | file |
//! |---|---|
//! | handshake: the negotiated parameters were offered | [`headers()`] |
//! | frame headers: round trip, and no result for a prefix | [`frames()`] |
//! | compression: round trip, within the window and the limit | [`compression()`] |
//! | connection: the same events as the model for every split | [`connection()`] |
//! | model: a slow and simple implementation, byte by byte or bit by bit | `model` |
//! | a fuzzer's bytes as decisions; as frames, most of them valid | `input`, `script` |

#![forbid(unsafe_code)]

mod compression;
mod connection;
mod frames;
mod headers;
mod input;
mod model;
mod script;

pub use compression::compression;
pub use connection::connection;
pub use frames::frames;
pub use headers::headers;

/// Name and function of a target; the name is that of its binary and of its folder in `corpus/`.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 4] =
    [("headers", headers), ("frames", frames), ("compression", compression), ("connection", connection)];
