//! What the server says.

use yodel_protocol::frame::{Failed, Goodbye, Message};
use yodel_protocol::{CloseCode, DecodeError, ErrorCode, Id, ServerFrame};

use super::link::Phase;
use super::{Session, State};
use crate::{Effect, Mode, Rng};

/// How long the server may take to close after its goodbye, in milliseconds.
pub const GOODBYE_GRACE_MS: u64 = 10_000;

/// So many strange frames of one connection are told.
pub const STRANGE_FRAMES: u32 = 20;

/// So many characters of each.
pub const STRANGE_LENGTH: usize = 200;

impl Session {
    /// A text message arrived.
    pub(super) fn received(&mut self, text: &str, rng: &mut dyn Rng) {
        let now_ms = self.clock.now_ms();
        let Some(socket) = &mut self.socket else { return };
        if socket.mode == Mode::Plain {
            return;
        }
        socket.link.pulse.hear(now_ms);
        let greeting = matches!(socket.link.phase, Phase::Greeting);
        match ServerFrame::decode(text) {
            Ok(ServerFrame::Welcome(welcome)) if greeting => self.welcome(welcome),
            Ok(ServerFrame::Goodbye(goodbye)) => self.goodbye(goodbye),
            Ok(ServerFrame::Error(error)) if error.id.is_none() => self.error(error),
            _ if greeting => self.fail(CloseCode::BAD_PROTOCOL, "this server does not speak yodel.v1", rng),
            Ok(frame) => self.heard(frame, text, rng),
            Err(error) => self.not_understood(error, text, rng),
        }
        self.join_due();
        self.flush();
    }

    fn heard(&mut self, frame: ServerFrame, text: &str, rng: &mut dyn Rng) {
        match frame {
            ServerFrame::Message(message) => self.pushed(message),
            ServerFrame::Direct(direct) => self.effects.push(Effect::Direct(Box::new(direct))),
            ServerFrame::PresenceDiff(diff) => self.effects.push(Effect::PresenceDiff(diff)),
            frame => match id(&frame) {
                Some(about) => self.answer(frame, about, text, rng),
                None => self.strange(text),
            },
        }
    }

    fn pushed(&mut self, message: Message) {
        if message.offset.is_none() {
            self.effects.push(Effect::Message(Box::new(message)));
        } else if let Some(room) = self.rooms.get(&message.room) {
            room.pushed(self.clock.now_ms(), message, &mut self.effects);
        }
    }

    /// The server will close. What is said now it may not hear.
    fn goodbye(&mut self, goodbye: Goodbye) {
        if let State::Open(_) = self.state {
            self.due_ms = Some(self.clock.after(GOODBYE_GRACE_MS));
        }
        self.effects.push(Effect::Goodbye(goodbye.clone()));
        if let Some(link) = self.link() {
            link.goodbye = Some(goodbye);
        }
    }

    fn error(&mut self, error: Failed) {
        if self.is_news() {
            self.effects.push(Effect::Error(error));
        }
    }

    /// An answer that cannot be read is still the answer.
    fn not_understood(&mut self, error: DecodeError, text: &str, rng: &mut dyn Rng) {
        self.strange(text);
        if let Some(about) = error.id {
            let failed = Failed { id: Some(about), code: ErrorCode::Unknown, message: error.message, retry: false };
            self.answer(ServerFrame::Error(failed), about, text, rng);
        }
    }

    /// Something arrived that makes no sense here.
    pub(super) fn strange(&mut self, text: &str) {
        if self.is_news() {
            self.effects.push(Effect::Strange(text.chars().take(STRANGE_LENGTH).collect()));
        }
    }

    fn is_news(&mut self) -> bool {
        let Some(link) = self.link() else { return false };
        link.strange = link.strange.saturating_add(1);
        link.strange <= STRANGE_FRAMES
    }
}

/// Which frame this answers.
fn id(frame: &ServerFrame) -> Option<Id> {
    match frame {
        ServerFrame::Ok(done) => Some(done.id),
        ServerFrame::Echo(echo) => Some(echo.id),
        ServerFrame::Joined(joined) => Some(joined.id),
        ServerFrame::Result(result) => Some(result.id),
        ServerFrame::Presence(presence) => Some(presence.id),
        ServerFrame::History(history) => Some(history.id),
        ServerFrame::Pong(pong) => Some(pong.id),
        ServerFrame::Error(error) => error.id,
        _ => None,
    }
}
