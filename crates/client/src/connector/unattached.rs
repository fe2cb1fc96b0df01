//! Events of envelope mode in a session without a subprotocol.

use yodel_protocol::frame::ErrorReply;
use yodel_protocol::{CloseCode, ErrorCode, ServerFrame};

use super::core::Core;
use super::outbox_entry::Content;
use crate::{Delivery, Effect, Event, StopReason};

/// Error message of a session that needs a subprotocol and has none.
pub const NOT_ATTACHED: &str = "yodel.v1 is not attached to this session";

impl Core {
    /// Rejects an event that only a subprotocol can handle, with an error reply if the event has a reply.
    pub(super) fn reject(&mut self, event: Event) {
        match event {
            Event::Send { id, text } => self.send(id, Content::Text(text)),
            Event::Request { id, .. } => {
                self.effects.push(Effect::Reply(id, Box::new(ServerFrame::Error(failed()))));
                self.report(id, Delivery::Failed);
            }
            Event::Join(room) => self.effects.push(Effect::Left { room, error: Some(failed()) }),
            _ => {}
        }
    }
}

/// Returns the stop reason of a session without a subprotocol when envelope mode is requested.
pub(super) fn stopped() -> StopReason {
    StopReason::Fatal { code: CloseCode::BAD_PROTOCOL, reason: NOT_ATTACHED.to_owned() }
}

fn failed() -> ErrorReply {
    ErrorReply { id: None, code: ErrorCode::Unavailable, message: NOT_ATTACHED.to_owned(), retry: false }
}
