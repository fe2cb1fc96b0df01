//! Idempotency keys of recent messages. A message with a known key is not published again.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use yodel_protocol::{IdempotencyKey, Offset};

use super::environment::Timestamp;

/// Lifetime of an idempotency key: longer than a client repeats a publish.
pub const KEY_TTL: Duration = Duration::from_secs(5 * 60);

/// Estimated memory of one key, in bytes.
pub const COST: usize = 192;

/// Idempotency keys of a room, with the offsets of their messages.
#[derive(Debug, Default)]
pub struct IdempotencyKeys {
    offsets: HashMap<IdempotencyKey, Offset>,
    order: VecDeque<(Timestamp, IdempotencyKey)>,
}

impl IdempotencyKeys {
    /// Returns the offset of the message with this key, if the key is known.
    pub fn find(&self, key: &IdempotencyKey) -> Option<Offset> {
        self.offsets.get(key).copied()
    }

    /// Adds a key, which must not be known already.
    pub fn insert(&mut self, key: IdempotencyKey, offset: Offset, now: Timestamp) {
        self.order.push_back((now, key.clone()));
        self.offsets.insert(key, offset);
    }

    /// Removes expired keys.
    pub fn expire(&mut self, now: Timestamp) {
        while self.order.front().is_some_and(|(then, _)| now.since(*then) >= KEY_TTL) {
            self.remove_oldest();
        }
        if self.order.is_empty() {
            *self = Self::default();
        }
    }

    /// Removes the oldest key, if any.
    pub fn remove_oldest(&mut self) {
        if let Some((_, key)) = self.order.pop_front() {
            self.offsets.remove(&key);
        }
    }

    /// Returns the number of keys.
    pub fn len(&self) -> usize {
        self.order.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_expires_after_five_minutes() {
        let (mut keys, now) = (IdempotencyKeys::default(), Timestamp::default());
        let key = |name| IdempotencyKey::new(name).unwrap();
        keys.insert(key("a"), Offset(1), now);
        keys.insert(key("b"), Offset(2), now + Duration::from_secs(1));
        keys.expire(now + KEY_TTL.saturating_sub(Duration::from_millis(1)));
        assert_eq!((keys.find(&key("a")), keys.find(&key("c"))), (Some(Offset(1)), None));
        keys.expire(now + KEY_TTL);
        assert_eq!((keys.find(&key("a")), keys.find(&key("b")), keys.len()), (None, Some(Offset(2)), 1));
        keys.remove_oldest();
        assert_eq!((keys.find(&key("b")), keys.len()), (None, 0));
    }
}
