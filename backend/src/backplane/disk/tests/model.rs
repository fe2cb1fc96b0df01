//! Expected contents of a folder.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use yodel_protocol::Offset;

use super::support::text;
use crate::backplane::journal::{Kept, StoredRoom};

/// A room as its owner knows it.
#[derive(Clone, Debug)]
pub struct ModelRoom {
    pub epoch: String,
    /// Last offset that was given to the journal.
    pub offset: u64,
    /// Last offset that is durable.
    pub durable: u64,
    /// Last offset of a message that was refused, until the database was written again. It may be on the disk.
    pub refused: u64,
    pub kept: Kept,
    /// Bodies of the durable messages by offset, and whether they have a key.
    pub messages: BTreeMap<u64, (String, bool)>,
}

/// All rooms, and everything that was ever given to the journal.
#[derive(Debug, Default)]
pub struct Model {
    pub rooms: BTreeMap<String, ModelRoom>,
    /// Bodies that were given to the journal for an offset.
    pub attempts: HashMap<(String, u64), HashSet<String>>,
    pub epochs: HashSet<String>,
    /// Rooms that began or ended since the last commit: both states are correct.
    pub uncertain: BTreeSet<String>,
}

impl ModelRoom {
    pub fn new(epoch: String) -> Self {
        let kept = Kept { messages: Offset(1), keys: Offset(1) };
        Self { epoch, offset: 0, durable: 0, refused: 0, kept, messages: BTreeMap::new() }
    }
}

impl Model {
    /// Compares with what was read after a crash or a stop.
    pub fn check(&self, stored: &[StoredRoom], keeps_epochs: Option<bool>, is_exact: bool) {
        let names: HashSet<&str> = stored.iter().map(|room| room.name.as_str()).collect();
        assert_eq!(names.len(), stored.len(), "a room is stored twice");
        for name in names.iter().filter(|name| !self.uncertain.contains(**name)) {
            assert!(self.rooms.contains_key(*name), "room {name} has returned");
        }
        for (name, room) in &self.rooms {
            if self.uncertain.contains(name) {
                continue;
            }
            let found = stored.iter().find(|stored| stored.name.as_str() == name);
            let found = found.unwrap_or_else(|| panic!("room {name} is lost: {room:?}"));
            self.check_room(room, found, keeps_epochs, is_exact);
        }
    }

    fn check_room(&self, room: &ModelRoom, stored: &StoredRoom, keeps_epochs: Option<bool>, is_exact: bool) {
        let context = format!("room {}: {room:?}\nstored {stored:?}", stored.name);
        let offset = stored.position.offset.0;
        let is_kept = stored.position.epoch.as_str() == room.epoch;
        match keeps_epochs {
            Some(keeps) => assert_eq!(is_kept, keeps, "{context}"),
            // The end was refused and may be on the disk nevertheless; then everything before it is.
            None => assert!(!is_kept || offset == room.offset, "{context}"),
        }
        let is_new = !self.epochs.contains(stored.position.epoch.as_str());
        assert!(is_kept || is_new, "an epoch is used again; {context}");
        assert!(offset >= room.durable && offset <= room.offset.max(room.refused), "offset; {context}");
        let offsets: Vec<u64> = stored.messages.iter().map(|(message, _)| message.offset().unwrap().0).collect();
        let first = offsets.first().copied().unwrap_or(offset + 1);
        assert_eq!(offsets, (first..=offset).collect::<Vec<_>>(), "gap; {context}");
        assert!(first <= room.kept.messages.0.max(room.durable + 1), "a kept message is lost; {context}");
        for (message, _) in &stored.messages {
            let (at, body) = (message.offset().unwrap().0, text(message));
            assert_eq!(message.position.as_ref().unwrap().epoch, stored.position.epoch, "{context}");
            match room.messages.get(&at) {
                Some((expected, _)) if at <= room.durable => assert_eq!(&body, expected, "{context}"),
                _ => assert!(self.attempts[&(room.epoch.clone(), at)].contains(&body), "{context}"),
            }
        }
        let keys: Vec<u64> = stored.keys.iter().map(|key| key.offset.0).filter(|at| *at <= room.durable).collect();
        for at in room.messages.iter().filter(|(_, (_, has_key))| *has_key).map(|(at, _)| *at) {
            assert!(at < room.kept.keys.0 || keys.contains(&at), "the key of {at} is lost; {context}");
        }
        if is_exact {
            assert_eq!(offset, room.offset, "{context}");
            assert_eq!(first, room.kept.messages.0.clamp(1, offset + 1), "a message has returned; {context}");
            assert!(keys.iter().all(|at| *at >= room.kept.keys.0), "a key has returned; {context}");
        }
    }

    /// Takes over what was read.
    pub fn reset(&mut self, stored: &[StoredRoom]) {
        self.uncertain.clear();
        self.rooms.clear();
        for room in stored {
            let keys: HashSet<u64> = room.keys.iter().map(|key| key.offset.0).collect();
            let offset = room.position.offset.0;
            let first = room.messages.first().map_or(offset + 1, |(message, _)| message.offset().unwrap().0);
            let first_key = room.keys.first().map_or(offset + 1, |key| key.offset.0);
            let mut messages: BTreeMap<_, _> = keys.iter().map(|at| (*at, (String::new(), true))).collect();
            for (message, _) in &room.messages {
                let at = message.offset().unwrap().0;
                messages.insert(at, (text(message), keys.contains(&at)));
            }
            let epoch = room.position.epoch.as_str().to_owned();
            self.epochs.insert(epoch.clone());
            for (at, (body, _)) in &messages {
                self.attempts.entry((epoch.clone(), *at)).or_default().insert(body.clone());
            }
            let kept = Kept { messages: Offset(first), keys: Offset(first_key.min(first)) };
            self.rooms.insert(
                room.name.as_str().to_owned(),
                ModelRoom { epoch, offset, durable: offset, refused: 0, kept, messages },
            );
        }
    }
}
