//! What must hold for the codec whatever a peer sends. Each target takes a fuzzer's bytes
//! and panics when something does not hold; `make fuzz` looks for such bytes, and the workspace's
//! tests replay those in `corpus/`.
//!
//! | idea | file |
//! |---|---|
//! | handshake headers: what is agreed on is what was offered | [`headers()`] |
//! | a frame's header: read, written, and never another answer for less of it | [`frames()`] |
//! | compression: back to the same, within the window, within the limit | [`compression()`] |
//! | a connection, however it is cut: the same as the model | [`connection()`] |
//! | the model: slow, a byte or a bit at a time, and plainly right | `model` |
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

/// A target, by the name of its binary and of its folder in `corpus/`.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 4] =
    [("headers", headers), ("frames", frames), ("compression", compression), ("connection", connection)];
