//! Clocks of a folder. Ages on its timeline survive restarts and changes of the wall clock.

use std::fmt::Debug;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};

/// Identifies a boot of the computer.
pub type BootId = [u8; 16];

/// Source of the times that a folder needs.
pub trait DiskClock: Debug + Send + Sync {
    /// Returns the identifier of this boot; the same for all processes.
    fn boot_id(&self) -> BootId;

    /// Returns the time since the boot, with suspended times, in milliseconds.
    fn boot_ms(&self) -> u64;

    /// Returns the wall-clock time in milliseconds since 1970.
    fn wall_ms(&self) -> u64;
}

/// Clock of Linux.
#[derive(Clone, Debug)]
pub struct SystemClock {
    boot: BootId,
}

/// Times of a moment, as they are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockReading {
    /// Boot of the computer.
    pub boot: BootId,
    /// Time since the boot, in milliseconds.
    pub boot_ms: u64,
    /// Wall-clock time, in milliseconds since 1970.
    pub wall_ms: u64,
    /// Time on the timeline, in milliseconds.
    pub timeline_ms: u64,
}

/// Milliseconds that passed since a folder was created. They never go back.
#[derive(Clone, Copy, Debug)]
pub struct Timeline {
    /// Time on the timeline when the clock was read.
    base: u64,
    /// Time since the boot when the clock was read.
    boot_ms: u64,
}

impl SystemClock {
    /// Creates the clock. Without `/proc`, every process counts as a boot of its own.
    pub fn new() -> Self {
        let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
        let boot = bytes.and_then(|bytes| bytes.try_into().ok()).unwrap_or_else(random_boot_id);
        Self { boot }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

fn random_boot_id() -> BootId {
    let mut boot = BootId::default();
    // Without random bytes, the wall clock decides after a restart within the same boot, too.
    let _ = getrandom::fill(&mut boot);
    boot
}

impl DiskClock for SystemClock {
    fn boot_id(&self) -> BootId {
        self.boot
    }

    fn boot_ms(&self) -> u64 {
        let time = clock_gettime(ClockId::Boottime);
        let [seconds, nanos] = [time.tv_sec, time.tv_nsec].map(|part| u64::try_from(part).unwrap_or(0));
        seconds * 1000 + nanos / 1_000_000
    }

    fn wall_ms(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }
}

impl Timeline {
    /// Continues the timeline of a folder whose clock was last stored as `stored` and whose latest record is from
    /// `latest` on the timeline. Within the same boot, the clock since the boot decides. After another boot, the wall
    /// clock does; if it went back, no time has passed.
    pub fn resume(clock: &dyn DiskClock, stored: Option<ClockReading>, latest: u64) -> Self {
        let boot_ms = clock.boot_ms();
        let passed = |stored: ClockReading| {
            if stored.boot == clock.boot_id() {
                boot_ms.saturating_sub(stored.boot_ms)
            } else {
                clock.wall_ms().saturating_sub(stored.wall_ms)
            }
        };
        let base = stored.map_or(0, |stored| stored.timeline_ms.saturating_add(passed(stored)));
        Self { base: base.max(latest), boot_ms }
    }

    /// Returns the time on the timeline, in milliseconds.
    pub fn now(&self, clock: &dyn DiskClock) -> u64 {
        self.base.saturating_add(clock.boot_ms().saturating_sub(self.boot_ms))
    }

    /// Returns the age of what happened at `time` on the timeline.
    pub fn age(&self, clock: &dyn DiskClock, time: u64) -> Duration {
        Duration::from_millis(self.now(clock).saturating_sub(time))
    }

    /// Returns the times of now, to be stored.
    pub fn reading(&self, clock: &dyn DiskClock) -> ClockReading {
        let (boot, boot_ms, wall_ms) = (clock.boot_id(), clock.boot_ms(), clock.wall_ms());
        ClockReading { boot, boot_ms, wall_ms, timeline_ms: self.now(clock) }
    }
}
