//! Plain mode: a connection to any WebSocket server that reconnects automatically.
//!
//! The connector knows a subprotocol only as the `Handler` in [`subprotocol`]. Without a handler it supports plain mode
//! alone.
//!
//! | content | file |
//! |---|---|
//! | events in, effects out | `session` |
//! | state that the connector and the handler share | `core`; its socket: `socket` |
//! | from `Connect` to an open socket | `dial` |
//! | the wait before the next dial, and events that shorten it | `wait`; its length: [`backoff`] |
//! | closing and lost connections | `close`, `after_close` |
//! | the back/forward cache | `page_lifecycle` |
//! | the session's timer | `timer` |
//! | plain messages | `messages` |
//! | messages that are not sent or not acknowledged, and their limits | `queue`, `outbox_entry` |
//! | bytes that a socket has not written yet | [`buffered`] |
//! | interface of a subprotocol | [`subprotocol`]; events of a session without one: `unattached` |

mod after_close;
pub mod backoff;
pub mod buffered;
mod close;
mod core;
mod dial;
mod messages;
mod outbox_entry;
mod page_lifecycle;
mod queue;
mod session;
mod socket;
pub mod subprotocol;
mod timer;
mod unattached;
mod wait;

pub use close::CLOSE_GRACE_MS;
pub use dial::{CONNECT_TIMEOUT_MS, MIN_DIAL_GAP_MS};
pub use queue::{OUTBOX_AGE_MS, OUTBOX_BYTES, OUTBOX_MESSAGES};
pub use session::Session;
pub use subprotocol::Subprotocol;
pub use timer::LATE_MS;
pub use unattached::{MAX_DEFERRED_FRAMES, NOT_ATTACHED};
pub use wait::{MAX_RETRY_MS, OFFLINE_FALLBACK_MS, STABLE_MS, WAKE_DEBOUNCE_MS, WAKE_JITTER_MS};

pub(crate) use self::core::Core;
pub(crate) use outbox_entry::{Content, OutboxEntry};
pub(crate) use queue::Queue;
pub(crate) use socket::Socket;
pub(crate) use subprotocol::{Failure, Handler};
