//! Measurements on a real disk: `cargo test --release --features disk --lib disk::tests::measure -- --ignored --nocapture`

#![allow(clippy::cast_precision_loss, reason = "averages")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use tempfile::TempDir;
use yodel_protocol::Offset;

use super::support::{message, position, room};
use crate::backplane::disk::clock::SystemClock;
use crate::backplane::disk::config::{DiskConfig, Durability};
use crate::backplane::disk::engine::{Engine, Step};
use crate::backplane::disk::folder::Folder;
use crate::backplane::disk::start::{DiskEnvironment, Started};
use crate::backplane::journal::{Journal, Kept, Receipt};
use crate::environment::SimulatedRandom;

const ROOMS: usize = 1000;
const KEPT: u64 = 64;
const PAYLOAD: usize = 218;

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

fn start(folder: &Folder, durability: Durability) -> Started {
    let storage = Arc::new(folder.storage().unwrap());
    let config = DiskConfig { durability, queue: 1 << 30, ..DiskConfig::new("unused".into()) };
    let random = Arc::new(SimulatedRandom::new(1));
    Engine::start(&config, DiskEnvironment { storage, clock: Arc::new(SystemClock::new()), random }).unwrap()
}

fn measure(durability: Durability, group: usize, total: usize) {
    let directory = TempDir::new().unwrap();
    let folder = Folder::create(directory.path()).unwrap();
    let Started { mut engine, journal, .. } = start(&folder, durability);
    let text = "x".repeat(PAYLOAD);
    let names: Vec<String> = (0..ROOMS).map(|number| format!("room-{number}")).collect();
    let mut used = (Duration::ZERO, Duration::ZERO);
    let mut before = 0;
    for index in (0..total).step_by(group) {
        let messages: Vec<_> = (index..index + group)
            .map(|number| {
                let offset = (number / ROOMS + 1) as u64;
                (message(&names[number % ROOMS], position("0123456789abc", offset), &text), offset)
            })
            .collect();
        let (start, wall) = (cpu(), Instant::now());
        for (message, offset) in &messages {
            let receipt: Option<Receipt> = (durability == Durability::Commit).then(|| Box::new(|_| ()) as Receipt);
            journal.append(message, None, receipt).unwrap();
            let first = Offset(offset.saturating_sub(KEPT - 1).max(1));
            journal.trim(&message.room, Kept { messages: first, keys: Offset(offset + 1) });
        }
        assert_eq!(engine.step(), Step::Wrote);
        used = (used.0 + cpu().saturating_sub(start), used.1 + wall.elapsed());
        if index / (total / 8).max(1) != before {
            before = index / (total / 8).max(1);
            let (live, disk) = journal.metrics().live_and_disk_bytes();
            eprintln!("  after {index}: live {} MB, file {} MB", live >> 20, disk >> 20);
        }
    }
    report(&journal.metrics().snapshot(), used, group, total);
    reopen(directory.path(), durability);
    let start = Instant::now();
    engine.finish().unwrap();
    eprintln!("  stop: {:?}", start.elapsed());
}

fn report(
    metrics: &crate::backplane::disk::metrics::DiskSnapshot,
    used: (Duration, Duration),
    group: usize,
    total: usize,
) {
    let payload = total * (PAYLOAD + 2);
    eprintln!(
        "group {group}: {:.2} us CPU/message, {:.2} us wall/message, written/payload {:.2}, record {:.0} bytes, syncs {}",
        used.0.as_secs_f64() * 1e6 / total as f64,
        used.1.as_secs_f64() * 1e6 / total as f64,
        metrics.written_bytes as f64 / payload as f64,
        metrics.payload_bytes as f64 / total as f64,
        metrics.syncs,
    );
}

/// Opens a copy, which is what a kill leaves.
fn reopen(path: &Path, durability: Durability) {
    let copy = TempDir::new().unwrap();
    std::fs::copy(path.join("rooms.redb"), copy.path().join("rooms.redb")).unwrap();
    let folder = Folder::create(copy.path()).unwrap();
    let began = Instant::now();
    let started = start(&folder, durability);
    let records: usize = started.rooms.iter().map(|room| room.messages.len()).sum();
    let size = std::fs::metadata(copy.path().join("rooms.redb")).unwrap().len() >> 20;
    eprintln!("  reopen after a kill: {:?}, {records} messages, file {size} MB", began.elapsed());
    started.engine.finish().unwrap();
    let began = Instant::now();
    let started = start(&folder, durability);
    eprintln!("  reopen after a stop: {:?}", began.elapsed());
    assert!(started.rooms.iter().all(|stored| stored.name != room("none")));
}

#[test]
#[ignore = "measures"]
fn commit_and_relaxed() {
    let total = number("DISK_MESSAGES", 256_000);
    for (durability, group) in [(Durability::Commit, 64), (Durability::Relaxed, 64), (Durability::Relaxed, 3200)] {
        eprintln!("{durability}");
        measure(durability, group, total / group * group);
    }
}

#[test]
#[ignore = "measures"]
fn soak() {
    let total = number("DISK_MESSAGES", 5_000_000);
    measure(Durability::Relaxed, 3200, total / 3200 * 3200);
}
