//! What every Yodel client does, whatever it runs on: a connection that comes back by itself
//! and loses nothing that a person typed.
//!
//! Sans-IO: no socket, no timer and no browser inside. A driver (the page's web-sys sockets, a
//! terminal's tokio) feeds [`Event`]s in and carries the [`Effect`]s out.
//!
//! | idea | file |
//! |---|---|
//! | the connection state machine: `step(now, event) -> effects` | [`session`] |
//! | what goes in and comes out | [`event`], [`effect`] |
//! | how long to wait before the next dial | [`backoff`] |
//! | messages not yet sent or acknowledged, and their caps | [`outbox`]; one of them: `letter` |
//! | rooms: how far each was heard, what came twice and what is missing | [`rooms`] |
//! | as many messages a second as the server wants | [`pace`] |
//! | bytes that a socket has not written yet | [`buffered`] |
//! | what must not be seen in a log | [`secret`] |
//! | time that never goes back | `clock` |

#![forbid(unsafe_code)]

pub mod backoff;
pub mod buffered;
mod clock;
pub mod effect;
pub mod event;
mod letter;
pub mod outbox;
pub mod pace;
pub mod rooms;
pub mod secret;
pub mod session;

pub use backoff::Rng;
pub use effect::{Delivery, Effect, Effects};
pub use event::{BadUrl, Event, Generation, MessageId, Mode};
pub use secret::Secret;
pub use session::{Session, State, Stopped, Why};
