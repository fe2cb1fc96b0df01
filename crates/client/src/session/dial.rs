//! From a person's wish to an open socket.

use super::link::Link;
use super::{Sequel, Session, Socket, State, Stopped};
use crate::buffered::Buffered;
use crate::{BadUrl, Delivery, Effect, Generation, Mode};

/// How long a dial may take, in milliseconds: some never answer.
pub const CONNECT_TIMEOUT_MS: u64 = 10_000;

/// The time between two dials, whoever asks, in milliseconds: an impatient person is one client of many.
pub const MIN_DIAL_GAP_MS: u64 = 1_000;

impl Session {
    /// A person wants a connection.
    pub(super) fn connect(&mut self, url: String, mode: Mode) {
        let same = self.url == url && self.mode == mode;
        if !same {
            self.change_server(url, mode);
        }
        if same && matches!(self.state, State::Open(_)) {
            return;
        }
        self.forget_failures();
        match self.state {
            State::Open(_) => self.close(Sequel::Dial),
            State::Closing(_) | State::Suspended => self.sequel = Sequel::Dial,
            State::Connecting(_) if same => {}
            _ => self.start(),
        }
    }

    /// What was said to the server so far is not said to another one.
    fn change_server(&mut self, url: String, mode: Mode) {
        self.down_since_ms = None;
        if self.url != url {
            self.rooms.forget_positions();
        }
        if !matches!(self.state, State::Open(_) | State::Closing(_)) {
            self.settle_letters(false);
        }
        self.url = url;
        self.mode = mode;
        if mode == Mode::Plain {
            let gone = self.outbox.drop_frames();
            self.effects.extend(gone.into_iter().map(|id| Effect::Delivery(id, Delivery::Failed)));
        }
    }

    /// A person does not want to wait.
    pub(super) fn retry_now(&mut self) {
        match &self.state {
            State::Backoff { .. } | State::Offline { .. } if self.may_dial() => self.dial(),
            State::Backoff { .. } | State::Offline { .. } => self.wait_until(self.next_dial_ms),
            State::Stopped(stopped) if stopped.can_retry() => {
                self.forget_failures();
                self.start();
            }
            _ => {}
        }
    }

    /// Dials as soon as it may.
    pub(super) fn start(&mut self) {
        self.abandon_dial();
        if self.may_dial() {
            self.dial();
        } else {
            self.enter(State::Connecting(self.next_generation()), Some(self.next_dial_ms));
        }
    }

    /// Dials.
    pub(super) fn dial(&mut self) {
        self.generation = self.next_generation();
        self.next_dial_ms = self.clock.after(MIN_DIAL_GAP_MS);
        self.enter(State::Connecting(self.generation), Some(self.clock.after(CONNECT_TIMEOUT_MS)));
        self.effects.push(Effect::Dial { socket: self.generation, url: self.url.clone(), mode: self.mode });
        self.tokens.dialled();
        self.socket = Some(Socket {
            generation: self.generation,
            url: self.url.clone(),
            mode: self.mode,
            opened_ms: None,
            buffered: Buffered::default(),
            link: Link::default(),
        });
    }

    /// The socket is open. In envelope mode the connection is not, before the server says welcome.
    pub(super) fn opened(&mut self) {
        match self.mode {
            Mode::Plain => self.up(),
            Mode::Envelope { .. } => self.await_welcome(),
        }
    }

    /// The connection is up.
    pub(super) fn up(&mut self) {
        let State::Connecting(generation) = self.state else { return };
        let now_ms = self.clock.now_ms();
        if let Some(socket) = &mut self.socket {
            socket.opened_ms = Some(now_ms);
        }
        self.announced = None;
        let away_ms = self.down_since_ms.take().map(|since_ms| self.clock.since(since_ms));
        self.enter(State::Open(generation), None);
        self.effects.push(Effect::Up { url: self.url.clone(), away_ms });
        self.join_due();
        self.flush();
    }

    /// The socket could not even be made.
    pub(super) fn refused(&mut self, bad: BadUrl) {
        if let State::Connecting(_) = self.state {
            self.socket = None;
            self.enter(State::Stopped(Stopped::BadUrl(bad)), None);
        }
    }

    fn may_dial(&self) -> bool {
        self.clock.now_ms() >= self.next_dial_ms
    }

    fn next_generation(&self) -> Generation {
        Generation(self.generation.0.saturating_add(1))
    }

    /// What comes now is announced anew.
    fn forget_failures(&mut self) {
        self.why.attempt = 0;
        self.announced = None;
    }
}

impl Stopped {
    /// Whether the same address may be dialled again because a person asks to try it again.
    pub(super) fn can_retry(&self) -> bool {
        matches!(self, Self::Fatal { .. } | Self::Exhausted)
    }
}
