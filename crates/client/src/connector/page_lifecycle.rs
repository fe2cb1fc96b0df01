//! The back/forward cache. Browsers do not put a page with an open socket into it.

use yodel_protocol::CloseCode;
use yodel_protocol::frame::Goodbye;

use super::after_close::AfterClose;
use super::core::Core;
use super::session::Session;
use super::socket::Socket;
use crate::{LastFailure, State};

impl Session {
    /// Handles [`Event::PageHide`](crate::Event::PageHide). Closes and abandons the socket immediately, because its
    /// close event would not arrive.
    pub(super) fn suspend(&mut self) {
        match &self.core.state {
            State::Suspended => return,
            State::Closing(_) => {}
            State::Idle | State::Stopped(_) => self.core.after_close = AfterClose::Stay(self.core.state.clone()),
            _ => {
                self.core.after_close = AfterClose::Dial;
                self.core.push_close(CloseCode::GOING_AWAY, String::new());
            }
        }
        self.core.push_abandon();
        if let Some(socket) = self.core.socket.take() {
            if let Some(Goodbye { code, reason, retry_ms }) = self.settle(&socket) {
                self.core.hold(retry_ms);
                self.core.last_failure = LastFailure { code, reason, attempt: 1 };
            }
            self.core.report_departure(&socket);
        }
        self.core.enter(State::Suspended, None);
    }
}

impl Core {
    /// Handles [`Event::PageShow`](crate::Event::PageShow). This dial alone does not wait for the minimum time between
    /// dials. It does wait as long as the server has requested.
    pub(super) fn resume(&mut self) {
        if self.state == State::Suspended {
            match self.after_close.clone() {
                AfterClose::Dial if self.hold_ms > self.clock.now_ms() => self.wait_until(self.hold_ms),
                AfterClose::Dial => self.dial(),
                AfterClose::Stay(state) => self.enter(state, None),
            }
        }
    }

    fn report_departure(&mut self, socket: &Socket) {
        let code = match self.state {
            State::Open(_) => CloseCode::GOING_AWAY,
            // The server's close frame cannot arrive anymore.
            State::Closing(_) => CloseCode::ABNORMAL,
            _ => return,
        };
        let is_requested = matches!(self.state, State::Closing(_));
        if !is_requested {
            self.record_loss(socket);
            self.announced = Some(code);
        }
        self.report_down(socket, code, String::new(), is_requested);
    }
}
