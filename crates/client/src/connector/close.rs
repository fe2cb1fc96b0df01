//! Closing and lost connections.

use yodel_protocol::CloseCode;
use yodel_protocol::close::ReconnectAdvice;
use yodel_protocol::frame::Goodbye;

use super::after_close::AfterClose;
use super::core::Core;
use super::session::Session;
use super::socket::Socket;
use super::subprotocol::Failure;
use crate::target::without_secrets;
use crate::{Effect, Mode, Rng, State, StopReason};

/// Longest wait for the server's close frame, in milliseconds. Browsers can take minutes to close a dead socket.
pub const CLOSE_GRACE_MS: u64 = 1_500;

impl Session {
    /// Handles a socket that was closed by either side.
    pub(super) fn handle_closed(&mut self, code: CloseCode, reason: String, buffered: u64, rng: &mut dyn Rng) {
        self.core.measure(buffered);
        self.handle_close(code, reason, rng);
    }

    /// Handles a dial that took too long, or a server that did not close after its goodbye frame.
    pub(super) fn timed_out(&mut self, rng: &mut dyn Rng) {
        self.core.push_close(CloseCode::NORMAL, String::new());
        self.close_timed_out(rng);
    }

    /// Handles a close frame that the server did not answer, as an abnormal closure.
    pub(super) fn close_timed_out(&mut self, rng: &mut dyn Rng) {
        self.core.push_abandon();
        self.handle_close(CloseCode::ABNORMAL, String::new(), rng);
    }

    /// Closes a connection that the subprotocol cannot use.
    pub(super) fn fail(&mut self, failure: Failure, rng: &mut dyn Rng) {
        self.core.push_close(failure.code, String::new());
        self.core.push_abandon();
        self.handle_close(failure.code, failure.reason, rng);
    }

    /// Reports the messages of a closed socket; returns the server's goodbye frame if it sent one.
    pub(super) fn settle(&mut self, socket: &Socket) -> Option<Goodbye> {
        if socket.target.mode == Mode::Plain {
            self.core.report_unwritten(socket);
            return None;
        }
        self.handler.as_mut()?.closed(&mut self.core, socket)
    }

    fn handle_close(&mut self, code: CloseCode, reason: String, rng: &mut dyn Rng) {
        let Some(socket) = self.core.socket.take() else { return };
        let goodbye = self.settle(&socket);
        let retry_ms = goodbye.as_ref().map(|goodbye| goodbye.retry_ms);
        let (code, reason) = close_reason(goodbye, code, reason);
        if let State::Closing(_) = self.core.state {
            self.core.report_down(&socket, code, reason, true);
            self.core.continue_after_close();
        } else {
            self.core.record_loss(&socket);
            if code == CloseCode::TOKEN_EXPIRED
                && let Some(handler) = &mut self.handler
            {
                handler.token_expired(&mut self.core);
            }
            self.core.report_loss(&socket, code, reason, retry_ms, rng);
        }
    }
}

impl Core {
    /// Handles [`Event::Disconnect`](crate::Event::Disconnect).
    pub(super) fn disconnect(&mut self, code: CloseCode, reason: String) {
        if self.state != State::Idle {
            self.stop(StopReason::User, code, reason);
        }
    }

    /// Closes the connection with this code and reason, or stops dialing.
    pub(super) fn stop(&mut self, stop_reason: StopReason, code: CloseCode, reason: String) {
        self.down_since_ms = None;
        let stopped = State::Stopped(stop_reason);
        match self.state {
            State::Open(_) => self.close(AfterClose::Stay(stopped), code, reason),
            State::Closing(_) | State::Suspended => self.after_close = AfterClose::Stay(stopped),
            _ => {
                self.abandon_dial();
                self.enter(stopped, None);
            }
        }
    }

    /// Starts the close handshake of the open socket.
    pub(super) fn close(&mut self, after_close: AfterClose, code: CloseCode, reason: String) {
        let State::Open(generation) = self.state else { return };
        self.after_close = after_close;
        self.push_close(code, reason);
        self.enter(State::Closing(generation), Some(self.clock.after(CLOSE_GRACE_MS)));
    }

    /// Abandons a socket that is not open yet.
    pub(super) fn abandon_dial(&mut self) {
        self.push_close(CloseCode::NORMAL, String::new());
        self.push_abandon();
        self.socket = None;
    }

    pub(super) fn push_close(&mut self, code: CloseCode, reason: String) {
        if let Some(socket) = &self.socket {
            self.effects.push(Effect::Close { socket: socket.generation, code: code.0, reason });
        }
    }

    pub(super) fn push_abandon(&mut self) {
        if let Some(socket) = &self.socket {
            self.effects.push(Effect::Abandon(socket.generation));
        }
    }

    /// Reports the end of a connection, or a failed dial.
    pub(super) fn report_down(&mut self, socket: &Socket, code: CloseCode, reason: String, requested: bool) {
        let url = without_secrets(&socket.target.url);
        self.effects.push(Effect::Down { url, code: code.0, reason, requested });
    }

    fn continue_after_close(&mut self) {
        match self.after_close.clone() {
            AfterClose::Dial => self.start(),
            AfterClose::Stay(state) => self.enter(state, None),
        }
    }

    /// Reports the loss of a connection, once per outage, and waits or stops.
    fn report_loss(
        &mut self,
        socket: &Socket,
        code: CloseCode,
        reason: String,
        retry_ms: Option<u64>,
        rng: &mut dyn Rng,
    ) {
        let is_fatal = code.advice() == ReconnectAdvice::Stop;
        if self.announced.is_none_or(|announced| is_fatal && announced != code) {
            self.announced = Some(code);
            self.report_down(socket, code, reason.clone(), false);
        }
        if is_fatal {
            self.enter(State::Stopped(StopReason::Fatal { code, reason }), None);
        } else {
            self.wait_after(code, reason, retry_ms, rng);
        }
    }
}

/// Returns code and reason of a close: those of the goodbye frame if the close has none.
fn close_reason(goodbye: Option<Goodbye>, code: CloseCode, reason: String) -> (CloseCode, String) {
    match goodbye {
        Some(goodbye) if code == CloseCode::NO_CODE || code == CloseCode::ABNORMAL => (goodbye.code, goodbye.reason),
        _ => (code, reason),
    }
}
