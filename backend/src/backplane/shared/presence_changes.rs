//! Changes of presence that wait to be sent.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;
use yodel_protocol::RoomName;

/// Changes of presence of a partition that are not sent yet: by room, then by the key of a user.
#[derive(Debug, Default)]
pub(super) struct PendingPresence {
    rooms: Mutex<BTreeMap<RoomName, EntriesByKey>>,
    /// Room whose changes were taken last.
    last: Mutex<Option<RoomName>>,
    /// Rooms in which the store may have other entries of this node than it should, and since when.
    doubtful: Mutex<BTreeMap<RoomName, Instant>>,
    changed: Notify,
}

/// Values of entries, by their keys; `None` for one that is removed.
pub(super) type EntriesByKey = BTreeMap<Bytes, Option<Bytes>>;

impl PendingPresence {
    /// Adds changes, which replace earlier ones of the same users.
    pub fn add(&self, room: &RoomName, entries: impl IntoIterator<Item = (Bytes, Option<Bytes>)>) {
        self.rooms.lock().entry(room.clone()).or_default().extend(entries);
        self.changed.notify_one();
    }

    /// Adds changes, unless there are others of the same users.
    pub fn add_missing(&self, room: RoomName, entries: EntriesByKey) {
        let mut rooms = self.rooms.lock();
        let newer = rooms.entry(room).or_default();
        for (key, value) in entries {
            newer.entry(key).or_insert(value);
        }
        self.changed.notify_one();
    }

    /// Records that the store may have other entries of this node in a room than it should.
    pub fn doubt(&self, room: &RoomName) {
        self.doubtful.lock().insert(room.clone(), Instant::now());
    }

    /// Takes the rooms that have been doubtful for a time.
    pub fn take_doubtful(&self, time: Duration) -> Vec<RoomName> {
        let mut doubtful = self.doubtful.lock();
        let due = doubtful.iter().filter(|(_, since)| since.elapsed() >= time).map(|(room, _)| room.clone());
        let due: Vec<_> = due.collect();
        doubtful.retain(|_, since| since.elapsed() < time);
        due
    }

    /// Returns the number of rooms with changes.
    pub fn len(&self) -> usize {
        self.rooms.lock().len()
    }

    /// Waits for changes of a room, and takes them.
    pub async fn next(&self) -> (RoomName, EntriesByKey) {
        loop {
            let changed = self.changed.notified();
            if let Some(next) = self.take_next() {
                return next;
            }
            changed.await;
        }
    }

    /// Takes the changes of the room after the last one, so that a room that changes all the time does not delay others.
    fn take_next(&self) -> Option<(RoomName, EntriesByKey)> {
        let (mut rooms, mut last) = (self.rooms.lock(), self.last.lock());
        let after = last.as_ref().and_then(|last| rooms.range::<RoomName, _>((Excluded(last), Unbounded)).next());
        let room = after.or_else(|| rooms.first_key_value()).map(|(room, _)| room.clone())?;
        let entries = rooms.remove(&room)?;
        *last = Some(room.clone());
        Some((room, entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(entries: &[(&str, Option<&str>)]) -> EntriesByKey {
        let bytes = |text: &str| Bytes::from(text.to_owned());
        entries.iter().map(|(key, value)| (bytes(key), value.map(bytes))).collect()
    }

    #[tokio::test]
    async fn newer_changes_replace_those_that_were_not_sent() {
        let (pending, room) = (PendingPresence::default(), RoomName::new("chat").unwrap());
        pending.add(&room, changes(&[("ada", Some("1")), ("bob", Some("1"))]));
        let (_, unsent) = pending.next().await;
        pending.add(&room, changes(&[("ada", None)]));
        pending.add_missing(room.clone(), unsent);
        assert_eq!(pending.next().await, (room, changes(&[("ada", None), ("bob", Some("1"))])));
    }

    #[tokio::test(start_paused = true)]
    async fn a_room_is_doubtful_until_it_is_taken() {
        let (pending, room, second) =
            (PendingPresence::default(), RoomName::new("chat").unwrap(), Duration::from_secs(1));
        pending.doubt(&room);
        tokio::time::advance(second / 2).await;
        assert_eq!(pending.take_doubtful(second), []);
        tokio::time::advance(second / 2).await;
        assert_eq!(pending.take_doubtful(second), [room]);
        assert_eq!(pending.take_doubtful(second), []);
    }

    #[tokio::test]
    async fn rooms_take_turns() {
        let pending = PendingPresence::default();
        let [first, second] = ["a", "b"].map(|room| RoomName::new(room).unwrap());
        pending.add(&second, changes(&[("ada", None)]));
        pending.add(&first, changes(&[("ada", None)]));
        let (room, unsent) = pending.next().await;
        assert_eq!(room, first);
        pending.add_missing(room, unsent);
        assert_eq!(pending.next().await.0, second);
    }
}
