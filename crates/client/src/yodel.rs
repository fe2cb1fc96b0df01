//! The `yodel.v1` half of a session: what it adds to a [`connector`](crate::connector).
//!
//! | idea | file |
//! |---|---|
//! | the half, as the connector sees it | `half` |
//! | what is known of one connection | `link` |
//! | from an open socket to a connection that is up | `handshake`; tokens: `auth` |
//! | messages and requests: into the queue, out of it | `requests` |
//! | which of them wait for an answer, and what a lost connection does to them | `outbox` |
//! | as many messages a second as the server accepts | [`rate_limiter`] |
//! | frames of the server | `receive`; answers: `replies` |
//! | joining and leaving rooms | `membership` |
//! | rooms: their positions, duplicates and gaps | [`rooms`] |
//! | whether the server still responds | `heartbeat` |

mod auth;
mod half;
mod handshake;
mod heartbeat;
mod link;
mod membership;
mod outbox;
pub mod rate_limiter;
mod receive;
mod replies;
mod requests;
pub mod rooms;

pub use auth::{AUTH_TIMEOUT_MS, RENEW_BEFORE_MS, TOKEN_WAIT_MS};
pub use half::Yodel;
pub use handshake::WELCOME_TIMEOUT_MS;
pub use heartbeat::{PING_EVERY_MS, PONG_DEADLINE_MS, PROBE_MS};
pub use outbox::{IN_FLIGHT, REPEAT_MS};
pub use receive::{GOODBYE_GRACE_MS, STRANGE_FRAMES, STRANGE_LENGTH};
pub use requests::LOBBY;
