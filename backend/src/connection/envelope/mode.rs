//! A connection in envelope mode.

use std::sync::Arc;
use std::task::{Context, Poll};

use tracing::debug;
use yodel_protocol::frame::{Message, ServerFrame, Welcome};
use yodel_protocol::{ClientFrame, ClientId, CloseCode, ErrorCode, Id};
use yodel_websocket::message::Kind;

use super::answer::{Answer, Answered, error_reply};
use super::calls::Calls;
use super::limiter::Limiter;
use super::login::Login;
use super::mistakes::Mistakes;
use super::pending::Pending;
use super::rooms::Rooms;
use crate::auth::Identity;
use crate::config::Plain;
use crate::connection::close_reason::CloseReason;
use crate::connection::context::ServerContext;
use crate::connection::goodbye::Goodbye;
use crate::connection::line::Line;
use crate::connection::open::{Mode, Wire, gone};
use crate::encode::SharedPayload;
use crate::hooks::error::RequestError;
use crate::hooks::request_head::RequestHead;
use crate::hub::Room;
use crate::identity_session::SessionContext;
use crate::identity_session::authentication::AuthenticationError;
use crate::runtime::{clock, random};

/// An answer of this length, in bytes, is work enough before others get a turn: frames that ask for
/// much are short.
const LARGE: usize = 32 * 1024;

/// What a connection in envelope mode knows.
pub struct EnvelopeMode {
    pub(super) client: ClientId,
    /// What its path does in plain mode.
    plain: Plain,
    /// Nobody was greeted yet.
    new: bool,
    pub(super) login: Login,
    pub(super) rooms: Rooms,
    limiter: Option<Limiter>,
    mistakes: Mistakes,
    pub(super) calls: Calls,
    /// A room that takes nothing for now.
    pub(super) full: Option<Arc<Room<SharedPayload>>>,
    /// A request that a hook decides on; nothing is read meanwhile.
    pub(super) pending: Option<Box<Pending>>,
    leaving: Option<Goodbye>,
}

impl EnvelopeMode {
    /// Begins a connection to this path with the result of its authentication. From now on it is found by
    /// its name, and keeps a place for its greeting.
    pub fn new(
        plain: Plain,
        identity: Result<Option<Identity>, AuthenticationError>,
        line: &Arc<Line>,
        request: Option<RequestHead>,
        shared: &ServerContext,
        session: &SessionContext<'_>,
    ) -> Self {
        let client = random::client_id();
        line.outbox.reserve();
        let login = Login::new(identity, &client, line.clone(), request, shared, session);
        Self {
            client,
            plain,
            new: true,
            login,
            rooms: Rooms::default(),
            limiter: shared.config.message_rate().map(Limiter::new),
            mistakes: Mistakes::default(),
            calls: Calls::default(),
            full: None,
            pending: None,
            leaving: None,
        }
    }

    fn greet(&mut self, wire: &mut Wire) {
        let config = &wire.shared.config;
        let welcome = ServerFrame::<Message>::Welcome(Welcome {
            client: self.client.clone(),
            user: self.login.member().and_then(|member| member.sender.user.clone()),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            node: wire.shared.node.clone(),
            plain: self.plain.name().to_owned(),
            ping: config.ping.as_secs() + u64::from(config.ping.subsec_nanos() > 0),
            max: config.max_message as u64,
            time: clock::now_ms(),
        });
        let frames = wire.socket.frames(Kind::Text, welcome.encode().as_bytes());
        wire.socket.line.outbox.fill(frames);
    }

    /// Takes a frame. False when something has to be waited for before there is more.
    fn take_frame(
        &mut self,
        wire: &mut Wire,
        context: &mut Context<'_>,
        text: &str,
        replies: &mut Vec<u8>,
    ) -> Result<bool, CloseReason> {
        let frame = ClientFrame::decode(text);
        let id = frame.as_ref().map_or_else(|error| error.id, |frame| Some(frame.id));
        let reply = match (self.refuse_if_too_fast()?, frame) {
            (Err(refused), _) => Err(refused),
            (Ok(()), Ok(frame)) => {
                debug!(client = %self.client, ?frame, "frame");
                self.answer(wire, context, frame, replies)?
            }
            (Ok(()), Err(error)) => {
                if error.id.is_none() {
                    self.mistakes.count()?;
                }
                Err(RequestError::new(ErrorCode::BadRequest, error.message))
            }
        };
        respond(wire, context, id, reply, replies)
    }

    /// Carries out a request once a hook has decided on it.
    fn poll_pending(&mut self, wire: &mut Wire, context: &mut Context<'_>) -> Result<(), CloseReason> {
        // Taken out meanwhile: a hook that panics is not polled again.
        let Some(mut pending) = self.pending.take() else { return Ok(()) };
        let Poll::Ready(granted) = pending.poll(context) else {
            self.pending = Some(pending);
            return Ok(());
        };
        let answered = granted.and_then(|granted| self.carry_out(wire, pending.id, granted));
        let mut replies = Vec::new();
        respond(wire, context, Some(pending.id), answered, &mut replies)?;
        if !replies.is_empty() {
            wire.socket.write(context, &mut replies, &[]).map_err(gone)?;
        }
        Ok(())
    }

