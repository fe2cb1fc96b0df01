//! Changes of presence that wait to be sent.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;
use yodel_protocol::RoomName;

/// Maximum number of changes in a partition that wait one by one. While the store is away, users may come and go in any
/// number, and each leaves a change behind.
pub(super) const MAX_CHANGES: usize = 4096;

/// Maximum number of rooms of a partition with changes, and of doubtful rooms.
pub(super) const MAX_ROOMS: usize = 65_536;

/// Changes of presence of a partition that are not sent yet.
#[derive(Debug, Default)]
pub(super) struct PendingPresence {
    state: Mutex<PendingState>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct PendingState {
    rooms: BTreeMap<RoomName, RoomChanges>,
    /// Number of changes in all rooms, at most [`MAX_CHANGES`].
    count: usize,
    /// Room whose changes were taken last.
    last: Option<RoomName>,
    /// Rooms in which the store may have other entries of this node than it should, and since when.
    doubtful: BTreeMap<RoomName, Instant>,
}

/// Changes of the presence of a room.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RoomChanges {
    /// These changes.
    Entries(EntriesByKey),
    /// More changes than may wait: all that the store has of this node is replaced.
    All,
}

/// Values of entries, by their keys; `None` for one that is removed.
pub(super) type EntriesByKey = BTreeMap<Bytes, Option<Bytes>>;

impl PendingPresence {
    /// Adds changes, which replace earlier ones of the same users. Returns false if they were dropped, because too many
    /// rooms have changes.
    pub fn add(&self, room: &RoomName, entries: impl IntoIterator<Item = (Bytes, Option<Bytes>)>) -> bool {
        self.change(room, |changes| changes.extend(entries))
    }

    /// Adds changes, unless there are others of the same users. Returns false if they were dropped, as
    /// [`add`](Self::add) does.
    pub fn add_missing(&self, room: &RoomName, changes: RoomChanges) -> bool {
        match changes {
            RoomChanges::Entries(entries) => self.change(room, |newer| {
                for (key, value) in entries {
                    newer.entry(key).or_insert(value);
                }
            }),
            RoomChanges::All => self.replace_all(room),
        }
    }

    /// Records that the store may have other entries of this node in a room than it should.
    pub fn doubt(&self, room: &RoomName) {
        let doubtful = &mut self.state.lock().doubtful;
        if doubtful.len() < MAX_ROOMS || doubtful.contains_key(room) {
            doubtful.insert(room.clone(), Instant::now());
        }
    }

    /// Takes the rooms that have been doubtful for a time.
    pub fn take_doubtful(&self, time: Duration) -> Vec<RoomName> {
        let doubtful = &mut self.state.lock().doubtful;
        let due = doubtful.iter().filter(|(_, since)| since.elapsed() >= time).map(|(room, _)| room.clone());
        let due: Vec<_> = due.collect();
        doubtful.retain(|_, since| since.elapsed() < time);
        due
    }

    /// Returns the number of rooms with changes.
    pub fn len(&self) -> usize {
        self.state.lock().rooms.len()
    }

    /// Waits for changes of a room, and takes them.
    pub async fn next(&self) -> (RoomName, RoomChanges) {
        loop {
            let changed = self.changed.notified();
            if let Some(next) = self.state.lock().take_next() {
                return next;
            }
            changed.await;
        }
    }

    fn change(&self, room: &RoomName, change: impl FnOnce(&mut EntriesByKey)) -> bool {
        let added = self.state.lock().change(room, change);
        self.changed.notify_one();
        added
    }

    fn replace_all(&self, room: &RoomName) -> bool {
        let added = self.state.lock().replace_all(room);
        self.changed.notify_one();
        added
    }
}

impl PendingState {
    fn change(&mut self, room: &RoomName, change: impl FnOnce(&mut EntriesByKey)) -> bool {
        if !self.has_place(room) {
            return false;
        }
        let changes = self.rooms.entry(room.clone()).or_insert_with(|| RoomChanges::Entries(EntriesByKey::new()));
        if let RoomChanges::Entries(entries) = changes {
            self.count -= entries.len();
            change(entries);
            if self.count + entries.len() > MAX_CHANGES {
                *changes = RoomChanges::All;
            } else {
                self.count += entries.len();
            }
        }
        true
    }

    fn replace_all(&mut self, room: &RoomName) -> bool {
        let has_place = self.has_place(room);
        if has_place && let Some(RoomChanges::Entries(entries)) = self.rooms.insert(room.clone(), RoomChanges::All) {
            self.count -= entries.len();
        }
        has_place
    }

