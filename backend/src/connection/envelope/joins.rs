//! Execution of a join.

use std::sync::Arc;
use std::task::Context;

use yodel_protocol::frame::{self, Join, ServerFrame};
use yodel_protocol::{ErrorCode, Id};
use yodel_websocket::message::Kind;

use super::mode::EnvelopeMode;
use super::pending::{PendingRequest, PendingStep};
use super::reply::{Reply, ReplyResult};
use crate::auth::Action;
use crate::connection::connection_io::ConnectionIo;
use crate::encode::{self, SharedPayload};
use crate::hooks::error::RequestError;
use crate::hub::{JoinError, JoinRequest, Joined, Joining, Subscriber};
use crate::identity_session::Principal;

impl EnvelopeMode {
    pub(super) fn execute_join(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
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
        let joining = io.server.hub.join(room, creator, &subscriber, &request, previous);
        match joining.map_err(|error| not_joined(error.into()))? {
            Joining::Done(joined) => Ok(self.finish_join(io, id, joined)),
            Joining::Pending(join) => self.advance(io, context, PendingRequest { id, step: PendingStep::Join(join) }),
        }
    }

    pub(super) fn finish_join(
        &mut self,
        io: &mut ConnectionIo,
        id: Id,
        (membership, joined): Joined<SharedPayload>,
    ) -> Reply {
        let room = membership.room.name.clone();
        self.rooms.insert(room.clone(), membership);
        let (users, more_users) = joined.present.map_or((None, false), |present| (Some(present.users), present.more));
        let frame = ServerFrame::Joined(frame::Joined {
            id,
            room,
            epoch: joined.position.epoch,
            offset: joined.position.offset,
            recovered: joined.recovered,
            messages: joined.messages.iter().map(|message| encode::message::json(message)).collect(),
            users,
            more_users,
        });
        let frames = io.socket.frames(Kind::Text, frame.encode().as_bytes());
        io.socket.handle.outbox.fill_reserved(frames);
        Reply::Deferred
    }
}

pub(super) fn not_joined(error: JoinError) -> RequestError {
    RequestError::new(ErrorCode::Unavailable, error.to_string())
}
