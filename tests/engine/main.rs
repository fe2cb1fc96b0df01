//! The WebSocket engine without sockets: cut anywhere, and against somebody else's.

mod differential;
mod random;
