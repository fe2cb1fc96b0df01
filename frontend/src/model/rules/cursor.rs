//! The messages that were checked already. The log itself is the queue of the others, so it costs nothing while there
//! are no rules.

use crate::model::log::{Body, EntryId, Log, LogEntry};
use std::sync::Arc;

/// Position after the last checked entry of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    last: EntryId,
    /// Number of received messages up to this position.
    received: u64,
}

/// A received text message.
#[derive(Clone, Debug)]
pub struct ReceivedText {
    /// Its entry.
    pub id: EntryId,
    /// The time of arrival in milliseconds since 1970.
    pub at_ms: u64,
    /// The text.
    pub text: Arc<str>,
}

impl Cursor {
    /// Returns the position after the last entry.
    pub fn end(log: &Log) -> Self {
        Self { last: EntryId(log.entries.pushed()), received: log.received }
    }

    /// Returns the position before the first message since a time, but not before a reload.
    pub fn since(log: &Log, at_ms: u64) -> Self {
        let is_new = |entry: &&LogEntry| entry.at_ms >= at_ms && !matches!(entry.body, Body::Reloaded { .. });
        let new: Vec<_> = log.entries.iter().rev().take_while(is_new).collect();
        let received = new.iter().filter(|entry| is_received(entry)).count() as u64;
        let last = new.last().map_or(log.entries.pushed(), |first| first.id.0.saturating_sub(1));
        Self { last: EntryId(last), received: log.received.saturating_sub(received) }
    }

    /// Passes the next text messages to `take` until it returns `false`, which includes that message. Returns the
    /// number of messages that were removed from the log before they were checked.
    pub fn advance(&mut self, log: &Log, mut take: impl FnMut(ReceivedText) -> bool) -> u64 {
        let from = log.entries.lower_bound(EntryId(self.last.0 + 1));
        for entry in log.entries.range(from..log.entries.len()) {
            self.last = entry.id;
            self.received += u64::from(is_received(entry));
            if let Body::Received { text, .. } = &entry.body
                && !take(ReceivedText { id: entry.id, at_ms: entry.at_ms, text: Arc::clone(text) })
            {
                break;
            }
        }
        if !self.is_at_end(log) {
            return 0;
        }
        let missed = log.received.saturating_sub(self.received);
        *self = Self::end(log);
        missed
    }

    /// Returns whether all messages are checked.
    pub fn is_at_end(&self, log: &Log) -> bool {
        log.entries.lower_bound(EntryId(self.last.0 + 1)) == log.entries.len()
    }
}

fn is_received(entry: &LogEntry) -> bool {
    matches!(entry.body, Body::Received { .. } | Body::Binary { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::log::ring_buffer::{MAX_ENTRIES, TRIM_ENTRIES};

    fn texts(cursor: &mut Cursor, log: &Log, max: usize) -> (Vec<String>, u64) {
        let mut texts = Vec::new();
        let missed = cursor.advance(log, |message| {
            texts.push(message.text.to_string());
            texts.len() < max
        });
        (texts, missed)
    }

    #[test]
    fn passes_each_text_message_once() {
        let mut log = Log::default();
        log.receive_text(1, "before");
        let mut cursor = Cursor::end(&log);
        assert!(cursor.is_at_end(&log));
        log.receive_text(2, "a");
        log.receive_binary(2, [1].into());
        log.add_outgoing(3, "sent", None);
        log.receive_text(3, "b");
        log.receive_text(4, "c");
        assert_eq!(texts(&mut cursor, &log, 2), (vec!["a".to_owned(), "b".to_owned()], 0));
        assert!(!cursor.is_at_end(&log));
        assert_eq!(texts(&mut cursor, &log, 9), (vec!["c".to_owned()], 0));
        assert_eq!(texts(&mut cursor, &log, 9), (vec![], 0));
    }

    #[test]
    fn counts_messages_that_were_removed_before() {
        let mut log = Log::default();
        let mut cursor = Cursor::end(&log);
        log.receive_text(1, "a");
        log.entries.clear();
        log.receive_text(2, "b");
        assert_eq!(texts(&mut cursor, &log, 9), (vec!["b".to_owned()], 1));
        (0..=MAX_ENTRIES).for_each(|_| log.receive_text(3, "x"));
        let (passed, missed) = texts(&mut cursor, &log, usize::MAX);
        // The first entry that was removed had been checked.
        assert_eq!((passed.len() as u64 + missed, missed), (MAX_ENTRIES as u64 + 1, TRIM_ENTRIES as u64 - 1));
    }

    #[test]
    fn restored_rows_are_not_checked_again() {
        let mut log = Log::default();
        let mut cursor = Cursor::end(&log);
        log.receive_text(1, "a");
        assert_eq!(texts(&mut cursor, &log, 9).0, ["a"]);
        let cleared = log.entries.clear();
        log.entries.restore_cleared(cleared);
        assert_eq!(texts(&mut cursor, &log, 9), (vec![], 0));
    }

    #[test]
    fn begins_with_the_newest_messages_of_this_page() {
        let mut log = Log::default();
        log.receive_text(1, "before the reload");
        let saved = log.save(1 << 20, false);
        let mut log = Log::default();
        log.restore(5, &saved);
        log.receive_text(9, "old");
        log.receive_text(20, "new");
        log.receive_text(21, "newer");
        for (since, expected) in [(0, 3), (10, 2), (22, 0)] {
            let mut cursor = Cursor::since(&log, since);
            let (passed, missed) = texts(&mut cursor, &log, 9);
            assert_eq!((passed.len(), missed), (expected, 0), "{since}");
        }
    }
}
