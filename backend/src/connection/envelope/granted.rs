//! Requests that permissions and hooks have allowed.

use std::sync::Arc;
use std::task::{Context, Poll};

use yodel_protocol::frame::{Ack, Join, Joined, ServerFrame};
use yodel_protocol::{ErrorCode, Id, IdempotencyKey, RoomName};
use yodel_websocket::message::Kind;

use super::answer::{Answer, Answered};
use super::mode::EnvelopeMode;
use super::pending::Pending;
use crate::auth::Action;
use crate::connection::open::Wire;
use crate::encode::{self, Push};
use crate::hooks::error::RequestError;
use crate::hub::message::{Body, NewMessage};
use crate::hub::{JoinRequest, Recipients, RoomLimitReached, Subscriber};
use crate::identity_session::SessionMember;

/// A request that is carried out now.
#[derive(Debug)]
pub enum Granted {
    /// Join a room.
    Join(Join),
    /// Publish into a room.
    Publish {
        /// Room of the message.
        room: RoomName,
        /// Payload of the message.
        body: Body,
        /// Idempotency key.
        key: Option<IdempotencyKey>,
        /// Whether the publisher receives the message, too.
        echo: bool,
    },
    /// Send to all connections.
    Broadcast(Body),
}

impl EnvelopeMode {
    /// Carries out a request that permissions and hooks have allowed.
    ///
    /// # Errors
    /// When it is not possible after all.
    pub(super) fn carry_out(&mut self, wire: &mut Wire, id: Id, granted: Granted) -> Answered {
        let Some(member) = self.login.member() else {
            return Err(RequestError::new(ErrorCode::Unauthorized, "`auth` comes first"));
        };
        match granted {
            Granted::Join(join) => self.join(wire, &member, id, &join),
            Granted::Publish { room, body, key, echo } => {
                let draft = NewMessage { body, from: Some(Arc::clone(&member.sender)), key };
                self.publish(wire, id, &room, draft, echo)
            }
            Granted::Broadcast(body) => {
                let draft = NewMessage { body, from: Some(Arc::clone(&member.sender)), key: None };
                Ok(self.broadcast(wire, id, draft))
            }
        }
    }

    /// Carries out a request at once when its hook has decided at once; otherwise nothing is read until
    /// it has.
    pub(super) fn after(&mut self, wire: &mut Wire, context: &mut Context<'_>, mut pending: Pending) -> Answered {
        match pending.poll(context) {
            Poll::Ready(granted) => self.carry_out(wire, pending.id, granted?),
            Poll::Pending => {
                self.pending = Some(Box::new(pending));
                Ok(Answer::Apart)
            }
        }
    }

    pub(super) fn join(&mut self, wire: &mut Wire, member: &SessionMember, id: Id, join: &Join) -> Answered {
        let Join { room, since } = join;
        let info = member.info();
        let joining = JoinRequest {
            who: &member.presence_key,
            info: info.as_ref(),
            watches: member.identity.may(Action::Presence, room.as_str()),
            since: since.as_ref(),
        };
        let line: Arc<dyn Subscriber<Push>> = wire.socket.line.clone();
        let before = self.rooms.take(room);
        let (seat, joined) = wire.shared.hub.join(room, &line, &joining, before).map_err(too_many_rooms)?;
        self.rooms.enter(room.clone(), seat);
        let (users, more_users) = joined.present.map_or((None, false), |present| (Some(present.users), present.more));
        let frame = ServerFrame::Joined(Joined {
            id,
            room: room.clone(),
            epoch: joined.position.epoch,
            offset: joined.position.offset,
            recovered: joined.recovered,
            messages: joined.messages.iter().map(|message| encode::message::json(message)).collect(),
            users,
            more_users,
        });
        let frames = wire.socket.frames(Kind::Text, frame.encode().as_bytes());
        wire.socket.line.outbox.fill(frames);
        Ok(Answer::Apart)
    }

    fn publish(&mut self, wire: &Wire, id: Id, room: &RoomName, draft: NewMessage, echo: bool) -> Answered {
        let audience = if echo { Recipients::All } else { self.rooms.others(room) };
        let (published, room) = wire.shared.hub.publish(room, draft, audience).map_err(too_many_rooms)?;
        if room.is_full() {
            self.full = Some(room);
        }
        let (epoch, offset) = (Some(published.position.epoch), Some(published.position.offset));
        Ok(Answer::of(&ServerFrame::Ok(Ack { epoch, offset, duplicate: published.duplicate, ..Ack::new(id) })))
    }

    fn broadcast(&mut self, wire: &Wire, id: Id, draft: NewMessage) -> Answer {
        let delivered = wire.shared.hub.broadcast(draft);
        if wire.shared.hub.everyone().is_full() {
            self.full = Some(Arc::clone(wire.shared.hub.everyone()));
        }
        Answer::of(&ServerFrame::Ok(Ack { delivered: Some(delivered as u64), ..Ack::new(id) }))
    }
}

fn too_many_rooms(_: RoomLimitReached) -> RequestError {
    RequestError::new(ErrorCode::Unavailable, "the server has as many rooms as it may have")
}
