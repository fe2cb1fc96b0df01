//! Tests of the WebSocket codec without sockets: comparison with tungstenite, arbitrary splits of the input, and
//! the fuzzing corpus.

mod corpus;
mod differential;
/// Fuzz target of the protocol crate.
#[path = "../../crates/protocol/fuzz/src/lib.rs"]
mod protocol_fuzz;
/// Fuzz targets of the codec crate.
#[path = "../../crates/websocket/fuzz/src/lib.rs"]
mod websocket_fuzz;
