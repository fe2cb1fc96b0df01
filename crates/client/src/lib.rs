//! A sans-IO WebSocket client that reconnects automatically, resumes rooms and reports every lost message.
//!
//! The crate contains no sockets, timers, clock or random numbers. A driver (web-sys sockets in the page, tokio in a
//! terminal) passes [`Event`]s in and carries the [`Effect`]s out.
//!
//! | content | file |
//! |---|---|
//! | sessions with both modes: `step(now, event) -> effects` | [`session`] |
//! | plain mode: connections to any server, with reconnects | [`connector`] |
//! | `yodel.v1`: rooms, requests, tokens, heartbeat | [`yodel`] |
//! | input and output | [`event`], [`effect`] |
//! | the server of a connection and its token; addresses without secrets | [`target`] |
//! | states of a session | [`state`] |
//! | tokens that no log shows | [`secret`] |
//! | the source of randomness | [`rng`] |
//! | monotonic time | `clock` |
//!
//! # Plain mode
//!
//! [`Session::plain`] exchanges plain text messages with any WebSocket server:
//!
//! ```
//! use yodel_client::{Delivery, Effect, Event, Generation, MessageId, Mode, Rng, Session, Target};
//!
//! /// Always the shortest delay. A real driver uses a random number generator.
//! struct Shortest;
//!
//! impl Rng for Shortest {
//!     fn below(&mut self, _bound: u64) -> u64 {
//!         0
//!     }
//! }
//!
//! let mut session = Session::plain();
//! let connect = Event::Connect { target: Target::new("ws://127.0.0.1:8080/ws", Mode::Plain) };
//! let effects = session.step(0, connect, &mut Shortest);
//! let socket = Generation(1);
//! assert!(effects.iter().any(|effect| matches!(effect, Effect::Dial { socket: Generation(1), .. })));
//!
//! // A text that is sent before the socket is open waits in the outbox.
//! let id = MessageId(1);
//! let effects = session.step(10, Event::Send { id, text: "hello".to_owned() }, &mut Shortest);
//! assert!(effects.contains(&Effect::Delivery(id, Delivery::Waiting)));
//! let effects = session.step(20, Event::Opened(socket), &mut Shortest);
//! assert!(effects.contains(&Effect::Transmit { socket, id: Some(id), text: "hello".to_owned() }));
//!
//! // After a loss the session arms a timer and dials again when the timer fires.
//! let lost = Event::Closed { socket, code: 1006, reason: String::new(), buffered: 0 };
//! let effects = session.step(9_000, lost, &mut Shortest);
//! assert!(effects.contains(&Effect::Arm { at_ms: 9_500 }));
//! let effects = session.step(9_500, Event::Timer { buffered: 0 }, &mut Shortest);
//! assert!(effects.iter().any(|effect| matches!(effect, Effect::Dial { socket: Generation(2), .. })));
//! ```
//!
//! # The subprotocol `yodel.v1`
//!
//! [`Session::new`] supports both modes. In envelope mode rooms resume and requests get replies:
//!
//! ```
//! use yodel_client::{Effect, Event, Generation, Mode, Rng, Session, Target};
//! use yodel_protocol::RoomName;
//!
//! # struct Shortest;
//! # impl Rng for Shortest {
//! #     fn below(&mut self, _bound: u64) -> u64 {
//! #         0
//! #     }
//! # }
//! let socket = Generation(1);
//! let target = Target::new("ws://127.0.0.1:8080/ws", Mode::Envelope { lobby: false });
//! let welcome = r#"{"type":"welcome","client":"c_1","version":"0.1.0","node":"n","plain":"echo","ping":25,"max":65536,"time":0}"#;
//! let room = RoomName::new("chat").expect("valid room name");
//!
//! let mut session = Session::new();
//! session.step(0, Event::Connect { target }, &mut Shortest);
//! session.step(10, Event::Join(room), &mut Shortest);
//! session.step(20, Event::Opened(socket), &mut Shortest);
//!
//! // The connection is up when the server has sent its welcome frame; the rooms are joined immediately.
//! let effects = session.step(30, Event::Received { socket, text: welcome.to_owned() }, &mut Shortest);
//! let join = r#"{"id":1,"type":"join","room":"chat"}"#.to_owned();
//! assert!(effects.contains(&Effect::Transmit { socket, id: None, text: join }));
//! ```
//!
//! A page that loads `yodel.v1` later starts with [`Session::plain`] and adds the subprotocol with [`Session::attach`]:
//!
//! ```
//! use yodel_client::{Session, Yodel};
//!
//! let mut session = Session::plain();
//! session.attach(Yodel::new().into());
//! assert!(session.is_attached());
//! ```

#![forbid(unsafe_code)]

mod clock;
pub mod connector;
pub mod effect;
pub mod event;
pub mod rng;
pub mod secret;
pub mod session;
pub mod state;
pub mod target;
pub mod yodel;

pub use connector::{Session, Subprotocol};
pub use effect::{Delivery, Effect, Effects};
pub use event::{Event, Generation, MessageId, Mode, UrlError};
pub use rng::Rng;
pub use secret::Secret;
pub use state::{LastFailure, State, StopReason};
pub use target::Target;
pub use yodel::Yodel;
