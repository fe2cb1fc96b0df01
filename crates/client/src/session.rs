//! The connection state machine.
//!
//! | idea | file |
//! |---|---|
//! | where a session can be | `state` |
//! | from a person's wish to an open socket | `dial` |
//! | from an open socket to none | `close` |
//! | waiting for the next dial, and what shortens the wait | `wait` |
//! | the back/forward cache | `suspend` |
//! | messages | `messages` |
//! | the one timer | `timer` |
//!
//! In envelope mode also:
//!
//! | idea | file |
//! |---|---|
//! | what is known of a connection | `link` |
//! | from an open socket to a welcome guest | `greet` |
//! | tokens: when they are wanted and sent | `login` |
//! | what the server says | `hear` |
//! | answers to requests | `answers` |
//! | joining and leaving rooms | `seats` |
//! | whether the server is still there | `pulse` |

mod answers;
mod close;
mod dial;
mod greet;
mod hear;
mod link;
mod login;
mod messages;
mod pulse;
mod seats;
mod state;
mod suspend;
mod timer;
mod wait;

use std::collections::VecDeque;
use std::mem;

use yodel_protocol::{ClientId, CloseCode};

pub use close::CLOSE_GRACE_MS;
pub use dial::{CONNECT_TIMEOUT_MS, MIN_DIAL_GAP_MS};
pub use greet::{AUTH_TIMEOUT_MS, LOBBY, WELCOME_TIMEOUT_MS};
pub use hear::{GOODBYE_GRACE_MS, STRANGE_FRAMES, STRANGE_LENGTH};
pub use login::{RENEW_BEFORE_MS, TOKEN_WAIT_MS};
pub use pulse::{LATE_MS, PING_EVERY_MS, PONG_DEADLINE_MS, PROBE_MS};
pub use state::{State, Stopped, Why};
pub use wait::{LONGEST_RETRY_MS, OFFLINE_FALLBACK_MS, STABLE_MS, WAKE_DEBOUNCE_MS, WAKE_JITTER_MS};

use crate::buffered::Buffered;
use crate::clock::Clock;
use crate::outbox::Outbox;
use crate::pace::Pace;
use crate::rooms::Rooms;
use crate::{Effect, Effects, Event, Generation, Mode, Rng};
use link::Link;
use login::Tokens;

/// A connection that comes back by itself.
#[derive(Debug)]
pub struct Session {
    clock: Clock,
    state: State,
    /// When the state must be left by itself.
    due_ms: Option<u64>,
    /// What the driver's timer is set to, on its own clock.
    armed_ms: Option<u64>,
    /// The address that was asked for last, and what to speak there.
    url: String,
    mode: Mode,
    /// The one that was dialled and is neither closed nor abandoned.
    socket: Option<Socket>,
    /// The last one that was dialled.
    generation: Generation,
    /// Before this there is no dial.
    next_dial_ms: u64,
    max_attempts: Option<u32>,
    /// The last failure, and how many there were in a row.
    why: Why,
    /// When the last open connection went down without a person's wish.
    down_since_ms: Option<u64>,
    /// The code that this outage was announced with.
    announced: Option<CloseCode>,
    online: bool,
    /// Whether there shall be a connection after [`State::Closing`] and [`State::Suspended`].
    sequel: Sequel,
    outbox: Outbox,
    rooms: Rooms,
    pace: Pace,
    tokens: Tokens,
    /// The number of the last frame.
    frame: u64,
    /// Who this was on the last connections.
    own: VecDeque<ClientId>,
    effects: Effects,
}

/// A socket that was dialled.
#[derive(Debug)]
struct Socket {
    generation: Generation,
    url: String,
    mode: Mode,
    opened_ms: Option<u64>,
    buffered: Buffered,
    link: Link,
}

/// What comes after a state that only waits for something to end.
#[derive(Clone, Debug)]
enum Sequel {
    Dial,
    Stay(State),
}

