//! Messages that a client has missed.

use std::sync::Arc;

use yodel_protocol::Position;

use super::state::RoomInner;
use crate::backplane::message::Message;

impl RoomInner {
    /// Returns all messages after a position; `None` if history and fetched messages do not have all of them, or they are
    /// more than `limit`.
    pub(super) fn missed(
        &self,
        since: Option<&Position>,
        fetched: &[Arc<Message>],
        limit: usize,
    ) -> Option<Vec<Arc<Message>>> {
        let since = since.filter(|since| since.epoch == self.epoch)?;
        if fetched.is_empty() || self.history.has_since(since.offset, self.offset) {
            return self.history.since(since.offset, self.offset, limit);
        }
        let mut missed: Vec<Arc<Message>> = Vec::new();
        for message in fetched {
            let next = missed.last().and_then(|last| last.offset()).unwrap_or(since.offset).next();
            let position = message.position.as_ref().filter(|position| position.epoch == self.epoch)?;
            if position.offset == next && position.offset <= self.offset {
                missed.push(Arc::clone(message));
            }
        }
        let last = missed.last().and_then(|last| last.offset()).unwrap_or(since.offset);
        missed.extend(self.history.since(last, self.offset, limit)?);
        (missed.len() <= limit).then_some(missed)
    }
}
