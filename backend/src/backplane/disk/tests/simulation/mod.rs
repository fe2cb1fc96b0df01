//! Random histories on a disk that fails, with crashes at any moment. A failure prints its seed.

mod owner;
mod receipts;
mod restart;

use std::collections::VecDeque;

use super::model::Model;
use super::support::TestDisk;
use crate::backplane::disk::config::Durability;
use crate::backplane::disk::disk_journal::DiskJournal;
use crate::backplane::disk::engine::Engine;
use crate::backplane::disk::start::Started;
use crate::environment::SimulatedRandom;

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
