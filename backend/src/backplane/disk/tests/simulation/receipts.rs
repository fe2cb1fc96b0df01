//! Steps of the engine, and the receipts that they give.

use std::time::Duration;

use super::Simulation;
use crate::backplane::disk::engine::Step;
use crate::backplane::journal::Journal;

impl Simulation {
    pub(super) fn step(&mut self) {
        let step = self.engine.as_mut().unwrap().step();
        if step == Step::Wrote {
            self.model.rooms.values_mut().for_each(|room| room.refused = 0);
        }
        // After an error, only an attempt to open the database writes nothing that waits.
        let has_written =
            step == Step::Wrote && self.engine.as_mut().unwrap().step() != Step::Closed(Duration::from_secs(1));
        self.receive();
        if has_written && self.journal.is_available() {
            self.model.uncertain.clear();
            if self.is_relaxed {
                while let Some((_, name, _, offset, body, has_key)) = self.pending.pop_front() {
                    self.confirm(&name, offset, body, has_key);
                }
            }
        }
    }

    pub(super) fn receive(&mut self) {
        for (number, result) in self.test.take_receipts() {
            let (expected, name, epoch, offset, body, has_key) =
                self.pending.pop_front().expect("a receipt came twice");
            assert_eq!(number, expected, "receipts are out of order");
            if result.is_ok() {
                self.acknowledged += 1;
                assert!(!self.is_refusing, "acknowledged after a refusal");
                self.confirm(&name, offset, body, has_key);
            } else {
                self.is_refusing = true;
                let room = self.model.rooms.get_mut(&name).unwrap();
                assert_eq!(room.epoch, epoch);
                room.refused = room.refused.max(offset);
                room.offset = room.durable;
            }
        }
        assert!(!self.is_refusing || self.pending.is_empty(), "some messages were not refused");
    }

    pub(super) fn confirm(&mut self, name: &str, offset: u64, body: String, has_key: bool) {
        let room = self.model.rooms.get_mut(name).unwrap();
        assert_eq!(room.durable + 1, offset);
        room.durable = offset;
        room.messages.insert(offset, (body, has_key));
    }
}
