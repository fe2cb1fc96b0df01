//! Metadata of messages in envelopes. Many entries share few values, which are stored once.

use std::{ops::Deref, sync::Arc};
use yodel_protocol::{EventName, Offset, RoomName, frame};

/// Number of cached values.
const CACHE_SIZE: usize = 32;

/// Metadata that many messages have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedFields {
    /// The room; `None` for a direct message.
    pub room: Option<RoomName>,
    /// The event name.
    pub event: EventName,
    /// The sender; `None` for the server.
    pub from: Option<frame::From>,
    /// Id of an event of an event stream, empty without one; `None` for a message in `yodel.v1`.
    pub stream_id: Option<Arc<str>>,
}

/// Metadata of a message in an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    fields: Arc<SharedFields>,
    offset: Number,
    time: Number,
}

/// A number without alignment gaps, which would enlarge every entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(Rust, packed(4))]
struct Number(u64);

impl Envelope {
    /// Creates metadata. `time` is in milliseconds since 1970 on the server's clock.
    pub fn new(fields: Arc<SharedFields>, offset: Option<Offset>, time: u64) -> Self {
        Self { fields, offset: Number(offset.unwrap_or_default().0), time: Number(time) }
    }

    /// Returns the offset in the room, from 1; `None` if the room has no history.
    pub fn offset(&self) -> Option<Offset> {
        let offset = Offset(self.offset.0);
        (offset.0 != 0).then_some(offset)
    }

    /// Returns the time in milliseconds since 1970 on the server's clock.
    pub fn time(&self) -> u64 {
        self.time.0
    }
}

impl Deref for Envelope {
    type Target = SharedFields;

    fn deref(&self) -> &SharedFields {
        &self.fields
    }
}

/// The distinct shared fields of the last messages, at most [`CACHE_SIZE`].
#[derive(Debug, Default)]
pub struct FieldCache {
    fields: Vec<Arc<SharedFields>>,
    /// Index of the oldest value, which is replaced next.
    oldest: usize,
}

impl FieldCache {
    /// Returns the cached copy of these fields, or caches them.
    pub fn intern(&mut self, mut fields: SharedFields) -> Arc<SharedFields> {
        if let Some(known) = self.fields.iter().find(|known| ***known == fields) {
            return known.clone();
        }
        if let Some(other) = self.fields.first() {
            fields.share_with(other);
        }
        let fields = Arc::new(fields);
        if self.fields.len() < CACHE_SIZE {
            self.fields.push(fields.clone());
        } else {
            self.fields[self.oldest] = fields.clone();
            self.oldest = (self.oldest + 1) % CACHE_SIZE;
        }
        fields
    }
}

impl SharedFields {
    /// Replaces equal values by clones of the other ones, which share their memory.
    fn share_with(&mut self, other: &Self) {
        if self.room == other.room {
            self.room.clone_from(&other.room);
        }
        if self.event == other.event {
            self.event.clone_from(&other.event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yodel_protocol::ClientId;

    fn fields(client: usize) -> SharedFields {
        let client = ClientId::new(&format!("c_{client}")).unwrap();
        SharedFields {
            room: RoomName::new("lobby").ok(),
            event: EventName::new("text").unwrap(),
            from: Some(frame::From { client, user: None }),
            stream_id: None,
        }
    }

    #[test]
    fn shares_the_fields_of_alternating_clients() {
        let mut cache = FieldCache::default();
        let first: Vec<_> = (0..CACHE_SIZE).map(|client| cache.intern(fields(client))).collect();
        let again: Vec<_> = (0..CACHE_SIZE).map(|client| cache.intern(fields(client))).collect();
        assert!(first.iter().zip(&again).all(|(first, again)| Arc::ptr_eq(first, again)));
    }

    #[test]
    fn shares_room_and_event_with_a_new_client() {
        let mut cache = FieldCache::default();
        let [one, other] = [1, 2].map(|client| cache.intern(fields(client)));
        assert_eq!(one.event.as_str().as_ptr(), other.event.as_str().as_ptr());
        assert_ne!(one.from, other.from);
    }

    #[test]
    fn caches_the_last_clients() {
        let mut cache = FieldCache::default();
        (0..100 * CACHE_SIZE).for_each(|client| drop(cache.intern(fields(client))));
        assert_eq!(cache.fields.len(), CACHE_SIZE);
    }

    #[test]
    fn has_no_offset_without_history() {
        let fields = Arc::new(fields(1));
        assert_eq!(Envelope::new(fields.clone(), None, 5).offset(), None);
        let envelope = Envelope::new(fields, Some(Offset(1)), 5);
        assert_eq!((envelope.offset(), envelope.time()), (Some(Offset(1)), 5));
    }
}
