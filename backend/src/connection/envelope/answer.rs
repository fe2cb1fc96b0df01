//! Answers to requests.

use yodel_protocol::Id;
use yodel_protocol::frame::{ErrorReply, ServerFrame};

use crate::hooks::error::RequestError;

/// The answer to a request.
#[derive(Debug)]
pub enum Answer {
    /// The text of the reply.
    Reply(String),
    /// The reply has been sent, or will be.
    Apart,
}

/// The answer to a request, or the error reply to it.
pub type Answered = Result<Answer, RequestError>;

impl Answer {
    /// Returns the answer with this frame.
    pub fn of(frame: &ServerFrame) -> Self {
        Self::Reply(frame.encode())
    }
}

/// Returns the frame of an error reply.
pub fn error_reply(id: Option<Id>, error: RequestError) -> ServerFrame {
    let retry = error.code.may_retry();
    ServerFrame::Error(ErrorReply { id, code: error.code, message: error.message, retry })
}
