//! Execution of requests that permissions and hooks have approved.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use yodel_protocol::frame::{HistoryRequest, Join};
use yodel_protocol::{ErrorCode, Id, RoomName};

use super::backplane_replies::{history_reply, not_joined, publish_reply, unavailable, users_reply};
use super::mode::EnvelopeMode;
use super::pending::{PendingRequest, PendingStep};
use super::publishes::PendingPublish;
use super::reply::{Reply, ReplyResult, reached_reply};
use crate::backplane::answer::Answer;
use crate::backplane::message::{Body, MessageKey, NewMessage};
use crate::backplane::recipients::Recipients;
use crate::backplane::unavailable::Unavailable;
use crate::connection::connection_io::ConnectionIo;
use crate::hooks::error::RequestError;
use crate::identity_session::Principal;

/// Number of messages in a page of history without `limit`.
const DEFAULT_PAGE: u32 = 50;

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
    /// Read a page of a history.
    History(HistoryRequest),
}

impl ApprovedRequest {
    /// Returns whether the request must not overtake earlier publishes.
    fn follows_publishes(&self) -> bool {
        matches!(self, Self::Join(_) | Self::History(_))
    }
}

impl EnvelopeMode {
    /// Executes an approved request.
    ///
    /// # Errors
    /// The error reply, if the server has reached its limit of rooms or the client is not authenticated.
    pub(super) fn execute(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        id: Id,
        approved: ApprovedRequest,
    ) -> ReplyResult {
        let Some(principal) = self.session.principal() else {
            return Err(RequestError::new(ErrorCode::Unauthorized, "authentication required: send `auth` first"));
        };
        if approved.follows_publishes() && self.publishes_in_flight() > 0 {
            let step = PendingStep::Publishes(approved);
            self.pending = Some(Box::new(PendingRequest { id, step }));
            return Ok(Reply::Deferred);
        }
        match approved {
            ApprovedRequest::Join(join) => self.execute_join(io, context, &principal, id, &join),
            ApprovedRequest::History(request) => self.execute_history(io, context, id, request),
            ApprovedRequest::Publish { room, body, key, echo } => {
                let new_message = NewMessage { body, from: Some(Arc::clone(&principal.sender)), key, order: None };
                let request = PendingPublish::new(id, room, new_message.key.as_ref());
                self.execute_publish(io, &principal, request, new_message, echo)
            }
            ApprovedRequest::Broadcast(body) => {
                let new_message =
                    NewMessage { body, from: Some(Arc::clone(&principal.sender)), key: None, order: None };
                Ok(self.execute_broadcast(io, id, new_message))
            }
        }
    }

    /// Makes progress on a request. If it is not done, stores it; reading pauses until it is.
    pub(super) fn advance(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        PendingRequest { id, step }: PendingRequest,
    ) -> ReplyResult {
        let step = match step {
            PendingStep::Hook(mut hook) => match hook.as_mut().poll(context) {
                Poll::Ready(approved) => return self.execute(io, context, id, approved?),
                Poll::Pending => PendingStep::Hook(hook),
            },
            PendingStep::Publishes(approved) if self.publishes_in_flight() == 0 => {
                return self.execute(io, context, id, approved);
            }
            PendingStep::Join(mut join) => match join.poll_unpin(context) {
                Poll::Ready(joined) => return Ok(self.finish_join(io, id, joined.map_err(not_joined)?)),
                Poll::Pending => PendingStep::Join(join),
            },
            PendingStep::History(room, mut answer) => match answer.poll_unpin(context) {
                Poll::Ready(page) => return Ok(history_reply(id, room, page.map_err(unavailable)?)),
                Poll::Pending => PendingStep::History(room, answer),
            },
            PendingStep::Users(room, mut answer) => match answer.poll_unpin(context) {
                Poll::Ready(users) => return Ok(users_reply(id, room, users.map_err(unavailable)?)),
                Poll::Pending => PendingStep::Users(room, answer),
            },
            step @ PendingStep::Publishes(_) => step,
        };
        self.pending = Some(Box::new(PendingRequest { id, step }));
        Ok(Reply::Deferred)
    }

    fn execute_publish(
        &mut self,
        io: &ConnectionIo,
        principal: &Principal,
        request: PendingPublish,
        mut new_message: NewMessage,
        echo: bool,
    ) -> ReplyResult {
        if !io.server.hub.backplane().keeps_histories_here() || self.publishes.is_some() {
            let publishes = self.publishes.get_or_insert_default();
            new_message.order = Some(publishes.begin());
            if !publishes.may_begin(&request) {
                return Err(unavailable(Unavailable));
            }
        }
        let recipients = if echo { Recipients::All } else { self.rooms.recipients_except_self(&request.room) };
        let creator = principal.room_creator(&io.session_context());
        let answer = match io.server.hub.publish(&request.room, creator, new_message, recipients) {
            Ok((answer, room)) => {
                if room.is_full() {
                    self.full_room = Some(room);
                }
                answer
            }
            Err(error) => Answer::ready(Err(error)),
        };
        match answer {
            // Replies keep the order of the publishes. A failure is handled after those of earlier publishes, so that the
            // first one is repeated first.
            Answer::Ready(Some(result))
                if self.publishes_in_flight() == 0 && !result.as_ref().is_err_and(|error| error.is_temporary()) =>
            {
                publish_reply(request.id, result)
            }
            answer => {
                self.publishes.get_or_insert_default().push(request, answer);
                Ok(Reply::Deferred)
            }
        }
    }

    fn execute_history(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
        id: Id,
        HistoryRequest { room, before, limit }: HistoryRequest,
    ) -> ReplyResult {
        let limit = usize::try_from(limit.unwrap_or(DEFAULT_PAGE)).unwrap_or(usize::MAX);
        let answer = io.server.hub.history(&room, before, limit.min(io.server.config.recover_max));
        self.advance(io, context, PendingRequest { id, step: PendingStep::History(room, answer) })
    }

    fn execute_broadcast(&mut self, io: &ConnectionIo, id: Id, new_message: NewMessage) -> Reply {
        let reached = io.server.hub.broadcast(new_message);
        if io.server.hub.everyone().is_full() {
            self.full_room = Some(Arc::clone(io.server.hub.everyone()));
        }
        reached_reply(id, reached)
    }
}
