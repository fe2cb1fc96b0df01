//! From an open socket to a connection over which everything may be said.

use yodel_protocol::frame::Welcome;
use yodel_protocol::{CloseCode, RoomName};

use super::Session;
use super::link::Phase;
use crate::{Effect, Mode, Rng};

/// How long the server may take to say welcome, in milliseconds: no longer than a dial.
pub const WELCOME_TIMEOUT_MS: u64 = 10_000;

/// How long getting a token and logging in may take, in milliseconds. The server's own patience of
/// ten seconds ends with a refusal for good.
pub const AUTH_TIMEOUT_MS: u64 = 8_000;

/// The room of a server's plain clients.
pub const LOBBY: &str = "lobby";

/// So many earlier connections may still have messages of one's own on the way.
const OWN: usize = 8;

impl Session {
    pub(super) fn await_welcome(&mut self) {
        self.due_ms = Some(self.clock.after(WELCOME_TIMEOUT_MS));
    }

    /// The server says who one is.
    pub(super) fn welcome(&mut self, welcome: Welcome) {
        let Some(socket) = &mut self.socket else { return };
        socket.link.meet(&self.clock, &welcome);
        self.own.truncate(OWN - 1);
        self.own.push_front(welcome.client.clone());
        if self.mode == (Mode::Envelope { lobby: true }) && socket.link.has_lobby {
            self.rooms.add(RoomName::new(LOBBY).expect("a room's name"));
        }
        let known = welcome.user.is_some();
        self.effects.push(Effect::Welcome(Box::new(welcome)));
        if known {
            self.begin();
        } else {
            self.log_in();
        }
    }

    /// Everything may be said, unless the server has said goodbye before.
    pub(super) fn begin(&mut self) {
        let now_ms = self.clock.now_ms();
        let Some(link) = self.link() else { return };
        if link.goodbye.is_some() {
            return;
        }
        link.phase = Phase::Ready;
        link.pulse.begin(now_ms);
        self.rooms.connected(now_ms);
        self.up();
    }

    /// Gives up a connection of one's own accord.
    pub(super) fn fail(&mut self, code: CloseCode, reason: &str, rng: &mut dyn Rng) {
        self.push_close(code);
        self.push_abandon();
        self.gone(code, reason.to_owned(), rng);
    }
}
