//! Requests and their permission checks.

use std::task::Context;

use yodel_protocol::frame::{
    Ack, Auth, Broadcast, Call, Direct, Echo, EchoReply, Join, Pong, Publish, RoomRequest, Send, ServerFrame,
};
use yodel_protocol::{ClientFrame, CloseCode, ErrorCode, Id, RoomName, Verb, frame};
use yodel_websocket::message::Kind;

use super::approved::ApprovedRequest;
use super::mode::EnvelopeMode;
use super::pending::{PendingRequest, PendingStep};
use super::reply::{Reply, ReplyResult, error_reply, reached_reply};
use crate::auth::Action;
use crate::backplane::message::{Body, MessageKey};
use crate::connection::close_reason::CloseReason;
use crate::connection::connection_io::ConnectionIo;
use crate::hooks::error::RequestError;
use crate::hooks::publication::Publication;
use crate::hub::UserLimitReached;
use crate::identity_session::Principal;

impl EnvelopeMode {
    /// Handles a request.
    ///
    /// # Errors
    /// The outer error closes the connection; the inner one is the error reply.
    pub(super) fn handle_request(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        frame: ClientFrame,
        replies: &mut Vec<u8>,
    ) -> Result<ReplyResult, CloseReason> {
        let ClientFrame { id, verb } = frame;
        Ok(match (verb, self.session.principal()) {
            (Verb::Auth(Auth { token }), _) => match self.authenticate(io, id, &token) {
                Ok(reply) => reply,
                Err(reached) => return Err(refuse_user(io, context, id, reached, replies)),
            },
            (Verb::Ping(_), _) => Ok(Reply::from_frame(&ServerFrame::Pong(Pong { id, time: io.server.hub.unix_ms() }))),
            (_, None) => Err(RequestError::new(ErrorCode::Unauthorized, "authentication required: send `auth` first")),
            (Verb::Echo(Echo { data }), _) => {
                Ok(Reply::from_frame(&ServerFrame::Echo(EchoReply { id, data, time: io.server.hub.unix_ms() })))
            }
            (Verb::Join(join), Some(principal)) => {
                // Write earlier replies first: the reply to the join is sent through the outbox.
                io.socket.write(context, replies, &[]).map_err(CloseReason::connection_lost)?;
                self.request_join(io, context, &principal, id, join)
            }
            (Verb::Publish(publish), Some(principal)) => self.request_publish(io, context, &principal, id, publish),
            (Verb::Broadcast(broadcast), Some(principal)) => {
                self.request_broadcast(io, context, &principal, id, broadcast)
            }
            (Verb::Send(send), Some(principal)) => direct(io, &principal, id, send),
            (Verb::Call(call), Some(principal)) => self.call(io, &principal, id, call),
            (Verb::Leave(RoomRequest { room }), _) => self.leave_room(id, &room),
            (Verb::Presence(RoomRequest { room }), Some(principal)) => {
                require_room_permission(&principal, Action::Presence, &room)
                    .and_then(|()| self.request_users(io, context, id, room))
            }
            (Verb::History(request), Some(principal)) => {
                require_room_permission(&principal, Action::History, &request.room)
                    .and_then(|()| self.execute(io, context, id, ApprovedRequest::History(request)))
            }
        })
    }

    fn authenticate(&mut self, io: &mut ConnectionIo, id: Id, token: &str) -> Result<ReplyResult, UserLimitReached> {
        let renewed = self.session.renew(token, &self.client, io)?;
        if let (Ok(_), Some(principal)) = (&renewed, self.session.principal()) {
            self.rooms.renew(&principal);
        }
        Ok(renewed.map(|(user, expires)| Reply::from_frame(&ServerFrame::Ok(Ack { user, expires, ..Ack::new(id) }))))
    }

    fn request_join(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        principal: &Principal,
        id: Id,
        join: Join,
    ) -> ReplyResult {
        let room = &join.room;
        require_room_permission(principal, Action::Join, room)?;
        if room.is_everyone() {
            return Err(RequestError::new(
                ErrorCode::BadRequest,
                "`*` is reserved for broadcasts and cannot be joined",
            ));
        }
        let max_rooms = io.server.config.max_rooms;
        if self.rooms.would_exceed(room, max_rooms) {
            return Err(RequestError::new(
                ErrorCode::Limit,
                format!("limit of {max_rooms} rooms per connection reached"),
            ));
        }
        match io.server.hooks.start_on_join(|| principal.caller(&io.session_context()), room) {
            None => self.execute(io, context, id, ApprovedRequest::Join(join)),
            Some(hook) => {
                let approved = async move { hook.await.map(|()| ApprovedRequest::Join(join)) };
                self.advance(io, context, PendingRequest::new(id, approved))
            }
        }
    }