impl Session {
    /// A session that has not dialled yet and never gives up.
    pub fn new() -> Self {
        Self {
            clock: Clock::default(),
            state: State::Idle,
            due_ms: None,
            armed_ms: None,
            url: String::new(),
            mode: Mode::Plain,
            socket: None,
            generation: Generation(0),
            next_dial_ms: 0,
            max_attempts: None,
            why: Why { code: CloseCode::ABNORMAL, reason: String::new(), attempt: 0 },
            down_since_ms: None,
            announced: None,
            online: true,
            sequel: Sequel::Dial,
            outbox: Outbox::default(),
            rooms: Rooms::default(),
            pace: Pace::default(),
            tokens: Tokens::default(),
            frame: 0,
            own: VecDeque::new(),
            effects: Effects::new(),
        }
    }

    /// A session that gives up after so many failures in a row; losing a stable connection is the
    /// first of a new row.
    pub fn with_max_attempts(attempts: u32) -> Self {
        Self { max_attempts: Some(attempts), ..Self::new() }
    }

    /// The same session, which asks its driver for a token where the server does not know who it is.
    #[must_use]
    pub fn with_tokens(mut self) -> Self {
        self.tokens = Tokens::wanted();
        self
    }

    /// How many messages are not sent, or in envelope mode not answered. A driver that has many more
    /// waits with them, below [`OUTBOX_MESSAGES`](crate::outbox::OUTBOX_MESSAGES).
    pub fn unsettled(&self) -> usize {
        self.outbox.len()
    }

    /// Where it is.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Takes one event at a time in milliseconds (wall clock) and says what to do.
    ///
    /// The effects are for carrying out in their order, before the next event.
    pub fn step(&mut self, now_ms: u64, event: Event, rng: &mut impl Rng) -> Effects {
        if self.is_stale(&event) {
            return Effects::new();
        }
        if self.clock.read(now_ms) {
            self.show_wait();
        }
        self.expire();
        self.handle(event, rng);
        self.arm();
        mem::take(&mut self.effects)
    }

    fn handle(&mut self, event: Event, rng: &mut dyn Rng) {
        match event {
            Event::Connect { url, mode } => self.connect(url, mode),
            Event::Disconnect => self.disconnect(),
            Event::RetryNow => self.retry_now(),
            Event::Send { id, text } => self.send(id, text, rng),
            Event::Request { id, verb } => self.request(id, verb, rng),
            Event::Delete(id) => self.outbox.delete(id),
            Event::Join(room) => self.join(room),
            Event::Leave(room) => self.leave(&room),
            Event::Token(token) => self.token(token),
            Event::Opened(_) => self.opened(),
            Event::Refused(_, bad) => self.refused(bad),
            Event::Received { text, .. } => self.received(&text, rng),
            Event::Closed { code, reason, buffered, .. } => self.closed(CloseCode(code), reason, buffered, rng),
            Event::Timer { buffered } => self.timer(buffered, rng),
            Event::TakePulse => self.take_pulse(),
            Event::Online => self.network_is_back(rng),
            Event::Offline => self.network_is_gone(),
            Event::Visible => self.wake(rng),
            Event::PageHide => self.suspend(),
            Event::PageShow => self.resume(),
        }
    }

    /// Whether it is about a socket that is no longer, or never was, this session's.
    fn is_stale(&self, event: &Event) -> bool {
        let (Event::Opened(about)
        | Event::Refused(about, _)
        | Event::Received { socket: about, .. }
        | Event::Closed { socket: about, .. }) = event
        else {
            return false;
        };
        self.socket.as_ref().is_none_or(|socket| socket.generation != *about)
    }

    /// Goes to a state, to be left at `due_ms` at the latest.
    fn enter(&mut self, state: State, due_ms: Option<u64>) {
        self.due_ms = due_ms;
        if self.state != state {
            self.state = state;
            self.effects.push(Effect::State(self.state.clone()));
        }
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}
