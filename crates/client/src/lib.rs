//! What every Yodel client does, whatever it runs on: a connection that comes back by itself
//! and loses nothing that a person typed.
//!
//! Sans-IO: no socket, no timer and no browser inside. A driver (the page's web-sys sockets, a
//! terminal's tokio) feeds [`Event`]s in and carries the [`Effect`]s out.
//!
//! | idea | file |
//! |---|---|
//! | a session with both halves: `step(now, event) -> effects` | [`session`] |
//! | the connection to any server that reconnects by itself | [`connector`] |
//! | the `yodel.v1` half: rooms, requests, tokens, heartbeat | [`yodel`] |
//! | input and output | [`event`], [`effect`] |
//! | where a session is | [`state`] |
//! | texts that no log shows | [`secret`] |
//! | the source of randomness | [`rng`] |
//! | time that never goes back | `clock` |

#![forbid(unsafe_code)]

mod clock;
pub mod connector;
pub mod effect;
pub mod event;
pub mod rng;
pub mod secret;
pub mod session;
pub mod state;
pub mod yodel;

pub use connector::{Session, Subprotocol};
pub use effect::{Delivery, Effect, Effects};
pub use event::{BadUrl, Event, Generation, MessageId, Mode};
pub use rng::Rng;
pub use secret::Secret;
pub use state::{State, Stopped, Why};
pub use yodel::Yodel;
