//! The back/forward cache. Browsers do not put a page with an open socket into it.

use yodel_protocol::CloseCode;

use super::after_close::AfterClose;
use super::core::Core;
use super::session::Session;
use super::socket::Socket;
use crate::{Effect, State};

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
                self.core.push_close(CloseCode::GOING_AWAY);
            }
        }
        self.core.push_abandon();
        if let Some(socket) = self.core.socket.take() {
            self.settle(&socket);
            self.core.report_departure(socket);
        }
        self.core.enter(State::Suspended, None);
    }
}

impl Core {
    /// Handles [`Event::PageShow`](crate::Event::PageShow). Unlike every other dial, the dial does not wait for the
    /// minimum time between dials.
    pub(super) fn resume(&mut self) {
        if self.state == State::Suspended {
            match self.after_close.clone() {
                AfterClose::Dial => self.dial(),
                AfterClose::Stay(state) => self.enter(state, None),
            }
        }
    }

    fn report_departure(&mut self, socket: Socket) {
        let code = match self.state {
            State::Open(_) => CloseCode::GOING_AWAY,
            // The server's close frame cannot arrive anymore.
            State::Closing(_) => CloseCode::ABNORMAL,
            _ => return,
        };
        if let State::Open(_) = self.state {
            self.record_loss(&socket);
            self.announced = Some(code);
        }
        self.effects.push(Effect::Down { url: socket.url, code: code.0, reason: String::new() });
    }
}
