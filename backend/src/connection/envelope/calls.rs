//! Calls that handlers of the embedding program answer. Each runs in its own task, so that a slow one delays
//! no other request.

use std::sync::Arc;

use tokio_util::task::AbortOnDropHandle;
use tracing::error;
use yodel_protocol::frame::{CallResult, Message, ServerFrame};
use yodel_protocol::{ErrorCode, EventName, Id, Json};

use super::reply::error_reply;
use crate::connection::connection_io::ConnectionIo;
use crate::hooks::error::RequestError;
use crate::identity_session::Principal;
use yodel_websocket::encoder;
use yodel_websocket::message::Kind;

/// Maximum number of running calls per connection.
const MAX_RUNNING: usize = 64;

/// The running calls of a connection, counted by the owners of the `Arc`.
#[derive(Debug, Default)]
pub struct Calls(Arc<()>);

impl Calls {
    /// Starts the handler of an event. Its result is queued in the outbox when it is ready.
    ///
    /// # Errors
    /// `rate_limited` if 64 calls are running, `bad_request` without a handler for the event.
    pub fn start(
        &self,
        io: &ConnectionIo,
        id: Id,
        event: &EventName,
        data: Json,
        principal: &Principal,
    ) -> Result<(), RequestError> {
        if Arc::strong_count(&self.0) > MAX_RUNNING {
            return Err(RequestError::new(ErrorCode::RateLimited, format!("{MAX_RUNNING} calls are already running")));
        }
        let Some(handler) = io.server.hooks.start_call(event, || principal.caller(&io.session_context()), data) else {
            return Err(RequestError::new(ErrorCode::BadRequest, format!("no handler for event {event}")));
        };
        let (running, handle, event) = (Arc::clone(&self.0), Arc::clone(&io.socket.handle), event.clone());
        // A tracked task: a graceful shutdown waits for running calls.
        io.server.connections.spawn(async move {
            // A task of its own catches a panic of the handler, so that the client still receives a reply.
            let outcome = AbortOnDropHandle::new(tokio::spawn(handler)).await.unwrap_or_else(|_| {
                error!(%event, "call handler panicked");
                Err(RequestError::new(ErrorCode::Internal, "internal error"))
            });
            let mut frames = Vec::new();
            encoder::plain(Kind::Text, encode_result(id, outcome).as_bytes(), &mut frames);
            handle.outbox.push_reply(frames.into());
            drop(running);
        });
        Ok(())
    }
}

fn encode_result(id: Id, outcome: Result<Json, RequestError>) -> String {
    match outcome {
        Ok(data) => ServerFrame::<Message>::Result(CallResult { id, data }).encode(),
        Err(error) => error_reply(Some(id), error).encode(),
    }
}
