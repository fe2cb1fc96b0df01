//! Frames of the server.

use yodel_protocol::frame::{ErrorReply, Goodbye, Message};
use yodel_protocol::{CloseCode, DecodeError, ErrorCode, Id, ServerFrame};

use super::connection::Phase;
use super::handler::Yodel;
use crate::connector::{Core, Failure};
use crate::{Effect, Rng, State};

/// Longest time between the server's goodbye frame and its close, in milliseconds.
pub const GOODBYE_GRACE_MS: u64 = 10_000;

/// Largest number of unrecognized frames that are reported per connection.
pub const MAX_REPORTED_FRAMES: u32 = 20;

/// Largest number of characters that are reported of an unrecognized frame.
pub const MAX_REPORTED_CHARS: usize = 200;

impl Yodel {
    /// Handles a text message in envelope mode.
    ///
    /// # Errors
    /// Returns an error if the first frame is not a welcome frame, or if a reply ends the connection.
    pub(super) fn receive_frame(&mut self, core: &mut Core, text: &str, rng: &mut dyn Rng) -> Result<(), Failure> {
        let now_ms = core.clock.now_ms();
        let Some(connection) = self.connection(core) else { return Ok(()) };
        connection.heartbeat.mark_alive(now_ms);
        let awaits_welcome = matches!(connection.phase, Phase::AwaitingWelcome);
        match ServerFrame::decode(text) {
            Ok(ServerFrame::Welcome(welcome)) if awaits_welcome => return self.welcome(core, welcome),
            Ok(ServerFrame::Goodbye(goodbye)) => self.goodbye(core, goodbye),
            Ok(ServerFrame::Error(error)) if error.id.is_none() => self.error(core, error),
            _ if awaits_welcome => {
                return Err(Failure::new(CloseCode::BAD_PROTOCOL, "the server does not support yodel.v1"));
            }
            Ok(frame) => return self.dispatch(core, frame, text, rng),
            Err(error) => return self.decode_failed(core, error, text, rng),
        }
        Ok(())
    }

    /// Reports a frame that cannot be decoded or is not expected. After a change to another server, replies that were
    /// expected before may still arrive until the old connection is closed.
    pub(super) fn report_unrecognized(&mut self, core: &mut Core, text: &str) {
        if !matches!(core.state, State::Closing(_)) && self.count_unrecognized(core) {
            core.effects.push(Effect::UnrecognizedFrame(text.chars().take(MAX_REPORTED_CHARS).collect()));
        }
    }

    fn dispatch(&mut self, core: &mut Core, frame: ServerFrame, text: &str, rng: &mut dyn Rng) -> Result<(), Failure> {
        match frame {
            ServerFrame::Message(message) => self.receive_message(core, message),
            ServerFrame::Direct(direct) => core.effects.push(Effect::Direct(Box::new(direct))),
            ServerFrame::PresenceDiff(diff) => core.effects.push(Effect::PresenceDiff(diff)),
            frame => match answered_id(&frame) {
                Some(request) => return self.reply(core, frame, request, text, rng),
                None => self.report_unrecognized(core, text),
            },
        }
        Ok(())
    }

    fn receive_message(&mut self, core: &mut Core, message: Message) {
        if message.offset.is_none() {
            core.effects.push(Effect::Message(Box::new(message)));
        } else if let Some(room) = self.rooms.get(&message.room) {
            room.receive(core.clock.now_ms(), message, &mut core.effects);
        }
    }

    /// Handles the announcement of a close. The server may not read what is sent from now on.
    fn goodbye(&mut self, core: &mut Core, goodbye: Goodbye) {
        if core.is_open() {
            core.due_ms = Some(core.clock.after(GOODBYE_GRACE_MS));
        }
        core.effects.push(Effect::Goodbye(goodbye.clone()));
        if let Some(connection) = self.connection(core) {
            connection.goodbye = Some(goodbye);
        }
    }

    fn error(&mut self, core: &mut Core, error: ErrorReply) {
        if self.count_unrecognized(core) {
            core.effects.push(Effect::Error(error));
        }
    }

    /// Handles text that is not a valid frame. If its id could be read, the request with this id fails.
    fn decode_failed(
        &mut self,
        core: &mut Core,
        error: DecodeError,
        text: &str,
        rng: &mut dyn Rng,
    ) -> Result<(), Failure> {
        self.report_unrecognized(core, text);
        let Some(request) = error.id else { return Ok(()) };
        let failed = ErrorReply { id: Some(request), code: ErrorCode::Unknown, message: error.message, retry: false };
        self.reply(core, ServerFrame::Error(failed), request, text, rng)
    }

    /// Counts an unrecognized frame; returns whether it is reported.
    fn count_unrecognized(&mut self, core: &Core) -> bool {
        let Some(connection) = self.connection(core) else { return false };
        connection.unrecognized = connection.unrecognized.saturating_add(1);
        connection.unrecognized <= MAX_REPORTED_FRAMES
    }
}

/// Returns the id of the frame that this frame replies to.
fn answered_id(frame: &ServerFrame) -> Option<Id> {
    match frame {
        ServerFrame::Ok(ack) => Some(ack.id),
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
