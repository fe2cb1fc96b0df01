//! Answers to requests.

use yodel_protocol::Id;
use yodel_protocol::frame::{Failed, ServerFrame};

use crate::hooks::error::RequestError;

/// The answer to a request.
#[derive(Debug)]
pub enum Reply {
    /// The text of the reply.
    Frame(String),
    /// The reply has been sent, or will be.
    Deferred,
}

/// The answer to a request, or the error reply to it.
pub type ReplyResult = Result<Reply, RequestError>;

impl Reply {
    /// Returns the answer with this frame.
    pub fn from_frame(frame: &ServerFrame) -> Self {
        Self::Frame(frame.encode())
    }
}

/// Returns the frame of an error reply.
pub fn error_reply(id: Option<Id>, error: RequestError) -> ServerFrame {
    let retry = error.code.may_retry();
    ServerFrame::Error(Failed { id, code: error.code, message: error.message, retry })
}
