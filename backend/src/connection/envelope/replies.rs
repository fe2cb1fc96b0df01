//! Sending of replies: at once, or when a hook or the backplane has answered.

use std::task::{Context, Poll};

use yodel_protocol::Id;
use yodel_websocket::message::Kind;

use super::approved::publish_reply;
use super::mode::EnvelopeMode;
use super::reply::{Reply, ReplyResult, error_reply};
use crate::connection::close_reason::CloseReason;
use crate::connection::connection_io::ConnectionIo;

impl EnvelopeMode {
    /// Makes progress on the pending request, and sends its reply.
    pub(super) fn poll_pending(&mut self, io: &mut ConnectionIo, context: &mut Context<'_>) -> Result<(), CloseReason> {
        // Taken out during the call: a hook that panics must not be polled again.
        let Some(pending) = self.pending.take() else { return Ok(()) };
        let id = pending.id;
        let result = self.advance(io, context, *pending);
        let mut replies = Vec::new();
        send_reply(io, context, Some(id), result, &mut replies)?;
        if !replies.is_empty() {
            io.socket.write(context, &mut replies, &[]).map_err(CloseReason::connection_lost)?;
        }
        Ok(())
    }

    /// Sends the replies to publishes that the backplane has answered.
    pub(super) fn poll_publishes(
        &mut self,
        io: &mut ConnectionIo,
        context: &mut Context<'_>,
    ) -> Result<(), CloseReason> {
        let Some(publishes) = &mut self.publishes else { return Ok(()) };
        let mut replies = Vec::new();
        while let Poll::Ready(Some((request, result))) = publishes.poll_next(context) {
            send_reply(io, context, Some(request.id), publish_reply(request.id, result), &mut replies)?;
        }
        if !replies.is_empty() {
            io.socket.write(context, &mut replies, &[]).map_err(CloseReason::connection_lost)?;
        }
        Ok(())
    }

    /// Returns the number of publishes that the backplane has not answered.
    pub(super) fn publishes_in_flight(&self) -> usize {
        self.publishes.as_ref().map_or(0, |publishes| publishes.len())
    }

    /// Returns whether reading is paused until something else has happened: a hook, an answer of the backplane, or space
    /// in a room.
    pub(super) fn is_blocked(&self, io: &ConnectionIo) -> bool {
        let max_in_flight = io.server.config.max_in_flight;
        self.full_room.is_some() || self.pending.is_some() || self.publishes_in_flight() >= max_in_flight
    }
}

/// Appends the reply to `replies`. Returns false if reading has to pause.
pub(super) fn send_reply(
    io: &mut ConnectionIo,
    context: &mut Context<'_>,
    id: Option<Id>,
    result: ReplyResult,
    replies: &mut Vec<u8>,
) -> Result<bool, CloseReason> {
    let reply = match result {
        // No further requests are read while a reply is queued; otherwise replies could fill the memory.
        Ok(Reply::Deferred) => return Ok(io.socket.handle.outbox.queued_replies() == 0),
        Ok(Reply::Frame(reply)) => reply,
        Err(error) => error_reply(id, error).encode(),
    };
    io.socket.reply(context, Kind::Text, reply.as_bytes(), replies).map_err(CloseReason::connection_lost)
}
