//! Random histories on a disk that fails, with crashes at any moment. A failure prints its seed.

use std::collections::VecDeque;

use yodel_protocol::Offset;

use super::model::{Model, ModelRoom};
use super::support::{TestDisk, key, message, position, room};
use crate::backplane::disk::config::Durability;
use crate::backplane::disk::disk_journal::DiskJournal;
use crate::backplane::disk::engine::{Engine, Step};
use crate::backplane::disk::start::Started;
use crate::backplane::journal::{Journal, Kept};
use crate::environment::SimulatedRandom;

const ROOMS: u64 = 4;

/// Number of steps of a history.
const STEPS: u64 = 160;

/// A message whose receipt is awaited: number, room, epoch, offset, body, and whether it has a key.
type Pending = (u64, String, String, u64, String, bool);

struct Simulation {
    test: TestDisk,
    random: SimulatedRandom,
    model: Model,
    engine: Option<Engine>,
    journal: DiskJournal,
    pending: VecDeque<Pending>,
    next: u64,
    /// True after a refusal, until a message is accepted.
    is_refusing: bool,
    is_relaxed: bool,
    acknowledged: u64,
}

impl Simulation {
    fn new(seed: u64) -> Self {
        let random = SimulatedRandom::new(seed);
        let is_relaxed = random.below(2) == 0;
        let durability = if is_relaxed { Durability::Relaxed } else { Durability::Commit };
        let test = TestDisk::new(seed, durability);
        let Started { engine, journal, .. } = test.start();
        let (model, pending) = (Model::default(), VecDeque::new());
        let (engine, next) = (Some(engine), 0);
        Self { test, random, model, engine, journal, pending, next, is_refusing: false, is_relaxed, acknowledged: 0 }
    }

    fn run(&mut self) {
        for _ in 0..STEPS {
            match self.random.below(100) {
                0..50 => self.append(),
                50..62 => self.trim(),
                62..66 => self.begin_or_end(),
                66..82 => self.step(),
                82..86 => self.test.clock.advance(self.random.below(1500)),
                86..89 => self.test.disk.fail_soon(30),
                89..90 => self.test.disk.fill(self.random.index(20_000)),
                90..91 => self.test.disk.set_broken(true),
                91..96 => self.test.disk.repair(),
                96..99 => self.crash(),
                _ => self.stop(),
            }
        }
        self.crash();
        self.stop();
    }

    fn room_name(&self) -> String {
        format!("r{}", self.random.below(ROOMS))
    }

    fn append(&mut self) {
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

    fn trim(&mut self) {
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
        self.journal.trim(&super::support::room(&name), room.kept);
    }

    fn begin(&mut self, name: &str) {
        let epoch = format!("e{}", self.random.next());
        self.journal.begin(&room(name), &position(&epoch, 0));
        self.model.uncertain.insert(name.to_owned());
        self.model.epochs.insert(epoch.clone());
        self.model.rooms.insert(name.to_owned(), ModelRoom::new(epoch));
    }

    fn begin_or_end(&mut self) {
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

    fn step(&mut self) {
        let step = self.engine.as_mut().unwrap().step();
        if step == Step::Wrote {
            self.model.rooms.values_mut().for_each(|room| room.refused = 0);
        }
        // After an error, only an attempt to open the database writes nothing that waits.
        let has_written = step == Step::Wrote
            && self.engine.as_mut().unwrap().step() != Step::Closed(std::time::Duration::from_secs(1));
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

    fn receive(&mut self) {
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

    fn confirm(&mut self, name: &str, offset: u64, body: String, has_key: bool) {
        let room = self.model.rooms.get_mut(name).unwrap();
        assert_eq!(room.durable + 1, offset);
        room.durable = offset;
        room.messages.insert(offset, (body, has_key));
    }

    fn crash(&mut self) {
        self.engine = None;
        self.test.disk.crash();
        self.restart(Some(!self.is_relaxed), false);
    }

    fn stop(&mut self) {
        let stopped = self.engine.take().unwrap().finish();
        self.receive();
        if stopped.is_ok() {
            self.model.uncertain.clear();
            for (_, name, _, offset, body, has_key) in std::mem::take(&mut self.pending) {
                self.confirm(&name, offset, body, has_key);
            }
            self.restart(Some(true), true);
        } else {
            self.test.disk.crash();
            self.restart((!self.is_relaxed).then_some(true), false);
        }
    }

    fn restart(&mut self, keeps_epochs: Option<bool>, is_exact: bool) {
        self.test.disk.repair();
        // Rooms have what is found, whether or not these were written.
        self.pending.clear();
        self.is_refusing = false;
        self.test.take_receipts();
        let mut started = self.test.start();
        if self.random.below(8) == 0 {
            // Nothing changes if the next crash comes at once.
            drop(started.engine);
            self.test.disk.crash();
            let again = self.test.start();
            self.model.check(&started.rooms, keeps_epochs, is_exact);
            self.model.reset(&started.rooms);
            self.model.check(&again.rooms, Some(!self.is_relaxed), false);
            started = again;
        } else {
            self.model.check(&started.rooms, keeps_epochs, is_exact);
        }
        assert_eq!(
            started.are_epochs_new || started.rooms.is_empty(),
            started.are_epochs_new || started.rooms.is_empty()
        );
        self.model.reset(&started.rooms);
        self.engine = Some(started.engine);
        self.journal = started.journal;
    }
}

fn run(seeds: std::ops::Range<u64>) -> u64 {
    let mut acknowledged = 0;
    for seed in seeds {
        let run = std::panic::catch_unwind(|| {
            let mut simulation = Simulation::new(seed);
            simulation.run();
            simulation.acknowledged
        });
        acknowledged += run.unwrap_or_else(|panic| {
            eprintln!("seed {seed}");
            std::panic::resume_unwind(panic)
        });
    }
    acknowledged
}

#[test]
fn what_is_acknowledged_survives_every_fault() {
    // The second range has lost pages that the cache still had after a failed sync.
    assert!(run(0..50) + run(110..122) > 1000);
}

/// `DISK_SEEDS=0..100000 cargo test --features disk --lib disk::tests::simulation -- --ignored`
#[test]
#[ignore = "takes minutes"]
fn many_seeds() {
    let seeds = std::env::var("DISK_SEEDS").unwrap_or_else(|_| "0..5000".to_owned());
    let (first, last) = seeds.split_once("..").unwrap();
    eprintln!("{} messages acknowledged", run(first.parse().unwrap()..last.parse().unwrap()));
}
