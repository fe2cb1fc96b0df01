//! The WebSocket engine without sockets: against itself cut anywhere, against a model, and against
//! somebody else's.

mod corpus;
mod differential;
/// What `make fuzz` runs.
#[path = "../../backend/fuzz/src/lib.rs"]
mod fuzz;
mod random;
