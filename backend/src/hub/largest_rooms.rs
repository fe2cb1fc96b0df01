//! Index of rooms by the memory of their history, to find a room that can be trimmed.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::room_id::RoomId;

/// Number of size classes per power of two. Rooms of one class differ by at most an eighth.
const STEPS: usize = 8;

/// Size class of a room, on a logarithmic scale; zero if nothing can be removed. A class changes much more rarely
/// than a size, so most publishes do not lock the index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SizeClass(usize);

/// Rooms with something to remove, by size class. Generic over the room type, which in turn refers to this index.
#[derive(Debug)]
pub struct LargestRooms<R>(Mutex<BTreeMap<(SizeClass, RoomId), Weak<R>>>);

impl SizeClass {
    /// Returns the class of a size in bytes.
    pub fn of(bytes: usize) -> Self {
        let Some(log) = bytes.checked_ilog2() else { return Self::default() };
        // The three bits below the highest one select the step.
        let leading = if log >= 3 { bytes >> (log - 3) } else { bytes << (3 - log) };
        Self((log as usize) * STEPS + leading % STEPS + 1)
    }
}

impl<R> Default for LargestRooms<R> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<R> LargestRooms<R> {
    /// Moves a room from one class to another.
    pub fn update(&self, id: RoomId, room: &Weak<R>, from: SizeClass, to: SizeClass) {
        let mut rooms = self.0.lock();
        rooms.remove(&(from, id));
        if to != SizeClass::default() {
            rooms.insert((to, id), Weak::clone(room));
        }
    }

    /// Returns a room of the largest class; `None` if nothing can be removed from any room.
    pub fn largest(&self) -> Option<Arc<R>> {
        let mut rooms = self.0.lock();
        while let Some(entry) = rooms.last_entry() {
            if let Some(room) = entry.get().upgrade() {
                return Some(room);
            }
            entry.remove();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_ordered_like_sizes_and_differ_by_an_eighth() {
        let mut last = SizeClass::default();
        for bytes in 1..100_000 {
            let class = SizeClass::of(bytes);
            assert!(class >= last, "{bytes}");
            last = class;
        }
        for bytes in [1_000, 65_536, 1 << 30] {
            assert!(SizeClass::of(bytes + bytes / 7) > SizeClass::of(bytes), "{bytes}");
        }
        assert!(SizeClass::of(1) > SizeClass::of(0));
    }

    #[test]
    fn finds_the_largest_room_that_still_exists() {
        let (rooms, [small, large]) = (LargestRooms::default(), ["small", "large"].map(Arc::new));
        let (weak_small, weak_large) = (Arc::downgrade(&small), Arc::downgrade(&large));
        let update = |id, room, from, to| rooms.update(RoomId(id), room, SizeClass::of(from), SizeClass::of(to));
        update(1, &weak_small, 0, 100);
        update(2, &weak_large, 0, 1000);
        assert_eq!(rooms.largest().as_deref(), Some(&"large"));
        update(2, &weak_large, 1000, 50);
        assert_eq!(rooms.largest().as_deref(), Some(&"small"));
        drop(small);
        assert_eq!(rooms.largest().as_deref(), Some(&"large"));
        update(2, &weak_large, 50, 0);
        assert_eq!(rooms.largest(), None);
    }
}
