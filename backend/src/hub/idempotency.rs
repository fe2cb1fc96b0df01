//! Idempotency keys of recent messages. A message with a known key is not published again.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use yodel_protocol::{IdempotencyKey, Offset, UserId};

use super::compaction;
use crate::backplane::message::{MessageKey, NewMessage};
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
    order: VecDeque<(Timestamp, (KeyOwner, IdempotencyKey))>,
}

impl KeyOwner {
    fn of(message: &NewMessage) -> Self {
        match message.from.as_deref().map(|sender| &sender.user) {
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
        match self.known.get(&(KeyOwner::of(message), key.key.clone())) {
            None => KeyLookup::Unknown,
            Some(known) if known.key.has_payload_of(key) => KeyLookup::Published(known.offset),
            Some(_) => KeyLookup::Conflict,
        }
    }

    /// Adds the key of a message, if it has one. The key must not be known already.
    pub fn insert(&mut self, message: &NewMessage, offset: Offset, now: Timestamp) {
        if let Some(key) = message.key.clone() {
            let owned = (KeyOwner::of(message), key.key.clone());
            self.order.push_back((now, owned.clone()));
            self.known.insert(owned, KnownKey { key, offset });
        }
    }

    /// Removes expired keys.
    pub fn expire(&mut self, now: Timestamp) {
        while self.order.front().is_some_and(|(then, _)| now.since(*then) >= KEY_TTL) {
            self.remove_oldest();
        }
        if self.order.is_empty() {
            self.clear();
        }
    }

    /// Removes the oldest key, if any.
    pub fn remove_oldest(&mut self) {
        if let Some((_, key)) = self.order.pop_front() {
            self.known.remove(&key);
            compaction::shrink(&mut self.known);
            compaction::shrink_queue(&mut self.order);
        }
    }

    /// Removes all keys.
    pub fn clear(&mut self) {
        *self = Self::default();
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
        NewMessage { body, from: user.map(|user| Arc::new(sender(user))), key }
    }

    #[test]
    fn a_key_expires_after_five_minutes() {
        let (mut keys, now) = (IdempotencyKeys::default(), Timestamp::default());
        let [a, b, c] = ["a", "b", "c"].map(|key| message(None, key, "x"));
        keys.insert(&a, Offset(1), now);
        keys.insert(&b, Offset(2), now + Duration::from_secs(1));
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
            keys.insert(&message(sender, "order-18", "x"), Offset(offset), Timestamp::default());
        }
        assert_eq!(keys.find(&message(Some("bob"), "order-18", "x")), KeyLookup::Published(Offset(3)));
    }

    #[test]
    fn a_key_with_another_payload_is_a_conflict() {
        let mut keys = IdempotencyKeys::default();
        keys.insert(&message(Some("ada"), "k", "x"), Offset(1), Timestamp::default());
        assert_eq!(keys.find(&message(Some("ada"), "k", "y")), KeyLookup::Conflict);
    }
}
