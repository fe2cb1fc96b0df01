//! The WebSocket engine without sockets: against itself cut anywhere, against a model, and against
//! somebody else's.

mod corpus;
mod differential;
/// Fuzz target of the protocol.
#[path = "../../crates/protocol/fuzz/src/lib.rs"]
mod protocol_fuzz;
mod random;
/// Fuzz targets of the codec.
#[path = "../../crates/websocket/fuzz/src/lib.rs"]
mod websocket_fuzz;
