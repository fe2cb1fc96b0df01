//! Message history of a room, limited in number, age and bytes.

use std::collections::VecDeque;
use std::sync::Arc;

use yodel_protocol::Offset;

use crate::backplane::message::Message;
use crate::config::HistoryConfig;
use crate::environment::Timestamp;

/// Latest messages of a room, oldest first, with contiguous offsets.
#[derive(Debug)]
pub struct History {
    config: HistoryConfig,
    messages: VecDeque<(Timestamp, Arc<Message>)>,
    bytes: usize,
}

/// Page of a history.
#[derive(Clone, Debug, Default)]
pub struct HistoryPage {
    /// Messages, oldest first.
    pub messages: Vec<Arc<Message>>,
    /// True if the history has older messages.
    pub more: bool,
}

impl History {
    /// Creates an empty history.
    pub fn new(config: HistoryConfig) -> Self {
        Self { config, messages: VecDeque::new(), bytes: 0 }
    }

    /// Appends the next message, and removes the oldest ones until all limits are met.
    pub fn push(&mut self, message: Arc<Message>, now: Timestamp) {
        self.bytes += message.cost();
        self.messages.push_back((now, message));
        self.expire(now);
        while self.messages.len() > self.config.messages || self.bytes > self.config.bytes {
            self.remove_oldest();
        }
    }

    /// Removes expired messages.
    pub fn expire(&mut self, now: Timestamp) {
        while self.messages.front().is_some_and(|(then, _)| now.since(*then) >= self.config.age) {
            self.remove_oldest();
        }
        if self.messages.is_empty() {
            self.messages.shrink_to(0);
        }
    }

    /// Removes the oldest message, if any.
    pub fn remove_oldest(&mut self) {
        if let Some((_, message)) = self.messages.pop_front() {
            self.bytes -= message.cost();
        }
    }

    /// Removes all messages.
    pub fn clear(&mut self) {
        *self = Self::new(self.config);
    }

    /// Returns all messages after the offset `after`, where `last` is the offset of the room; `None` if there are
    /// more than `limit`, the history does not have all of them, or `after` is greater than `last`.
    pub fn since(&self, after: Offset, last: Offset, limit: usize) -> Option<Vec<Arc<Message>>> {
        let missed = usize::try_from(last.0.checked_sub(after.0)?).ok()?;
        let kept = missed <= self.messages.len() && missed <= limit;
        kept.then(|| self.iter().skip(self.messages.len() - missed).collect())
    }

    /// Returns whether the history has all messages after the offset `after`, where `last` is the offset of the room.
    pub fn has_since(&self, after: Offset, last: Offset) -> bool {
        let missed = last.0.checked_sub(after.0).and_then(|missed| usize::try_from(missed).ok());
        missed.is_some_and(|missed| missed <= self.messages.len())
    }

    /// Returns the latest messages before the offset `before`, or the latest of all; at most `limit`.
    pub fn before(&self, before: Option<Offset>, limit: usize) -> HistoryPage {
        let older = |message: &Arc<Message>| before.is_none_or(|before| message.offset() < Some(before));
        let count = self.iter().take_while(|message| older(message)).count();
        let skipped = count.saturating_sub(limit);
        HistoryPage { messages: self.iter().skip(skipped).take(count - skipped).collect(), more: skipped > 0 }
    }

    /// Returns the estimated memory of all messages, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the number of messages.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    fn iter(&self) -> impl Iterator<Item = Arc<Message>> {
        self.messages.iter().map(|(_, message)| Arc::clone(message))
    }
}

#[cfg(test)]
mod tests {
    use yodel_protocol::{Epoch, Position, RoomName};

    use super::super::message::{Body, NewMessage};
    use std::time::Duration;

    use super::*;

    const LIMITS: HistoryConfig = HistoryConfig { messages: 5, age: Duration::from_secs(60), bytes: 1 << 20 };

    fn message(offset: u64, length: usize) -> Arc<Message> {
        let new = NewMessage { body: Body::Text("x".repeat(length).into()), from: None, key: None, order: None };
        let position = Position { epoch: Epoch::new("e").unwrap(), offset: Offset(offset) };
        Arc::new(Message::new(RoomName::new("r").unwrap(), Some(position), new, 0))
    }

    /// Returns a history of the messages `1..=last`, published one per second, and the time of the last one.
    fn history(config: HistoryConfig, last: u64) -> (History, Timestamp) {
        let (mut history, mut now) = (History::new(config), Timestamp::default());
        for offset in 1..=last {
            now = now + Duration::from_secs(1);
            history.push(message(offset, 10), now);
        }
        (history, now)
    }

    fn offsets(messages: &[Arc<Message>]) -> Vec<u64> {
        messages.iter().filter_map(|message| message.offset()).map(|offset| offset.0).collect()
    }

    fn since(history: &History, after: u64, last: u64) -> Option<Vec<u64>> {
        history.since(Offset(after), Offset(last), 4).map(|messages| offsets(&messages))
    }

    #[test]
    fn recovers_all_missed_messages_or_none() {
        let (history, _) = history(LIMITS, 8);
        assert_eq!(since(&history, 8, 8), Some(vec![]));
        assert_eq!(since(&history, 5, 8), Some(vec![6, 7, 8]));
        assert_eq!(since(&history, 4, 8), Some(vec![5, 6, 7, 8]));
        assert_eq!(since(&history, 3, 8), None, "more than the limit");
        assert_eq!(history.since(Offset(3), Offset(8), 5).map(|messages| messages.len()), Some(5));
        assert_eq!(history.since(Offset(2), Offset(8), 9).map(|messages| messages.len()), None, "3 is not kept");
        assert_eq!(since(&history, 9, 8), None, "an offset in the future");
    }

    #[test]
    fn limits_number_age_and_bytes() {
        let (mut history, now) = history(LIMITS, 8);
        assert_eq!(history.len(), 5);
        history.expire(now + Duration::from_secs(57));
        assert_eq!(offsets(&history.before(None, 9).messages), [6, 7, 8]);
        let cost = message(0, 10).cost();
        let tight = HistoryConfig { bytes: 2 * cost, ..LIMITS };
        let (mut history, now) = super::tests::history(tight, 8);
        assert_eq!((history.len(), history.bytes()), (2, 2 * cost));
        history.push(message(9, 2 * cost), now);
        assert_eq!((history.len(), history.bytes()), (0, 0), "a message larger than the limit is not kept");
        let (history, _) = super::tests::history(HistoryConfig { messages: 0, ..LIMITS }, 8);
        assert_eq!((history.len(), since(&history, 7, 8)), (0, None));
        assert_eq!(since(&history, 8, 8), Some(vec![]), "nothing was missed");
    }

    #[test]
    fn returns_pages_backwards() {
        let (history, _) = history(LIMITS, 8);
        let page = |before: Option<u64>, limit| {
            let page = history.before(before.map(Offset), limit);
            (offsets(&page.messages), page.more)
        };
        assert_eq!(page(None, 2), (vec![7, 8], true));
        assert_eq!(page(Some(7), 2), (vec![5, 6], true));
        assert_eq!(page(Some(5), 2), (vec![4], false));
        assert_eq!(page(Some(4), 2), (vec![], false));
        assert_eq!(page(None, 0), (vec![], true));
    }
}
