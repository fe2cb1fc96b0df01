//! A sans-IO WebSocket client: it reconnects by itself, resumes rooms and reports every message that is lost.
//!
//! It contains no socket, no timer, no clock and no randomness. A driver (the page's web-sys sockets, a
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
//!
//! # Plain mode
//!
//! [`Session::plain`] speaks plain text with any WebSocket server:
//!
//! ```
//! use yodel_client::{Delivery, Effect, Event, Generation, MessageId, Mode, Rng, Session};
//!
//! /// The shortest delay each time. A real driver takes a random number generator.
//! struct Shortest;
//!
//! impl Rng for Shortest {
//!     fn below(&mut self, _bound: u64) -> u64 {
//!         0
//!     }
//! }
//!
//! let mut session = Session::plain();
//! let connect = Event::Connect { url: "ws://127.0.0.1:8080/ws".to_owned(), mode: Mode::Plain };
//! let effects = session.step(0, connect, &mut Shortest);
//! let socket = Generation(1);
//! assert!(effects.iter().any(|effect| matches!(effect, Effect::Dial { socket: Generation(1), .. })));
//!
//! // A text that is sent before the socket is open waits for it.
//! let id = MessageId(1);
//! let effects = session.step(10, Event::Send { id, text: "hello".to_owned() }, &mut Shortest);
//! assert!(effects.contains(&Effect::Delivery(id, Delivery::Waiting)));
//! let effects = session.step(20, Event::Opened(socket), &mut Shortest);
//! assert!(effects.contains(&Effect::Transmit { socket, id: Some(id), text: "hello".to_owned() }));
//!
//! // A lost connection is dialed again when the timer fires that the session asks for.
//! let lost = Event::Closed { socket, code: 1006, reason: String::new(), buffered: 0 };
//! let effects = session.step(9_000, lost, &mut Shortest);
//! assert!(effects.contains(&Effect::Arm { at_ms: 9_500 }));
//! let effects = session.step(9_500, Event::Timer { buffered: 0 }, &mut Shortest);
//! assert!(effects.iter().any(|effect| matches!(effect, Effect::Dial { socket: Generation(2), .. })));
//! ```
//!
//! # The subprotocol `yodel.v1`
//!
//! [`Session::new`] has both modes. In envelope mode rooms resume and requests get answers:
//!
//! ```
//! use yodel_client::{Effect, Event, Generation, Mode, Rng, Session};
//! use yodel_protocol::RoomName;
//!
//! # struct Shortest;
//! # impl Rng for Shortest {
//! #     fn below(&mut self, _bound: u64) -> u64 {
//! #         0
//! #     }
//! # }
//! let socket = Generation(1);
//! let url = "ws://127.0.0.1:8080/ws".to_owned();
//! let welcome = r#"{"type":"welcome","client":"c_1","version":"0.1.0","node":"n","plain":"echo","ping":25,"max":65536,"time":0}"#;
//! let room = RoomName::new("chat").expect("a room's name");
//!
//! let mut session = Session::new();
//! session.step(0, Event::Connect { url, mode: Mode::Envelope { lobby: false } }, &mut Shortest);
//! session.step(10, Event::Join(room), &mut Shortest);
//! session.step(20, Event::Opened(socket), &mut Shortest);
//!
//! // The connection is up when the server has sent its welcome; the rooms are joined at once.
//! let effects = session.step(30, Event::Received { socket, text: welcome.to_owned() }, &mut Shortest);
//! let join = r#"{"id":1,"type":"join","room":"chat"}"#.to_owned();
//! assert!(effects.contains(&Effect::Transmit { socket, id: None, text: join }));
//! ```
//!
//! A page that wants to load this half later begins with [`Session::plain`] and adds it with [`Session::attach`]:
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
pub mod yodel;

pub use connector::{Session, Subprotocol};
pub use effect::{Delivery, Effect, Effects};
pub use event::{BadUrl, Event, Generation, MessageId, Mode};
pub use rng::Rng;
pub use secret::Secret;
pub use state::{State, Stopped, Why};
pub use yodel::Yodel;
