//! As many messages per second as the server accepts, found by trying.

use crate::Rng;

/// Pause after a rejection, in milliseconds; doubles while nothing is accepted.
pub const PAUSE_MS: u64 = 250;

/// Longest such pause, in milliseconds.
pub const LONGEST_PAUSE_MS: u64 = 10_000;

/// A rejection makes the rate a quarter lower, each second without one a 16th higher: near the server's own limit,
/// and seldom above it.
const SLOWER: u64 = 4;
const FASTER: u64 = 16;

/// Lowest first rate, in messages per second: what was accepted so far may have been few.
/// It doubles each second until that is too much again.
const FIRST_RATE: u64 = 16;

/// Part of a second that may be sent at once, in milliseconds.
const BURST_MS: u64 = 100;

/// Credit that one message costs. A rate of n messages per second adds n credit per millisecond.
const MESSAGE: u64 = 1_000;

/// A rate that is unlimited until the server rejects a message.
#[derive(Debug, Default)]
pub(super) struct RateLimiter {
    per_second: Option<u64>,
    /// Whether the rate is the first one, which may be far too low.
    searching: bool,
    credit: u64,
    credited_ms: u64,
    /// Nothing is sent before this.
    resume_ms: u64,
    pause_ms: u64,
    faster_ms: u64,
    accepted: Accepted,
}

/// Number of messages that the server accepted, counted per second.
#[derive(Debug, Default)]
struct Accepted {
    since_ms: u64,
    count: u64,
    last_second: u64,
}

impl Accepted {
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

impl RateLimiter {
    /// Returns whether a message may be sent now, and counts it.
    pub(super) fn take(&mut self, now_ms: u64) -> bool {
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

    /// Returns when the next message may be sent, after `take` returned false.
    pub(super) fn next_ms(&self) -> u64 {
        let missing = MESSAGE.saturating_sub(self.credit);
        let wait_ms = self.per_second.map_or(0, |per_second| missing.div_ceil(per_second));
        self.resume_ms.max(self.credited_ms.saturating_add(wait_ms))
    }

    /// Notes that the server accepted a message.
    pub(super) fn accepted(&mut self, now_ms: u64) {
        self.accepted.add(now_ms);
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

    /// Notes that the server rejected a message. Rejections during a pause are part of the same one.
    pub(super) fn slow_down(&mut self, now_ms: u64, rng: &mut dyn Rng) {
        if now_ms >= self.resume_ms {
            let first = self.accepted.per_second().max(FIRST_RATE);
            let rate = self.per_second.map_or(first, |rate| (rate - rate.div_ceil(SLOWER)).max(1));
            self.searching = self.per_second.is_none();
            self.per_second = Some(rate);
            self.pause(now_ms, rng);
        }
    }

    /// Pauses for a server that can do nothing now, at any rate; returns when to send again.
    pub(super) fn pause(&mut self, now_ms: u64, rng: &mut dyn Rng) -> u64 {
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