    fn request_publish(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        principal: &Principal,
        id: Id,
        publish: Publish,
    ) -> ReplyResult {
        let Publish { room, event, data, key, echo } = publish;
        require_room_permission(principal, Action::Publish, &room)?;
        if room.is_everyone() {
            return Err(RequestError::new(ErrorCode::BadRequest, "`*` is reserved for broadcasts: use `broadcast`"));
        }
        let body = Body::Json(event, data);
        let key = key.map(|key| MessageKey::new(key, &body));
        let message = Publication::new(room.clone(), body);
        match io.server.hooks.start_on_publish(|| principal.caller(&io.session_context()), message) {
            Err(message) => {
                let approved = ApprovedRequest::Publish { room, body: message.body, key, echo };
                self.execute(io, context, id, approved)
            }
            Ok(hook) => {
                let approved = async move { Ok(ApprovedRequest::Publish { room, body: hook.await?.body, key, echo }) };
                self.advance(io, context, PendingRequest::new(id, approved))
            }
        }
    }

    fn request_broadcast(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        principal: &Principal,
        id: Id,
        broadcast: Broadcast,
    ) -> ReplyResult {
        let Broadcast { event, data } = broadcast;
        require(principal.identity.may_broadcast(), "broadcast")?;
        let everyone = io.server.hub.everyone().name.clone();
        let message = Publication::new(everyone, Body::Json(event, data));
        match io.server.hooks.start_on_publish(|| principal.caller(&io.session_context()), message) {
            Err(message) => self.execute(io, context, id, ApprovedRequest::Broadcast(message.body)),
            Ok(hook) => {
                let approved = async move { Ok(ApprovedRequest::Broadcast(hook.await?.body)) };
                self.advance(io, context, PendingRequest::new(id, approved))
            }
        }
    }

    fn call(&self, io: &ConnectionIo, principal: &Principal, id: Id, call: Call) -> ReplyResult {
        let Call { event, data } = call;
        require(principal.identity.may_call(), "call")?;
        self.calls.start(io, id, &event, data, principal)?;
        Ok(Reply::Deferred)
    }

    fn request_users(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        id: Id,
        room: RoomName,
    ) -> ReplyResult {
        let answer = io.server.hub.presence(&room);
        self.advance(io, context, PendingRequest { id, step: PendingStep::Users(room, answer) })
    }

    fn leave_room(&mut self, id: Id, room: &RoomName) -> ReplyResult {
        if self.rooms.remove(room) {
            return Ok(Reply::from_frame(&ServerFrame::Ok(Ack::new(id))));
        }
        Err(RequestError::new(ErrorCode::NotJoined, format!("not in room {room}")))
    }
}

/// Sends the error reply to an `auth`, and returns the reason with which the connection ends.
fn refuse_user(
    io: &mut ConnectionIo,
    context: &mut Context<'_>,
    id: Id,
    reached: UserLimitReached,
    replies: &mut Vec<u8>,
) -> CloseReason {
    let reply = error_reply(Some(id), RequestError::new(ErrorCode::Limit, reached.to_string())).encode();
    let sent = io.socket.reply(context, Kind::Text, reply.as_bytes(), replies);
    match sent.and_then(|_| io.socket.write(context, replies, &[])) {
        Ok(_) => CloseReason::Server(CloseCode::CONNECTION_LIMIT, reached.to_string().into()),
        Err(error) => CloseReason::connection_lost(error),
    }
}

fn direct(io: &ConnectionIo, principal: &Principal, id: Id, send: Send) -> ReplyResult {
    let Send { to, event, data } = send;
    require(principal.identity.may_send(), "send")?;
    let direct = Direct { from: Some(principal.sender.frame()), event, data, time: io.server.hub.unix_ms() };
    let sent = io.server.hub.send(&to, &ServerFrame::<frame::Message>::Direct(direct).encode());
    let reached = sent.map_err(|error| RequestError::new(ErrorCode::Unavailable, error.to_string()))?;
    Ok(reached_reply(id, reached))
}

fn require_room_permission(principal: &Principal, action: Action, room: &RoomName) -> Result<(), RequestError> {
    require(principal.identity.may(action, room.as_str()), &format!("{} in room {room}", action.as_str()))
}

fn require(allowed: bool, permission: &str) -> Result<(), RequestError> {
    if allowed {
        Ok(())
    } else {
        Err(RequestError::new(ErrorCode::Forbidden, format!("permission denied: {permission}")))
    }
}
