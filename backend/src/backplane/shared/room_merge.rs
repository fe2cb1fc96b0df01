//! Merge of the rooms of all partitions into one page.

use std::collections::VecDeque;

use yodel_protocol::RoomName;

use super::listings::MIN_READ;
use super::store::{Partition, RoomRecord};

/// Rooms of all partitions, which are read in parts, and the page that they become.
#[derive(Debug)]
pub(super) struct RoomMerge {
    /// Number of rooms that are not needed yet: the page, and one that shows that there are more.
    missing: usize,
    rooms: Vec<RoomRecord>,
    limit: usize,
    partitions: Vec<PartitionRooms>,
}

/// Rooms of a partition that were read and are not in the page yet.
#[derive(Debug)]
struct PartitionRooms {
    partition: Partition,
    read: VecDeque<RoomRecord>,
    /// Name after which the next part begins.
    after: Option<RoomName>,
    /// Number of rooms in the next part, which grows: a partition may have most rooms of a page.
    next: usize,
    ended: bool,
}

/// Part of a partition that has to be read.
#[derive(Debug)]
pub(super) struct WantedRooms {
    pub partition: Partition,
    pub after: Option<RoomName>,
    pub limit: usize,
}

impl RoomMerge {
    /// Begins a page of at most `limit` rooms after a name.
    pub fn new(partitions: Partition, after: Option<&RoomName>, limit: usize) -> Self {
        let missing = limit.saturating_add(1);
        let next = missing.div_ceil(usize::from(partitions.max(1))).max(MIN_READ);
        let partition =
            |partition| PartitionRooms { partition, read: VecDeque::new(), after: after.cloned(), next, ended: false };
        Self { missing, rooms: Vec::new(), limit, partitions: (0..partitions).map(partition).collect() }
    }

    /// Returns what has to be read next; nothing if the page is complete.
    pub fn wanted(&mut self) -> Vec<WantedRooms> {
        if self.missing == 0 {
            return Vec::new();
        }
        let (missing, unread) =
            (self.missing, self.partitions.iter_mut().filter(|rooms| rooms.read.is_empty() && !rooms.ended));
        let wanted = unread.map(|rooms| {
            let limit = rooms.next.min(missing);
            rooms.next = rooms.next.saturating_mul(2);
            WantedRooms { partition: rooms.partition, after: rooms.after.clone(), limit }
        });
        wanted.collect()
    }

    /// Adds what was read.
    pub fn add(&mut self, wanted: &WantedRooms, rooms: Vec<RoomRecord>) {
        let Some(partition) = self.partitions.get_mut(usize::from(wanted.partition)) else { return };
        partition.ended = rooms.len() < wanted.limit;
        partition.after = rooms.last().map(|room| room.name.clone()).or(partition.after.take());
        partition.read.extend(rooms);
        self.advance();
    }

    /// Moves rooms into the page while it is known which one is next.
    fn advance(&mut self) {
        while self.missing > 0 && self.partitions.iter().all(|rooms| rooms.ended || !rooms.read.is_empty()) {
            let heads = self.partitions.iter_mut().filter(|rooms| !rooms.read.is_empty());
            let Some(next) = heads.min_by(|a, b| a.read[0].name.cmp(&b.read[0].name)) else { break };
            self.rooms.extend(next.read.pop_front());
            self.missing -= 1;
        }
    }

    /// Returns the page, and whether there are more rooms.
    pub fn finish(mut self) -> (Vec<RoomRecord>, bool) {
        let more = self.rooms.len() > self.limit;
        self.rooms.truncate(self.limit);
        (self.rooms, more)
    }
}

#[cfg(test)]
mod tests {
    use yodel_protocol::{Epoch, Offset, Position};

    use super::*;

    fn record(name: &str) -> RoomRecord {
        let position = Position { epoch: Epoch::new("e").unwrap(), offset: Offset(0) };
        RoomRecord { name: RoomName::new(name).unwrap(), position, messages: 0, members_elsewhere: 0 }
    }

    /// Returns a page of rooms that are in these partitions, whether there are more, and the number of rooms read.
    fn page(rooms: &[Vec<String>], after: Option<&str>, limit: usize) -> (Vec<String>, bool, usize) {
        let after = after.map(|after| RoomName::new(after).unwrap());
        let mut merge = RoomMerge::new(Partition::try_from(rooms.len()).unwrap(), after.as_ref(), limit);
        let mut read = 0;
        loop {
            let wanted = merge.wanted();
            if wanted.is_empty() {
                let (rooms, more) = merge.finish();
                return (rooms.iter().map(|room| room.name.to_string()).collect(), more, read);
            }
            for wanted in wanted {
                let mut names = rooms[usize::from(wanted.partition)].clone();
                names.sort();
                names.retain(|name| wanted.after.as_ref().is_none_or(|after| name.as_str() > after.as_str()));
                names.truncate(wanted.limit);
                read += names.len();
                merge.add(&wanted, names.iter().map(|name| record(name)).collect());
            }
        }
    }

    #[test]
    fn merges_partitions_by_name() {
        let rooms =
            [vec!["b", "d"], vec![], vec!["a", "c", "e"]].map(|rooms| rooms.into_iter().map(Into::into).collect());
        let names = |after, limit| {
            let (names, more, _) = page(&rooms, after, limit);
            (names.concat(), more)
        };
        assert_eq!(names(None, 9), ("abcde".into(), false));
        assert_eq!(names(None, 5), ("abcde".into(), false));
        assert_eq!(names(None, 4), ("abcd".into(), true));
        assert_eq!(names(Some("b"), 2), ("cd".into(), true));
        assert_eq!(names(Some("e"), 2), (String::new(), false));
        assert_eq!(names(None, 0), (String::new(), true));
    }

    #[test]
    fn reads_little_more_than_the_page() {
        let numbered = |partition: usize| (0..500).map(|number| format!("r{number:04}/{partition}")).collect();
        let (names, more, read) = page(&(0..16).map(numbered).collect::<Vec<_>>(), None, 1000);
        assert!((names.len(), more) == (1000, true) && names.is_sorted());
        assert!(read <= 3 * 1000, "{read} rooms were read");
        // All rooms of the page are in one partition.
        let mut rooms = vec![Vec::new(); 15];
        rooms.push((0..5000).map(|number| format!("r{number:04}")).collect());
        let (names, more, read) = page(&rooms, Some("r0099"), 1000);
        assert_eq!((names[0].as_str(), names.len(), more), ("r0100", 1000, true));
        assert!(read <= 2 * 1001, "{read} rooms were read");
    }
}
