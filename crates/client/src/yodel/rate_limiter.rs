//! A rate limiter that finds the server's rate limit by trial.

use crate::Rng;

/// First pause after a rejection, in milliseconds. The pause doubles until a message is accepted.
pub const MIN_PAUSE_MS: u64 = 250;

/// Longest pause after a rejection, in milliseconds.
pub const MAX_PAUSE_MS: u64 = 10_000;

/// A rejection lowers the rate by a quarter. Each second without a rejection raises it by a sixteenth. So the rate
/// stays near the server's limit and rarely exceeds it.
const DECREASE_DIVISOR: u64 = 4;
const INCREASE_DIVISOR: u64 = 16;

/// Lowest first rate in messages per second, because few messages may have been accepted so far. The first rate doubles
/// each second until the next rejection.
const FIRST_RATE: u64 = 16;

/// Burst size: the messages of this many milliseconds may be sent at once.
const BURST_MS: u64 = 100;

/// Credit per message. A rate of n messages per second adds n credits per millisecond.
const MESSAGE_COST: u64 = 1_000;

/// A token bucket without a limit until the server rejects a message.
#[derive(Debug, Default)]
pub(super) struct RateLimiter {
    per_second: Option<u64>,
    /// `true` while the rate is the first one, which may be far too low.
    is_searching: bool,
    credit: u64,
    refilled_ms: u64,
    /// The end of the pause.
    resume_ms: u64,
    pause_ms: u64,
    increased_ms: u64,
    accepted: Accepted,
}

/// The number of accepted messages per second.
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
    /// Returns whether a message may be sent now, and counts it if so.
    pub(super) fn take(&mut self, now_ms: u64) -> bool {
        if now_ms < self.resume_ms {
            return false;
        }
        let Some(per_second) = self.per_second else { return true };
        let passed_ms = now_ms.saturating_sub(self.refilled_ms);
        let burst = (per_second * BURST_MS).max(MESSAGE_COST);
        self.credit = per_second.saturating_mul(passed_ms).saturating_add(self.credit).min(burst);
        self.refilled_ms = now_ms;
        let is_allowed = self.credit >= MESSAGE_COST;
        self.credit -= if is_allowed { MESSAGE_COST } else { 0 };
        is_allowed
    }

    /// Returns when the next message may be sent, after [`take`](Self::take) returned `false`.
    pub(super) fn next_ms(&self) -> u64 {
        let missing = MESSAGE_COST.saturating_sub(self.credit);
        let wait_ms = self.per_second.map_or(0, |per_second| missing.div_ceil(per_second));
        self.resume_ms.max(self.refilled_ms.saturating_add(wait_ms))
    }

    /// Records that the server accepted a message.
    pub(super) fn accepted(&mut self, now_ms: u64) {
        self.accepted.add(now_ms);
        if now_ms < self.resume_ms {
            return;
        }
        self.pause_ms = 0;
        if let Some(per_second) = &mut self.per_second
            && now_ms.saturating_sub(self.increased_ms) >= 1_000
        {
            *per_second += if self.is_searching { *per_second } else { (*per_second / INCREASE_DIVISOR).max(1) };
            self.increased_ms = now_ms;
        }
    }

    /// Lowers the rate and pauses after a rejection. Further rejections during the pause have no effect.
    pub(super) fn slow_down(&mut self, now_ms: u64, rng: &mut dyn Rng) {
        if now_ms >= self.resume_ms {
            let first = self.accepted.per_second().max(FIRST_RATE);
            let rate = self.per_second.map_or(first, |rate| (rate - rate.div_ceil(DECREASE_DIVISOR)).max(1));
            self.is_searching = self.per_second.is_none();
            self.per_second = Some(rate);
            self.pause(now_ms, rng);
        }
    }

    /// Pauses without a lower rate, for a server that is unavailable; returns the end of the pause.
    pub(super) fn pause(&mut self, now_ms: u64, rng: &mut dyn Rng) -> u64 {
        if now_ms >= self.resume_ms {
            self.stop(now_ms, rng);
        }
        self.resume_ms
    }

    fn stop(&mut self, now_ms: u64, rng: &mut dyn Rng) {
        self.pause_ms = (self.pause_ms * 2).clamp(MIN_PAUSE_MS, MAX_PAUSE_MS);
        self.resume_ms = now_ms.saturating_add(self.pause_ms + rng.below(self.pause_ms / 4 + 1));
        self.credit = 0;
        self.refilled_ms = self.resume_ms;
        self.increased_ms = self.resume_ms;
    }
}
