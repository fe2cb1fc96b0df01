//! Events that handlers answer: each in a task of its own, so that a slow one holds up nobody.

use std::sync::Arc;

use tokio_util::task::AbortOnDropHandle;
use tracing::error;
use yodel_protocol::frame::{Message, Outcome, ServerFrame};
use yodel_protocol::{ErrorCode, EventName, Id, Json};

use super::reply::error_reply;
use crate::connection::connection_loop::ConnectionIo;
use crate::hooks::error::RequestError;
use crate::identity_session::Principal;
use yodel_websocket::encoder;
use yodel_websocket::message::Kind;

/// How many may be on their way for one connection.
const MAX_RUNNING: usize = 64;

/// The calls that are on their way: as many as there are other owners.
#[derive(Debug, Default)]
pub struct Calls(Arc<()>);

impl Calls {
    /// Has the handler of an event begin; its answer is sent when it comes.
    pub fn start(
        &self,
        io: &ConnectionIo,
        id: Id,
        event: &EventName,
        data: Json,
        principal: &Principal,
    ) -> Result<(), RequestError> {
        if Arc::strong_count(&self.0) > MAX_RUNNING {
            return Err(RequestError::new(ErrorCode::RateLimited, format!("{MAX_RUNNING} calls are on their way")));
        }
        let Some(handler) = io.server.hooks.start_call(event, || principal.caller(&io.session_context()), data) else {
            return Err(RequestError::new(ErrorCode::BadRequest, format!("nobody handles {event}")));
        };
        let (running, handle, event) = (Arc::clone(&self.0), Arc::clone(&io.socket.handle), event.clone());
        // The server waits for what it has begun.
        io.server.connections.spawn(async move {
            // A task within: a handler that panics still gets an answer.
            let outcome = AbortOnDropHandle::new(tokio::spawn(handler)).await.unwrap_or_else(|_| {
                error!(%event, "a handler panicked");
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
        Ok(data) => ServerFrame::<Message>::Result(Outcome { id, data }).encode(),
        Err(error) => error_reply(Some(id), error).encode(),
    }
}