    fn has_place(&self, room: &RoomName) -> bool {
        self.rooms.len() < MAX_ROOMS || self.rooms.contains_key(room)
    }

    /// Takes the changes of the room after the last one, so that a room that changes all the time does not delay others.
    fn take_next(&mut self) -> Option<(RoomName, RoomChanges)> {
        let after =
            self.last.as_ref().and_then(|last| self.rooms.range::<RoomName, _>((Excluded(last), Unbounded)).next());
        let room = after.or_else(|| self.rooms.first_key_value()).map(|(room, _)| room.clone())?;
        let changes = self.rooms.remove(&room)?;
        if let RoomChanges::Entries(entries) = &changes {
            self.count -= entries.len();
        }
        self.last = Some(room.clone());
        Some((room, changes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(entries: &[(&str, Option<&str>)]) -> EntriesByKey {
        let bytes = |text: &str| Bytes::from(text.to_owned());
        entries.iter().map(|(key, value)| (bytes(key), value.map(bytes))).collect()
    }

    fn changes(list: &[(&str, Option<&str>)]) -> RoomChanges {
        RoomChanges::Entries(entries(list))
    }

    fn room(name: &str) -> RoomName {
        RoomName::new(name).unwrap()
    }

    /// Returns removals of users with these numbers.
    fn removals(users: std::ops::Range<usize>) -> impl Iterator<Item = (Bytes, Option<Bytes>)> {
        users.map(|user| (Bytes::from(user.to_string()), None))
    }

    #[tokio::test]
    async fn newer_changes_replace_those_that_were_not_sent() {
        let (pending, room) = (PendingPresence::default(), room("chat"));
        pending.add(&room, entries(&[("ada", Some("1")), ("bob", Some("1"))]));
        let (_, unsent) = pending.next().await;
        pending.add(&room, entries(&[("ada", None)]));
        pending.add_missing(&room, unsent);
        assert_eq!(pending.next().await, (room, changes(&[("ada", None), ("bob", Some("1"))])));
    }

    #[tokio::test(start_paused = true)]
    async fn a_room_is_doubtful_until_it_is_taken() {
        let (pending, room, second) = (PendingPresence::default(), room("chat"), Duration::from_secs(1));
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
        let [first, second] = ["a", "b"].map(room);
        pending.add(&second, entries(&[("ada", None)]));
        pending.add(&first, entries(&[("ada", None)]));
        let (taken, unsent) = pending.next().await;
        assert_eq!(taken, first);
        pending.add_missing(&taken, unsent);
        assert_eq!(pending.next().await.0, second);
    }

    #[tokio::test]
    async fn too_many_changes_become_one_of_the_whole_room() {
        let (pending, [a, b]) = (PendingPresence::default(), ["a", "b"].map(room));
        pending.add(&a, removals(0..MAX_CHANGES));
        pending.add(&b, removals(0..1));
        assert_eq!(pending.next().await.1, RoomChanges::Entries(removals(0..MAX_CHANGES).collect()));
        let (_, all) = pending.next().await;
        assert_eq!(all, RoomChanges::All, "there was no place for it");
        // There is place for as many again, and none for one more.
        pending.add(&b, removals(0..MAX_CHANGES));
        pending.add(&b, removals(MAX_CHANGES..MAX_CHANGES + 1));
        pending.add(&a, removals(0..MAX_CHANGES));
        pending.add_missing(&a, all);
        pending.add(&a, removals(0..1));
        assert_eq!((pending.next().await.1, pending.next().await.1), (RoomChanges::All, RoomChanges::All));
        assert_eq!(pending.state.lock().count, 0);
    }

    #[tokio::test]
    async fn the_number_of_rooms_is_limited() {
        let pending = PendingPresence::default();
        for number in 0..MAX_ROOMS {
            let room = room(&number.to_string());
            assert!(pending.add(&room, removals(0..1)));
            pending.doubt(&room);
        }
        let (one, other) = (room("0"), room("other"));
        assert!(!pending.add(&other, removals(0..1)) && !pending.add_missing(&other, RoomChanges::All));
        assert!(pending.add(&one, removals(1..2)) && pending.add_missing(&one, RoomChanges::All));
        pending.doubt(&other);
        assert_eq!((pending.len(), pending.take_doubtful(Duration::ZERO).len()), (MAX_ROOMS, MAX_ROOMS));
        pending.next().await;
        assert!(pending.add(&other, removals(0..1)));
    }
}
