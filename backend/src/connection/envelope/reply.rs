//! Replies to requests.

use yodel_protocol::Id;
use yodel_protocol::frame::{Ack, ErrorReply, ServerFrame};

use crate::hooks::error::RequestError;
use crate::hub::Reached;

/// The reply to a request.
#[derive(Debug)]
pub enum Reply {
    /// JSON text of the reply.
    Frame(String),
    /// The reply was already queued, or will be queued later.
    Deferred,
}

/// The reply to a request, or the error that becomes its error reply.
pub type ReplyResult = Result<Reply, RequestError>;

impl Reply {
    /// Encodes a frame as the reply.
    pub fn from_frame(frame: &ServerFrame) -> Self {
        Self::Frame(frame.encode())
    }
}

/// Creates the reply to a message without position.
pub fn reached_reply(id: Id, Reached { here, forwarded }: Reached) -> Reply {
    Reply::from_frame(&ServerFrame::Ok(Ack { delivered: Some(here as u64), forwarded, ..Ack::new(id) }))
}

/// Creates an error reply. `id` is `None` if the request had no readable identifier.
pub fn error_reply(id: Option<Id>, error: RequestError) -> ServerFrame {
    let retry = error.code.may_retry();
    ServerFrame::Error(ErrorReply { id, code: error.code, message: error.message, retry })
}
