//! What a Yodel server tells about a message. A hundred thousand rows have one and few names between
//! them: names are kept once, and what is each message's own takes no more than it must.

use std::{ops::Deref, sync::Arc};
use yodel_protocol::{EventName, Offset, RoomName, frame};

/// So many are looked through for the names of the next message.
const CACHE_SIZE: usize = 32;

/// What a message has in common with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedFields {
    /// The room it was told to; none when it is for this client or user alone.
    pub room: Option<RoomName>,
    /// What it is about.
    pub event: EventName,
    /// Who said it; none when the server did.
    pub from: Option<frame::From>,
}

/// What a Yodel server tells about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    names: Arc<SharedFields>,
    offset: Number,
    time: Number,
}

/// A number that leaves no gap before it, which would make every row larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(Rust, packed(4))]
struct Number(u64);

impl Envelope {
    /// Its names, its place in the room unless the room keeps nothing, and when it was said, in
    /// milliseconds since 1970 on the server's clock.
    pub fn new(names: Arc<SharedFields>, offset: Option<Offset>, time: u64) -> Self {
        Self { names, offset: Number(offset.unwrap_or_default().0), time: Number(time) }
    }

    /// Its place in the room; none when the room keeps nothing. The first place is 1.
    pub fn offset(&self) -> Option<Offset> {
        let offset = Offset(self.offset.0);
        (offset.0 != 0).then_some(offset)
    }

    /// When, in milliseconds since 1970 on the server's clock.
    pub fn time(&self) -> u64 {
        self.time.0
    }
}

impl Deref for Envelope {
    type Target = SharedFields;

    fn deref(&self) -> &SharedFields {
        &self.names
    }
}

/// The names of the last messages.
#[derive(Debug, Default)]
pub struct FieldCache {
    names: Vec<Arc<SharedFields>>,
    /// The place of the oldest, which is the next to go.
    oldest: usize,
}

impl FieldCache {
    /// These names, which are kept once.
    pub fn intern(&mut self, mut names: SharedFields) -> Arc<SharedFields> {
        if let Some(known) = self.names.iter().find(|known| ***known == names) {
            return known.clone();
        }
        if let Some(other) = self.names.first() {
            names.borrow(other);
        }
        let names = Arc::new(names);
        if self.names.len() < CACHE_SIZE {
            self.names.push(names.clone());
        } else {
            self.names[self.oldest] = names.clone();
            self.oldest = (self.oldest + 1) % CACHE_SIZE;
        }
        names
    }
}

impl SharedFields {
    /// Takes those of another one where they are the same.
    fn borrow(&mut self, other: &Self) {
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

    fn names(client: usize) -> SharedFields {
        let client = ClientId::new(&format!("c_{client}")).unwrap();
        SharedFields {
            room: RoomName::new("lobby").ok(),
            event: EventName::new("text").unwrap(),
            from: Some(frame::From { client, user: None }),
        }
    }

    #[test]
    fn clients_that_take_turns_have_their_names_once() {
        let mut cache = FieldCache::default();
        let first: Vec<_> = (0..CACHE_SIZE).map(|client| cache.intern(names(client))).collect();
        let again: Vec<_> = (0..CACHE_SIZE).map(|client| cache.intern(names(client))).collect();
        assert!(first.iter().zip(&again).all(|(first, again)| Arc::ptr_eq(first, again)));
    }

    #[test]
    fn a_new_client_shares_the_room_and_the_event() {
        let mut cache = FieldCache::default();
        let [one, other] = [1, 2].map(|client| cache.intern(names(client)));
        assert_eq!(one.event.as_str().as_ptr(), other.event.as_str().as_ptr());
        assert_ne!(one.from, other.from);
    }

    #[test]
    fn of_many_clients_the_last_ones_are_known() {
        let mut cache = FieldCache::default();
        (0..100 * CACHE_SIZE).for_each(|client| drop(cache.intern(names(client))));
        assert_eq!(cache.names.len(), CACHE_SIZE);
    }

    #[test]
    fn a_room_that_keeps_nothing_gives_no_place() {
        let names = Arc::new(names(1));
        assert_eq!(Envelope::new(names.clone(), None, 5).offset(), None);
        let envelope = Envelope::new(names, Some(Offset(1)), 5);
        assert_eq!((envelope.offset(), envelope.time()), (Some(Offset(1)), 5));
    }
}
