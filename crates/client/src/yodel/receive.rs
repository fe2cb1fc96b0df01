//! Frames of the server.

use yodel_protocol::frame::{ErrorReply, Goodbye, Message};
use yodel_protocol::{CloseCode, DecodeError, ErrorCode, Id, ServerFrame};

use super::half::Yodel;
use super::link::Phase;
use crate::connector::{Core, Failure};
use crate::{Effect, Rng};

/// Longest time until the server closes after its goodbye, in milliseconds.
pub const GOODBYE_GRACE_MS: u64 = 10_000;

/// Number of strange frames that are reported of one connection.
pub const STRANGE_FRAMES: u32 = 20;

/// Number of characters that are reported of each.
pub const STRANGE_LENGTH: usize = 200;

impl Yodel {
    /// Handles a text message over a socket in envelope mode.
    pub(super) fn receive_frame(&mut self, core: &mut Core, text: &str, rng: &mut dyn Rng) -> Result<(), Failure> {
        let now_ms = core.clock.now_ms();
        let Some(link) = self.link(core) else { return Ok(()) };
        link.heartbeat.mark_alive(now_ms);
        let is_greeting = matches!(link.phase, Phase::Greeting);
        match ServerFrame::decode(text) {
            Ok(ServerFrame::Welcome(welcome)) if is_greeting => self.welcome(core, welcome),
            Ok(ServerFrame::Goodbye(goodbye)) => self.goodbye(core, goodbye),
            Ok(ServerFrame::Error(error)) if error.id.is_none() => self.error(core, error),
            _ if is_greeting => {
                return Err(Failure::new(CloseCode::BAD_PROTOCOL, "this server does not speak yodel.v1"));
            }
            Ok(frame) => return self.dispatch(core, frame, text, rng),
            Err(error) => return self.not_understood(core, error, text, rng),
        }
        Ok(())
    }

    /// Reports a frame that makes no sense here.
    pub(super) fn strange(&mut self, core: &mut Core, text: &str) {
        if self.is_reported(core) {
            core.effects.push(Effect::Strange(text.chars().take(STRANGE_LENGTH).collect()));
        }
    }

    fn dispatch(&mut self, core: &mut Core, frame: ServerFrame, text: &str, rng: &mut dyn Rng) -> Result<(), Failure> {
        match frame {
            ServerFrame::Message(message) => self.pushed(core, message),
            ServerFrame::Direct(direct) => core.effects.push(Effect::Direct(Box::new(direct))),
            ServerFrame::PresenceDiff(diff) => core.effects.push(Effect::PresenceDiff(diff)),
            frame => match answered_id(&frame) {
                Some(about) => return self.reply(core, frame, about, text, rng),
                None => self.strange(core, text),
            },
        }
        Ok(())
    }

    fn pushed(&mut self, core: &mut Core, message: Message) {
        if message.offset.is_none() {
            core.effects.push(Effect::Message(Box::new(message)));
        } else if let Some(room) = self.rooms.get(&message.room) {
            room.pushed(core.clock.now_ms(), message, &mut core.effects);
        }
    }

    /// Handles the announcement of a close. The server may not read what is sent from now on.
    fn goodbye(&mut self, core: &mut Core, goodbye: Goodbye) {
        if core.is_open() {
            core.due_ms = Some(core.clock.after(GOODBYE_GRACE_MS));
        }
        core.effects.push(Effect::Goodbye(goodbye.clone()));
        if let Some(link) = self.link(core) {
            link.goodbye = Some(goodbye);
        }
    }

    fn error(&mut self, core: &mut Core, error: ErrorReply) {
        if self.is_reported(core) {
            core.effects.push(Effect::Error(error));
        }
    }

    /// Handles text that is no frame. With an id it is still the answer to a request.
    fn not_understood(
        &mut self,
        core: &mut Core,
        error: DecodeError,
        text: &str,
        rng: &mut dyn Rng,
    ) -> Result<(), Failure> {
        self.strange(core, text);
        let Some(about) = error.id else { return Ok(()) };
        let failed = ErrorReply { id: Some(about), code: ErrorCode::Unknown, message: error.message, retry: false };
        self.reply(core, ServerFrame::Error(failed), about, text, rng)
    }

    /// Returns whether one more strange frame is reported.
    fn is_reported(&mut self, core: &Core) -> bool {
        let Some(link) = self.link(core) else { return false };
        link.strange = link.strange.saturating_add(1);
        link.strange <= STRANGE_FRAMES
    }
}

/// Returns the frame that this one answers.
fn answered_id(frame: &ServerFrame) -> Option<Id> {
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
