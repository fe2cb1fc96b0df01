//! Execution of requests that permissions and hooks have approved.

use std::sync::Arc;
use std::task::{Context, Poll};

use yodel_protocol::frame::{Ack, Join, Joined, ServerFrame};
use yodel_protocol::{ErrorCode, Id, RoomName};
use yodel_websocket::message::Kind;

use super::mode::EnvelopeMode;
use super::pending::PendingRequest;
use super::reply::{Reply, ReplyResult};
use crate::auth::Action;
use crate::connection::connection_io::ConnectionIo;
use crate::encode::{self, SharedPayload};
use crate::hooks::error::RequestError;
use crate::hub::message::{Body, MessageKey, NewMessage};
use crate::hub::{JoinRequest, PublishError, Recipients, RoomLimitReached, Subscriber};
use crate::identity_session::Principal;

/// An approved request.
#[derive(Debug)]
pub enum ApprovedRequest {
    /// Join a room.
    Join(Join),
    /// Publish into a room.
    Publish {
        /// Room of the message.
        room: RoomName,
        /// Payload of the message.
        body: Body,
        /// Idempotency key of the message.
        key: Option<MessageKey>,
        /// True if the publisher receives the message as well.
        echo: bool,
    },
    /// Send to all connections.
    Broadcast(Body),
}

impl EnvelopeMode {
    /// Executes an approved request.
    ///
    /// # Errors
    /// The error reply, if the server has reached its limit of rooms or the client is not authenticated.
    pub(super) fn execute(&mut self, io: &mut ConnectionIo, id: Id, approved: ApprovedRequest) -> ReplyResult {
        let Some(principal) = self.session.principal() else {
            return Err(RequestError::new(ErrorCode::Unauthorized, "authentication required: send `auth` first"));
        };
        match approved {
            ApprovedRequest::Join(join) => self.execute_join(io, &principal, id, &join),
            ApprovedRequest::Publish { room, body, key, echo } => {
                let new_message = NewMessage { body, from: Some(Arc::clone(&principal.sender)), key };
                self.execute_publish(io, &principal, id, &room, new_message, echo)
            }
            ApprovedRequest::Broadcast(body) => {
                let new_message = NewMessage { body, from: Some(Arc::clone(&principal.sender)), key: None };
                Ok(self.execute_broadcast(io, id, new_message))
            }
        }
    }

    /// Polls the hook of a request, and executes the request if the hook is ready. Otherwise stores the
    /// request; reading pauses until it is executed.
    pub(super) fn execute_when_approved(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        mut pending: PendingRequest,
    ) -> ReplyResult {
        match pending.poll(context) {
            Poll::Ready(approved) => self.execute(io, pending.id, approved?),
            Poll::Pending => {
                self.pending = Some(Box::new(pending));
                Ok(Reply::Deferred)
            }
        }
    }

    pub(super) fn execute_join(
        &mut self,
        io: &mut ConnectionIo,
        principal: &Principal,
        id: Id,
        join: &Join,
    ) -> ReplyResult {
        let Join { room, since } = join;
        let (info, session) = (principal.info(), io.session_context());
        let request = JoinRequest {
            presence_key: &principal.presence_key,
            info: info.as_ref(),
            watches: principal.identity.may(Action::Presence, room.as_str()),
            since: since.as_ref(),
        };
        let subscriber: Arc<dyn Subscriber<SharedPayload>> = io.socket.handle.clone();
        let (previous, creator) = (self.rooms.take(room), principal.room_creator(&session));
        let (membership, joined) =
            io.server.hub.join(room, creator, &subscriber, &request, previous).map_err(too_many_rooms)?;
        self.rooms.insert(room.clone(), membership);
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
        let frames = io.socket.frames(Kind::Text, frame.encode().as_bytes());
        io.socket.handle.outbox.fill_reserved(frames);
        Ok(Reply::Deferred)
    }

    fn execute_publish(
        &mut self,
        io: &ConnectionIo,
        principal: &Principal,
        id: Id,
        room: &RoomName,
        new_message: NewMessage,
        echo: bool,
    ) -> ReplyResult {
        let recipients = if echo { Recipients::All } else { self.rooms.recipients_except_self(room) };
        let creator = principal.room_creator(&io.session_context());
        let published = io.server.hub.publish(room, creator, new_message, recipients);
        let (published, room) = published.map_err(not_published)?;
        if room.is_full() {
            self.full_room = Some(room);
        }
        let (epoch, offset) = (Some(published.position.epoch), Some(published.position.offset));
        Ok(Reply::from_frame(&ServerFrame::Ok(Ack { epoch, offset, duplicate: published.duplicate, ..Ack::new(id) })))
    }

    fn execute_broadcast(&mut self, io: &ConnectionIo, id: Id, new_message: NewMessage) -> Reply {
        let delivered = io.server.hub.broadcast(new_message);
        if io.server.hub.everyone().is_full() {
            self.full_room = Some(Arc::clone(io.server.hub.everyone()));
        }
        Reply::from_frame(&ServerFrame::Ok(Ack { delivered: Some(delivered as u64), ..Ack::new(id) }))
    }
}

fn not_published(error: PublishError) -> RequestError {
    let code = match error {
        PublishError::RoomLimit | PublishError::HistoryLimit => ErrorCode::Unavailable,
        PublishError::KeyConflict => ErrorCode::Conflict,
    };
    RequestError::new(code, error.to_string())
}

fn too_many_rooms(_: RoomLimitReached) -> RequestError {
    RequestError::new(ErrorCode::Unavailable, "the server has reached its limit of rooms")
}
