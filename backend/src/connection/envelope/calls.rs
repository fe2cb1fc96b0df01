//! Events that handlers answer: each in a task of its own, so that a slow one holds up nobody.

use std::sync::Arc;

use tokio_util::task::AbortOnDropHandle;
use tracing::error;
use yodel_protocol::frame::{CallResult, Message, ServerFrame};
use yodel_protocol::{ErrorCode, EventName, Id, Json};

use super::answer::error_reply;
use crate::connection::open::Wire;
use crate::hooks::error::RequestError;
use crate::identity_session::SessionMember;
use yodel_websocket::encoder;
use yodel_websocket::message::Kind;

/// How many may be on their way for one connection.
const MOST: usize = 64;

/// The calls that are on their way: as many as there are other owners.
#[derive(Debug, Default)]
pub struct Calls(Arc<()>);

impl Calls {
    /// Has the handler of an event begin; its answer is sent when it comes.
    pub fn begin(
        &self,
        wire: &Wire,
        id: Id,
        event: &EventName,
        data: Json,
        member: &SessionMember,
    ) -> Result<(), RequestError> {
        if Arc::strong_count(&self.0) > MOST {
            return Err(RequestError::new(ErrorCode::RateLimited, format!("{MOST} calls are on their way")));
        }
        let Some(answer) = wire.shared.hooks.call(event, || member.caller(&wire.session()), data) else {
            return Err(RequestError::new(ErrorCode::BadRequest, format!("nobody handles {event}")));
        };
        let (underway, line, event) = (Arc::clone(&self.0), Arc::clone(&wire.socket.line), event.clone());
        // The server waits for what it has begun.
        wire.shared.connections.spawn(async move {
            // A task within: a handler that panics still gets an answer.
            let outcome = AbortOnDropHandle::new(tokio::spawn(answer)).await.unwrap_or_else(|_| {
                error!(%event, "a handler panicked");
                Err(RequestError::new(ErrorCode::Internal, "internal error"))
            });
            let mut frames = Vec::new();
            encoder::plain(Kind::Text, text(id, outcome).as_bytes(), &mut frames);
            line.outbox.post(frames.into());
            drop(underway);
        });
        Ok(())
    }
}

fn text(id: Id, outcome: Result<Json, RequestError>) -> String {
    match outcome {
        Ok(data) => ServerFrame::<Message>::Result(CallResult { id, data }).encode(),
        Err(error) => error_reply(Some(id), error).encode(),
    }
}
