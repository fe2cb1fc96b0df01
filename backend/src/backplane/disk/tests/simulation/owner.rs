//! Calls of the journal by the owner of the rooms.

use yodel_protocol::Offset;

use super::Simulation;
use crate::backplane::disk::tests::model::ModelRoom;
use crate::backplane::disk::tests::support::{self, key, message, position, room};
use crate::backplane::journal::{Journal, Kept};

const ROOMS: u64 = 4;

impl Simulation {
    pub(super) fn append(&mut self) {
        let name = self.room_name();
        let Some(room) = self.model.rooms.get(&name) else { return self.begin(&name) };
        let (epoch, offset) = (room.epoch.clone(), room.offset + 1);
        self.next += 1;
        let number = self.next;
        let padding = self.random.index(600);
        let body = format!("{number}{}", "x".repeat(padding));
        let message = message(&name, position(&epoch, offset), &body);
        let key = (self.random.below(3) == 0).then(|| key(&format!("k{number}"), &message));
        let receipt = (!self.is_relaxed).then(|| self.test.receipt(number));
        if self.journal.append(&message, key.as_ref(), receipt).is_err() {
            return;
        }
        assert!(!self.is_refusing || self.pending.is_empty(), "accepted before all earlier messages were refused");
        self.is_refusing = false;
        self.model.attempts.entry((epoch.clone(), offset)).or_default().insert(body.clone());
        self.pending.push_back((number, name.clone(), epoch, offset, body, key.is_some()));
        self.model.rooms.get_mut(&name).unwrap().offset = offset;
    }

    pub(super) fn trim(&mut self) {
        let name = self.room_name();
        let Some(room) = self.model.rooms.get_mut(&name) else { return };
        // Owners trim what they have published.
        let messages =
            room.kept.messages.0 + self.random.below(room.durable + 2 - room.kept.messages.0.min(room.durable + 1));
        let keys = room.kept.keys.0 + self.random.below(messages + 1 - room.kept.keys.0.min(messages));
        let kept = Kept {
            messages: Offset(messages.min(room.durable + 1)),
            keys: Offset(keys.min(messages).min(room.durable + 1)),
        };
        room.kept.messages = room.kept.messages.max(kept.messages);
        room.kept.keys = room.kept.keys.max(kept.keys);
        self.journal.trim(&support::room(&name), room.kept);
    }

    pub(super) fn begin_or_end(&mut self) {
        let name = self.room_name();
        // As the owner does: a room with messages under way does not end.
        if self.pending.iter().any(|pending| pending.1 == name) {
            return;
        }
        if self.model.rooms.remove(&name).is_some() {
            self.journal.end(&room(&name));
            self.model.uncertain.insert(name);
        } else {
            self.begin(&name);
        }
    }

    fn begin(&mut self, name: &str) {
        let epoch = format!("e{}", self.random.next());
        self.journal.begin(&room(name), &position(&epoch, 0));
        self.model.uncertain.insert(name.to_owned());
        self.model.epochs.insert(epoch.clone());
        self.model.rooms.insert(name.to_owned(), ModelRoom::new(epoch));
    }

    fn room_name(&self) -> String {
        format!("r{}", self.random.below(ROOMS))
    }
}