    /// Whether it is too much too fast.
    fn refuse_if_too_fast(&mut self) -> Result<Result<(), RequestError>, CloseReason> {
        let Some(limiter) = &mut self.limiter else { return Ok(Ok(())) };
        if limiter.take()? {
            return Ok(Ok(()));
        }
        let per_second = limiter.per_second();
        Ok(Err(RequestError::new(ErrorCode::RateLimited, format!("at most {per_second} a second"))))
    }
}

/// Adds the reply to `replies`. Returns false when something has to be waited for before there is more.
fn respond(
    wire: &mut Wire,
    context: &mut Context<'_>,
    id: Option<Id>,
    answered: Answered,
    replies: &mut Vec<u8>,
) -> Result<bool, CloseReason> {
    let reply = match answered {
        // While it waits the peer is not read: it could ask for more than fits anywhere.
        Ok(Answer::Apart) => return Ok(wire.socket.line.outbox.replies() == 0),
        Ok(Answer::Reply(reply)) => reply,
        Err(error) => error_reply(id, error).encode(),
    };
    let room = wire.socket.reply(context, Kind::Text, reply.as_bytes(), replies).map_err(gone)?;
    Ok(room && reply.len() < LARGE)
}

impl Mode for EnvelopeMode {
    fn name(&self) -> &'static str {
        yodel_protocol::SUBPROTOCOL
    }

    fn silent(&self) -> Result<(), CloseReason> {
        // Perhaps it was not listened to.
        let limited = self.limiter.as_ref().is_some_and(Limiter::is_waiting);
        if limited || self.pending.is_some() || self.login.is_connecting() {
            Ok(())
        } else {
            Err(CloseReason::Ours(CloseCode::NO_PONG, "no pong".into()))
        }
    }

    fn leave(&mut self, wire: &mut Wire) {
        self.leaving = Some(Goodbye::new(self.rooms.all(), wire.shared.registry.leaving()));
    }

    fn poll(&mut self, wire: &mut Wire, context: &mut Context<'_>) -> Result<(), CloseReason> {
        if std::mem::take(&mut self.new) {
            self.login.check()?;
            self.greet(wire);
        }
        wire.socket.line.outbox.check().map_err(|_| CloseReason::Ours(CloseCode::TOO_SLOW, "too slow".into()))?;
        self.login.poll(context)?;
        self.poll_pending(wire, context)?;
        let Some(goodbye) = &mut self.leaving else { return Ok(()) };
        if goodbye.poll(context).is_pending() {
            return Ok(());
        }
        let mut frames = Vec::new();
        wire.socket.reply(context, Kind::Text, goodbye.text().as_bytes(), &mut frames).map_err(gone)?;
        wire.socket.write(context, &mut frames, &[]).map_err(gone)?;
        Err(CloseReason::Ours(CloseCode::SHUTDOWN, "shutdown".into()))
    }

    /// It is read as long as it reads its replies, and rooms take what it says.
    fn may_read(&mut self, wire: &mut Wire, context: &mut Context<'_>, _flushed: bool) -> Result<bool, CloseReason> {
        if self.full.as_ref().is_some_and(|room| room.poll_capacity(context).is_ready()) {
            self.full = None;
        }
        let rested = self.limiter.as_mut().is_none_or(|limiter| limiter.poll_ready(context).is_ready());
        let connected = self.login.poll_connected(wire, context)?;
        let free = self.full.is_none() && self.pending.is_none();
        Ok(free && rested && connected && wire.socket.line.outbox.replies() == 0)
    }

    fn take(
        &mut self,
        wire: &mut Wire,
        context: &mut Context<'_>,
        kind: Kind,
        payload: &[u8],
        replies: &mut Vec<u8>,
    ) -> Result<bool, CloseReason> {
        let (Kind::Text, Ok(text)) = (kind, std::str::from_utf8(payload)) else {
            let reason = "yodel.v1 has no binary messages";
            return Err(CloseReason::Ours(CloseCode::UNSUPPORTED_DATA, reason.into()));
        };
        let read_on = self.take_frame(wire, context, text, replies)?;
        let rested = self.limiter.as_ref().is_none_or(|limiter| !limiter.is_waiting());
        // Who has just logged in has not opened yet.
        let connected = self.login.poll_connected(wire, context)?;
        Ok(read_on && rested && connected && self.full.is_none() && self.pending.is_none())
    }

    fn pinged(&mut self) -> bool {
        self.limiter.as_mut().is_none_or(Limiter::pinged)
    }

    fn closed(self, code: CloseCode, reason: &str, wire: &Wire) {
        debug!(client = %self.client, code = code.0, "left");
        self.login.disconnect(code, reason, &wire.session());
    }
}

#[cfg(test)]
mod tests;
