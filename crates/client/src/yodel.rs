//! `yodel.v1`: the subprotocol that [`Yodel`] adds to a [`connector`](crate::connector).
//!
//! | content | file |
//! |---|---|
//! | the subprotocol as the connector's handler | `handler` |
//! | state of one connection | `connection` |
//! | from an open socket to a connection that is up | `handshake`; tokens: `auth` |
//! | sending messages and requests | `requests` |
//! | messages that await a reply, and the loss of their connection | `outbox` |
//! | adapting to the server's rate limit | [`rate_limiter`] |
//! | receiving frames | `receive`; replies: `replies` |
//! | joining and leaving rooms | `membership` |
//! | rooms: positions, duplicates and gaps | [`rooms`] |
//! | liveness of the server, latency | `heartbeat` |

mod auth;
mod connection;
mod handler;
mod handshake;
mod heartbeat;
mod membership;
mod outbox;
pub mod rate_limiter;
mod receive;
mod replies;
mod requests;
pub mod rooms;

pub use auth::{AUTH_TIMEOUT_MS, RENEW_BEFORE_MS, TOKEN_REQUIRED, TOKEN_WAIT_MS};
pub use handler::Yodel;
pub use handshake::WELCOME_TIMEOUT_MS;
pub use heartbeat::{PING_INTERVAL_MS, PONG_TIMEOUT_MS, PROBE_TIMEOUT_MS};
pub use outbox::{MAX_IN_FLIGHT, RETRY_WINDOW_MS};
pub use receive::{GOODBYE_GRACE_MS, MAX_REPORTED_CHARS, MAX_REPORTED_FRAMES};
pub use requests::LOBBY;
