//! A clock that tests move.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::backplane::disk::clock::{BootId, ClockReading, DiskClock, Timeline};

#[derive(Debug, Default)]
pub struct ManualClock {
    boot: AtomicU64,
    boot_ms: AtomicU64,
    wall_ms: AtomicU64,
}

impl ManualClock {
    pub fn new() -> Self {
        Self { boot: AtomicU64::new(1), boot_ms: AtomicU64::new(1000), wall_ms: AtomicU64::new(1_700_000_000_000) }
    }

    pub fn advance(&self, ms: u64) {
        self.boot_ms.fetch_add(ms, Ordering::Relaxed);
        self.wall_ms.fetch_add(ms, Ordering::Relaxed);
    }

    pub fn set_wall(&self, ms: u64) {
        self.wall_ms.store(ms, Ordering::Relaxed);
    }

    pub fn reboot(&self) {
        self.boot.fetch_add(1, Ordering::Relaxed);
        self.boot_ms.store(0, Ordering::Relaxed);
    }
}

impl DiskClock for ManualClock {
    fn boot_id(&self) -> BootId {
        u128::from(self.boot.load(Ordering::Relaxed)).to_le_bytes()
    }

    fn boot_ms(&self) -> u64 {
        self.boot_ms.load(Ordering::Relaxed)
    }

    fn wall_ms(&self) -> u64 {
        self.wall_ms.load(Ordering::Relaxed)
    }
}

#[test]
fn ages_survive_jumps_of_the_wall_clock() {
    let clock = ManualClock::new();
    let timeline = Timeline::resume(&clock, None, 0);
    clock.advance(5000);
    let (stored, time) = (timeline.reading(&clock), timeline.now(&clock));
    clock.advance(7000);
    clock.set_wall(0);
    let same_boot = Timeline::resume(&clock, Some(stored), time);
    assert_eq!(same_boot.age(&clock, time), Duration::from_secs(7));
    clock.advance(1000);
    assert_eq!(same_boot.age(&clock, time), Duration::from_secs(8));
}

#[test]
fn the_wall_clock_decides_after_another_boot_and_never_goes_back() {
    let clock = ManualClock::new();
    let stored = ClockReading { boot: clock.boot_id(), boot_ms: 1000, wall_ms: 50_000, timeline_ms: 300 };
    clock.reboot();
    clock.set_wall(57_000);
    assert_eq!(Timeline::resume(&clock, Some(stored), 0).now(&clock), 7300);
    clock.set_wall(10_000);
    assert_eq!(Timeline::resume(&clock, Some(stored), 0).now(&clock), 300);
    assert_eq!(Timeline::resume(&clock, Some(stored), 450).now(&clock), 450, "a later record");
}

#[test]
fn the_system_clock_knows_its_boot() {
    let [one, two] = [(); 2].map(|()| crate::backplane::disk::clock::SystemClock::new());
    assert_eq!(one.boot_id(), two.boot_id());
    assert_ne!(one.boot_id(), BootId::default());
    assert!(one.boot_ms() > 0 && one.wall_ms() > 1_700_000_000_000);
}
