//! From an open socket to none.

use yodel_protocol::CloseCode;
use yodel_protocol::close::Advice;

use super::{Sequel, Session, Socket, State, Stopped};
use crate::{Effect, Rng};

/// How long to wait for the answer to a close frame, in milliseconds: browsers can take minutes to
/// close a dead socket.
pub const CLOSE_GRACE_MS: u64 = 1_500;

impl Session {
    /// A person wants no connection.
    pub(super) fn disconnect(&mut self) {
        self.down_since_ms = None;
        let stopped = State::Stopped(Stopped::User);
        match self.state {
            State::Idle => {}
            State::Open(_) => self.close(Sequel::Stay(stopped)),
            State::Closing(_) | State::Suspended => self.sequel = Sequel::Stay(stopped),
            _ => {
                self.abandon_dial();
                self.enter(stopped, None);
            }
        }
    }

    /// Closes the open socket in the polite way.
    pub(super) fn close(&mut self, sequel: Sequel) {
        let State::Open(generation) = self.state else { return };
        self.sequel = sequel;
        self.push_close(CloseCode::NORMAL);
        self.enter(State::Closing(generation), Some(self.clock.after(CLOSE_GRACE_MS)));
    }

    /// The socket is closed, by whomever.
    pub(super) fn closed(&mut self, code: CloseCode, reason: String, buffered: u64, rng: &mut dyn Rng) {
        self.measure(buffered);
        self.gone(code, reason, rng);
    }

    /// There is no socket any more.
    pub(super) fn gone(&mut self, code: CloseCode, reason: String, rng: &mut dyn Rng) {
        let Some(socket) = self.socket.take() else { return };
        self.doubt(&socket);
        let (code, reason) = last_words(&socket, code, reason);
        if let State::Closing(_) = self.state {
            self.effects.push(Effect::Down { url: socket.url, code: code.0, reason });
            self.go_on();
        } else {
            self.lost(socket, code, reason, rng);
        }
    }

    fn go_on(&mut self) {
        match self.sequel.clone() {
            Sequel::Dial => self.start(),
            Sequel::Stay(state) => self.enter(state, None),
        }
    }

    /// A dial took too long, or the close after a goodbye.
    pub(super) fn timed_out(&mut self, rng: &mut dyn Rng) {
        self.push_close(CloseCode::NORMAL);
        self.push_abandon();
        self.gone(CloseCode::ABNORMAL, String::new(), rng);
    }

    /// A close frame was not answered. Nobody said goodbye, so this is an abnormal end.
    pub(super) fn close_timed_out(&mut self, rng: &mut dyn Rng) {
        self.push_abandon();
        self.gone(CloseCode::ABNORMAL, String::new(), rng);
    }

    /// Forgets a socket that is not open yet.
    pub(super) fn abandon_dial(&mut self) {
        self.push_close(CloseCode::NORMAL);
        self.push_abandon();
        self.socket = None;
    }

    /// The socket is gone and nobody asked for it.
    fn lost(&mut self, socket: Socket, code: CloseCode, reason: String, rng: &mut dyn Rng) {
        self.note_end(&socket);
        if code == CloseCode::TOKEN_EXPIRED {
            self.token_ended();
        }
        let retry_ms = socket.link.goodbye.map(|goodbye| goodbye.retry_ms);
        let fatal = code.advice() == Advice::Stop;
        if self.announced.is_none_or(|announced| fatal && announced != code) {
            self.announced = Some(code);
            self.effects.push(Effect::Down { url: socket.url, code: code.0, reason: reason.clone() });
        }
        if fatal {
            self.enter(State::Stopped(Stopped::Fatal { code, reason }), None);
        } else {
            self.wait_after(code, reason, retry_ms, rng);
        }
    }

    pub(super) fn push_close(&mut self, code: CloseCode) {
        if let Some(socket) = &self.socket {
            self.effects.push(Effect::Close { socket: socket.generation, code: code.0 });
        }
    }

    pub(super) fn push_abandon(&mut self) {
        if let Some(socket) = &self.socket {
            self.effects.push(Effect::Abandon(socket.generation));
        }
    }
}

/// Why a connection ended, for one that ended without saying so after it had said so.
fn last_words(socket: &Socket, code: CloseCode, reason: String) -> (CloseCode, String) {
    match &socket.link.goodbye {
        Some(goodbye) if code == CloseCode::NO_CODE || code == CloseCode::ABNORMAL => {
            (goodbye.code, goodbye.reason.clone())
        }
        _ => (code, reason),
    }
}
