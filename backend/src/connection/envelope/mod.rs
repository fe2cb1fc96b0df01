//! Envelope mode, `yodel.v1`: each text message is a frame, and each frame gets one reply.
//!
//! | idea | file |
//! |---|---|
//! | a connection in envelope mode | `mode` |
//! | requests, and their answers | `requests`, `answer`, with the `rooms` of the connection |
//! | requests that a hook decides on | `granted`, `pending` |
//! | identity: since when, until when | `login` |
//! | too fast, too often wrong | `limiter`, `mistakes` |
//! | calls that handlers answer | `calls` |

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
