//! Envelope mode, `yodel.v1`: each text message is a frame, and each frame gets one reply.
//!
//! | idea | file |
//! |---|---|
//! | what is asked for, and what is answered | `requests`, with the rooms one is in: `rooms` |
//! | who it is, since when, until when | `login` |
//! | too fast, too often wrong | `limiter`, `mistakes` |
//! | events that handlers answer | `calls` |
//! | the server stops | `goodbye` |

mod calls;
pub mod goodbye;
mod limiter;
mod login;
mod mistakes;
mod requests;
mod rooms;

use std::sync::Arc;
use std::task::Context;

use tracing::debug;
use yodel_protocol::frame::{Failed, Message, ServerFrame, Welcome};
use yodel_protocol::{ClientFrame, ClientId, CloseCode, ErrorCode, Id};

use super::open::{Mode, Wire, gone};
use super::{Ending, Surroundings};
use crate::auth::{Denied, Identity};
use crate::config::Plain;
use crate::encode::Push;
use crate::hub::Room;
use crate::runtime::{clock, random};
use yodel_websocket::message::Kind;

use calls::Calls;
use goodbye::Goodbye;
use limiter::Limiter;
use login::Login;
use mistakes::Mistakes;
use rooms::Rooms;

/// An answer of this length, in bytes, is work enough before others get a turn: frames that ask for
/// much are short.
const LARGE: usize = 32 * 1024;

/// What a connection in envelope mode knows.
pub struct EnvelopeMode {
    client: ClientId,
    /// What its path does in plain mode.
    plain: Plain,
    /// Nobody was greeted yet.
    new: bool,
    login: Login,
    rooms: Rooms,
    limiter: Option<Limiter>,
    mistakes: Mistakes,
    calls: Calls,
    /// A room that takes nothing for now.
    full: Option<Arc<Room<Push>>>,
    leaving: Option<Goodbye>,
}

/// Why a request is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Refused {
    code: ErrorCode,
    message: String,
}

/// What becomes of a request.
enum Answer {
    /// This is the reply.
    Reply(String),
    /// The reply has been sent, or will be.
    Apart,
}

impl Refused {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl EnvelopeMode {
    /// A connection to this path, by somebody whose token said this. From now on it is found by its
    /// name, and keeps a place for its greeting.
    pub fn new(
        plain: Plain,
        identity: Result<Option<Identity>, Denied>,
        line: &Arc<super::line::Line>,
        peer: std::net::SocketAddr,
        shared: &Surroundings,
    ) -> Self {
        let client = random::client_id();
        line.outbox.reserve();
        let login = Login::new(identity, &client, line, peer, shared);
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
            leaving: None,
        }
    }

    fn greet(&mut self, wire: &mut Wire) {
        let config = &wire.shared.config;
        let welcome = ServerFrame::<Message>::Welcome(Welcome {
            client: self.client.clone(),
            user: self.login.me().and_then(|me| me.sender.user.clone()),
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
    ) -> Result<bool, Ending> {
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
                Err(Refused::new(ErrorCode::BadRequest, error.message))
            }
        };
        let reply = match reply {
            // While it waits the peer is not read: it could ask for more than fits anywhere.
            Ok(Answer::Apart) => return Ok(wire.socket.line.outbox.replies() == 0),
            Ok(Answer::Reply(reply)) => reply,
            Err(refused) => error(id, refused).encode(),
        };
        let room = wire.socket.reply(context, Kind::Text, reply.as_bytes(), replies).map_err(gone)?;
        Ok(room && reply.len() < LARGE)
    }

    /// Whether it is too much too fast.
    fn refuse_if_too_fast(&mut self) -> Result<Result<(), Refused>, Ending> {
        let Some(limiter) = &mut self.limiter else { return Ok(Ok(())) };
        if limiter.take()? {
            return Ok(Ok(()));
        }
        let per_second = limiter.per_second();
        Ok(Err(Refused::new(ErrorCode::RateLimited, format!("at most {per_second} a second"))))
    }
}

fn error(id: Option<Id>, refused: Refused) -> ServerFrame {
    let retry = refused.code.may_retry();
    ServerFrame::Error(Failed { id, code: refused.code, message: refused.message, retry })
}

impl Mode for EnvelopeMode {
    fn name(&self) -> &'static str {
        yodel_protocol::SUBPROTOCOL
    }

    fn silent(&self) -> Result<(), Ending> {
        // Perhaps it was not listened to.
        let waiting = self.limiter.as_ref().is_some_and(Limiter::is_waiting);
        if waiting { Ok(()) } else { Err(Ending::Ours(CloseCode::NO_PONG, "no pong".into())) }
    }

    fn leave(&mut self, wire: &mut Wire) {
        self.leaving = Some(Goodbye::new(self.rooms.all(), wire.shared.registry.leaving()));
    }

    fn poll(&mut self, wire: &mut Wire, context: &mut Context<'_>) -> Result<(), Ending> {
        if std::mem::take(&mut self.new) {
            self.login.check()?;
            self.greet(wire);
        }
        wire.socket.line.outbox.check().map_err(|_| Ending::Ours(CloseCode::TOO_SLOW, "too slow".into()))?;
        self.login.poll(context)?;
        let Some(goodbye) = &mut self.leaving else { return Ok(()) };
        if goodbye.poll(context).is_pending() {
            return Ok(());
        }
        let mut frames = Vec::new();
        wire.socket.reply(context, Kind::Text, goodbye.text().as_bytes(), &mut frames).map_err(gone)?;
        wire.socket.write(context, &mut frames, &[]).map_err(gone)?;
        Err(Ending::Ours(CloseCode::SHUTDOWN, "shutdown".into()))
    }

    /// It is read as long as it reads its replies, and rooms take what it says.
    fn may_read(&mut self, wire: &mut Wire, context: &mut Context<'_>, _flushed: bool) -> Result<bool, Ending> {
        if self.full.as_ref().is_some_and(|room| room.poll_room(context).is_ready()) {
            self.full = None;
        }
        let rested = self.limiter.as_mut().is_none_or(|limiter| limiter.poll_ready(context).is_ready());
        let opened = self.login.poll_opened(context).is_ready();
        Ok(self.full.is_none() && rested && opened && wire.socket.line.outbox.replies() == 0)
    }

    fn take(
        &mut self,
        wire: &mut Wire,
        context: &mut Context<'_>,
        kind: Kind,
        payload: &[u8],
        replies: &mut Vec<u8>,
    ) -> Result<bool, Ending> {
        let (Kind::Text, Ok(text)) = (kind, std::str::from_utf8(payload)) else {
            let reason = "yodel.v1 has no binary messages";
            return Err(Ending::Ours(CloseCode::UNSUPPORTED_DATA, reason.into()));
        };
        let read_on = self.take_frame(wire, context, text, replies)?;
        let rested = self.limiter.as_ref().is_none_or(|limiter| !limiter.is_waiting());
        // Who has just logged in has not opened yet.
        let opened = self.login.poll_opened(context).is_ready();
        Ok(read_on && rested && opened && self.full.is_none())
    }

    fn pinged(&mut self) -> bool {
        self.limiter.as_mut().is_none_or(Limiter::pinged)
    }

    fn closed(&mut self, code: CloseCode, reason: &str, shared: &Arc<Surroundings>) {
        debug!(client = %self.client, code = code.0, "left");
        self.login.closed(code, reason, shared);
    }
}

#[cfg(test)]
mod tests;
