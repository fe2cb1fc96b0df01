//! Idempotency keys of recent messages. A message with a known key is not published again.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use yodel_protocol::{IdempotencyKey, Offset, UserId};

use super::compaction;
use crate::backplane::message::{MessageKey, NewMessage, Sender};
use crate::environment::Timestamp;

/// Lifetime of an idempotency key: longer than a client repeats a publish.
pub const KEY_TTL: Duration = Duration::from_secs(5 * 60);

/// Estimated memory of one key, in bytes.
pub const COST: usize = 256;

/// Sender for whom a key is known. The key of one sender does not affect the messages of another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum KeyOwner {
    /// The embedding program and the HTTP API.
    Server,
    /// An authenticated user, on any connection.
    User(UserId),
    /// All anonymous clients: after a reconnect nothing identifies one of them.
    Anonymous,
}

/// A known key.
#[derive(Debug)]
struct KnownKey {
    key: MessageKey,
    offset: Offset,
}

/// Result of the lookup of a message's key.
#[derive(Debug, PartialEq, Eq)]
pub enum KeyLookup {
    /// The message was not published yet.
    Unknown,
    /// The message was published at this offset.
    Published(Offset),
    /// Another message of the sender was published with this key.
    Conflict,
}

/// Idempotency keys of a room, with the offsets of their messages.
#[derive(Debug, Default)]
pub struct IdempotencyKeys {
    known: HashMap<(KeyOwner, IdempotencyKey), KnownKey>,
    /// Keys with their times and the offsets of their messages, oldest first.
    order: VecDeque<(Timestamp, Offset, (KeyOwner, IdempotencyKey))>,
}

impl KeyOwner {
    fn of(sender: Option<&Sender>) -> Self {
        match sender.map(|sender| &sender.user) {
            None => Self::Server,
            Some(Some(user)) => Self::User(user.clone()),
            Some(None) => Self::Anonymous,
        }
    }
}

impl IdempotencyKeys {
    /// Looks up the key of a message; one without a key is unknown.
    pub fn find(&self, message: &NewMessage) -> KeyLookup {
        let Some(key) = &message.key else { return KeyLookup::Unknown };
        match self.known.get(&(KeyOwner::of(message.from.as_deref()), key.key.clone())) {
            None => KeyLookup::Unknown,
            Some(known) if known.key.has_payload_of(key) => KeyLookup::Published(known.offset),
            Some(_) => KeyLookup::Conflict,
        }
    }

    /// Adds the key of a message of this sender, which is `None` for the server itself. The key must not be known already.
    pub fn insert(&mut self, key: MessageKey, from: Option<&Sender>, offset: Offset, now: Timestamp) {
        let owned = (KeyOwner::of(from), key.key.clone());
        self.order.push_back((now, offset, owned.clone()));
        self.known.insert(owned, KnownKey { key, offset });
    }

    /// Removes expired keys.
    pub fn expire(&mut self, now: Timestamp) {
        while self.order.front().is_some_and(|(then, ..)| now.since(*then) >= KEY_TTL) {
            self.remove_oldest();
        }
        if self.order.is_empty() {
            self.clear();
        }
    }

    /// Removes the oldest key, if any.
    pub fn remove_oldest(&mut self) {
        if let Some((_, _, key)) = self.order.pop_front() {
            self.known.remove(&key);
            compaction::shrink(&mut self.known);
            compaction::shrink_queue(&mut self.order);
        }
    }

    /// Removes all keys.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns the offset of the message of the oldest key, if there is a key.
    #[cfg(feature = "disk")]
    pub fn first_offset(&self) -> Option<Offset> {
        self.order.front().map(|(_, offset, _)| *offset)
    }

    /// Returns the number of keys.
    pub fn len(&self) -> usize {
        self.order.len()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use yodel_protocol::ClientId;

    use super::*;
    use crate::backplane::message::{Body, Sender};

    /// Returns a message with this key and text. `user` is `None` for the server, and empty for an anonymous client.
    fn message(user: Option<&str>, key: &str, text: &str) -> NewMessage {
        let body = Body::Text(text.into());
        let key = Some(MessageKey::new(IdempotencyKey::new(key).unwrap(), &body));
        let sender = |user| Sender { client: ClientId::new("c").unwrap(), user: UserId::new(user).ok(), prefix: None };
        NewMessage { body, from: user.map(|user| Arc::new(sender(user))), key, order: None }
    }

    fn insert(keys: &mut IdempotencyKeys, message: &NewMessage, offset: u64, now: Timestamp) {
        keys.insert(message.key.clone().unwrap(), message.from.as_deref(), Offset(offset), now);
    }

    #[test]
    fn a_key_expires_after_five_minutes() {
        let (mut keys, now) = (IdempotencyKeys::default(), Timestamp::default());
        let [a, b, c] = ["a", "b", "c"].map(|key| message(None, key, "x"));
        insert(&mut keys, &a, 1, now);
        insert(&mut keys, &b, 2, now + Duration::from_secs(1));
        keys.expire(now + KEY_TTL.saturating_sub(Duration::from_millis(1)));
        assert_eq!((keys.find(&a), keys.find(&c)), (KeyLookup::Published(Offset(1)), KeyLookup::Unknown));
        keys.expire(now + KEY_TTL);
        assert_eq!((keys.find(&a), keys.find(&b)), (KeyLookup::Unknown, KeyLookup::Published(Offset(2))));
        keys.remove_oldest();
        assert_eq!((keys.find(&b), keys.len()), (KeyLookup::Unknown, 0));
    }

    #[test]
    fn a_key_belongs_to_its_sender() {
        let mut keys = IdempotencyKeys::default();
        let senders = [None, Some("ada"), Some("bob"), Some("")];
        for (offset, sender) in (1..).zip(senders) {
            assert_eq!(keys.find(&message(sender, "order-18", "x")), KeyLookup::Unknown, "{sender:?}");
            insert(&mut keys, &message(sender, "order-18", "x"), offset, Timestamp::default());
        }
        assert_eq!(keys.find(&message(Some("bob"), "order-18", "x")), KeyLookup::Published(Offset(3)));
    }

    #[test]
    fn a_key_with_another_payload_is_a_conflict() {
        let mut keys = IdempotencyKeys::default();
        insert(&mut keys, &message(Some("ada"), "k", "x"), 1, Timestamp::default());
        assert_eq!(keys.find(&message(Some("ada"), "k", "y")), KeyLookup::Conflict);
    }
}
