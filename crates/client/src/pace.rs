//! As many messages a second as the server wants, found out by trying.

use crate::Rng;

/// How long to send nothing after the server wanted no more, in milliseconds; doubles while nothing gets through.
pub const PAUSE_MS: u64 = 250;

/// The longest such pause.
pub const LONGEST_PAUSE_MS: u64 = 10_000;

/// After a refusal the pace is a quarter slower, and each second without one a 16th faster: near the
/// server's own rate, and seldom above it.
const SLOWER: u64 = 4;
const FASTER: u64 = 16;

/// The first pace, in messages a second, is at least this: what was taken so far may have been few.
/// It doubles each second until that is too much again.
const FIRST_PACE: u64 = 16;

/// How much of a second may go out at once.
const BURST_MS: u64 = 100;

/// What one message costs. Credit comes in at so many a second, which is this many parts a millisecond.
const MESSAGE: u64 = 1_000;

/// How fast to send: as fast as one can, until the server says that this is too much.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    per_second: Option<u64>,
    /// The pace that is found first may be far too slow.
    searching: bool,
    credit: u64,
    credited_ms: u64,
    /// Nothing goes out before this.
    resume_ms: u64,
    pause_ms: u64,
    faster_ms: u64,
    taken: Taken,
}

/// How many messages the server took, counted in seconds.
#[derive(Debug, Default)]
struct Taken {
    since_ms: u64,
    count: u64,
    last_second: u64,
}

impl Taken {
    fn add(&mut self, now_ms: u64) {
        if now_ms.saturating_sub(self.since_ms) >= 1_000 {
            self.last_second = self.count;
            self.count = 0;
            self.since_ms = now_ms;
        }
        self.count += 1;
    }

    fn per_second(&self) -> u64 {
        self.count.max(self.last_second)
    }
}

impl Pace {
    /// Whether a message may go out now, which counts as one.
    pub(crate) fn take(&mut self, now_ms: u64) -> bool {
        if now_ms < self.resume_ms {
            return false;
        }
        let Some(per_second) = self.per_second else { return true };
        let passed_ms = now_ms.saturating_sub(self.credited_ms);
        let most = (per_second * BURST_MS).max(MESSAGE);
        self.credit = per_second.saturating_mul(passed_ms).saturating_add(self.credit).min(most);
        self.credited_ms = now_ms;
        let enough = self.credit >= MESSAGE;
        self.credit -= if enough { MESSAGE } else { 0 };
        enough
    }

    /// When the next message may go out, after `take` said no.
    pub(crate) fn next_ms(&self) -> u64 {
        let missing = MESSAGE.saturating_sub(self.credit);
        let wait_ms = self.per_second.map_or(0, |per_second| missing.div_ceil(per_second));
        self.resume_ms.max(self.credited_ms.saturating_add(wait_ms))
    }

    /// The server took a message.
    pub(crate) fn taken(&mut self, now_ms: u64) {
        self.taken.add(now_ms);
        if now_ms < self.resume_ms {
            return;
        }
        self.pause_ms = 0;
        if let Some(per_second) = &mut self.per_second
            && now_ms.saturating_sub(self.faster_ms) >= 1_000
        {
            *per_second += if self.searching { *per_second } else { (*per_second / FASTER).max(1) };
            self.faster_ms = now_ms;
        }
    }

    /// The server wants no more for now. Refusals while nothing goes out are part of the same one.
    pub(crate) fn too_fast(&mut self, now_ms: u64, rng: &mut dyn Rng) {
        if now_ms >= self.resume_ms {
            let first = self.taken.per_second().max(FIRST_PACE);
            let pace = self.per_second.map_or(first, |pace| (pace - pace.div_ceil(SLOWER)).max(1));
            self.searching = self.per_second.is_none();
            self.per_second = Some(pace);
            self.pause(now_ms, rng);
        }
    }

    /// The server can do nothing for now, however slow it is asked. When to ask again.
    pub(crate) fn pause(&mut self, now_ms: u64, rng: &mut dyn Rng) -> u64 {
        if now_ms >= self.resume_ms {
            self.stop(now_ms, rng);
        }
        self.resume_ms
    }

    fn stop(&mut self, now_ms: u64, rng: &mut dyn Rng) {
        self.pause_ms = (self.pause_ms * 2).clamp(PAUSE_MS, LONGEST_PAUSE_MS);
        self.resume_ms = now_ms.saturating_add(self.pause_ms + rng.below(self.pause_ms / 4 + 1));
        self.credit = 0;
        self.credited_ms = self.resume_ms;
        self.faster_ms = self.resume_ms;
    }
}
