//! Envelope mode, `yodel.v1`: each text message is a frame, and each frame gets one reply.
//!
//! | content | file |
//! |---|---|
//! | connection in envelope mode | `mode` |
//! | authentication | `session` |
//! | requests and replies | `requests`, `reply`, `replies` |
//! | requests that a hook or the backplane has to answer | `pending`, `approved`, `joins`, `publishes` |
//! | memberships of the connection | `joined_rooms` |
//! | calls of the embedding program | `calls` |
//! | limits | `limiter`, `protocol_errors` |

mod approved;
mod calls;
mod joined_rooms;
mod joins;
mod limiter;
pub mod mode;
mod pending;
mod protocol_errors;
mod publishes;
mod replies;
mod reply;
mod requests;
mod session;
