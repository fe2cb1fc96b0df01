//! The keys of what was published lately: the same key is not published twice.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;
use yodel_protocol::{Key, Offset};

/// How long a key is remembered: longer than a client keeps what it could not send.
pub const LIFE: Duration = Duration::from_secs(5 * 60);

/// What it costs to remember one, in bytes, about.
pub const COST: usize = 192;

/// Keys of a room, and where their messages are.
#[derive(Debug, Default)]
pub struct Keys {
    offsets: HashMap<Key, Offset>,
    order: VecDeque<(Instant, Key)>,
}

impl Keys {
    /// Where the message with this key is, if it was published.
    pub fn find(&self, key: &Key) -> Option<Offset> {
        self.offsets.get(key).copied()
    }

    /// Remembers a new key.
    pub fn insert(&mut self, key: Key, offset: Offset, now: Instant) {
        self.order.push_back((now, key.clone()));
        self.offsets.insert(key, offset);
    }

    /// Forgets those that are too old.
    pub fn expire(&mut self, now: Instant) {
        while self.order.front().is_some_and(|(then, _)| now.duration_since(*then) >= LIFE) {
            self.forget_oldest();
        }
        if self.order.is_empty() {
            *self = Self::default();
        }
    }

    /// Forgets the oldest one.
    pub fn forget_oldest(&mut self) {
        if let Some((_, key)) = self.order.pop_front() {
            self.offsets.remove(&key);
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_remembered_for_five_minutes() {
        let (mut keys, now) = (Keys::default(), Instant::now());
        let key = |name| Key::new(name).unwrap();
        keys.insert(key("a"), Offset(1), now);
        keys.insert(key("b"), Offset(2), now + Duration::from_secs(1));
        keys.expire(now + LIFE - Duration::from_millis(1));
        assert_eq!((keys.find(&key("a")), keys.find(&key("c"))), (Some(Offset(1)), None));
        keys.expire(now + LIFE);
        assert_eq!((keys.find(&key("a")), keys.find(&key("b")), keys.len()), (None, Some(Offset(2)), 1));
        keys.forget_oldest();
        assert_eq!((keys.find(&key("b")), keys.len()), (None, 0));
    }
}
