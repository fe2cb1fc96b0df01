//! Envelope mode, `yodel.v1`: each text message is a frame, and each frame gets one reply.
//!
//! | content | file |
//! |---|---|
//! | connection in envelope mode | `mode` |
//! | authentication | `session` |
//! | requests and replies | `requests`, `reply`, `joined_rooms` |
//! | requests that a hook approves | `pending`, `approved` |
//! | calls of the embedding program | `calls` |
//! | limits | `limiter`, `protocol_errors` |

mod approved;
mod calls;
mod joined_rooms;
mod limiter;
pub mod mode;
mod pending;
mod protocol_errors;
mod reply;
mod requests;
mod session;
