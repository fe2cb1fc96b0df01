//! The back/forward cache: a page with an open socket may not enter it.

use yodel_protocol::CloseCode;

use super::{Sequel, Session, Socket, State};
use crate::Effect;

impl Session {
    /// The page is left. Its socket ends here, whatever the server answers: nobody would hear it.
    pub(super) fn suspend(&mut self) {
        match &self.state {
            State::Suspended => return,
            State::Closing(_) => {}
            State::Idle | State::Stopped(_) => self.sequel = Sequel::Stay(self.state.clone()),
            _ => {
                self.sequel = Sequel::Dial;
                self.push_close(CloseCode::GOING_AWAY);
            }
        }
        self.push_abandon();
        if let Some(socket) = self.socket.take() {
            self.left(socket);
        }
        self.enter(State::Suspended, None);
    }

    /// The page came back: it is the one moment when a dial waits for nothing.
    pub(super) fn resume(&mut self) {
        if self.state == State::Suspended {
            match self.sequel.clone() {
                Sequel::Dial => self.dial(),
                Sequel::Stay(state) => self.enter(state, None),
            }
        }
    }

    fn left(&mut self, socket: Socket) {
        self.doubt(&socket);
        let code = match self.state {
            State::Open(_) => CloseCode::GOING_AWAY,
            // The answer to the close frame will not be heard any more.
            State::Closing(_) => CloseCode::ABNORMAL,
            _ => return,
        };
        if let State::Open(_) = self.state {
            self.note_end(&socket);
            self.announced = Some(code);
        }
        self.effects.push(Effect::Down { url: socket.url, code: code.0, reason: String::new() });
    }
}
