//! The wait for the next dial, and what shortens it.

use yodel_protocol::CloseCode;

use super::backoff;
use super::core::Core;
use super::session::Session;
use super::socket::Socket;
use crate::{Rng, State, Stopped, Why};

/// Time, in milliseconds, after which a connection counts as stable: the next delays start small again.
pub const STABLE_MS: u64 = 5_000;

/// Delay of the dial after `online` and `visible`, in milliseconds: both fire before the network works, and together.
pub const WAKE_DEBOUNCE_MS: u64 = 200;

/// Largest random addition to that delay, in milliseconds: a whole office wakes up when its access point does.
pub const WAKE_JITTER_MS: u64 = 300;

/// Time until a dial although the browser reports no network, in milliseconds: it can be wrong.
pub const OFFLINE_FALLBACK_MS: u64 = 30_000;

/// Longest delay that a server may ask for, in milliseconds.
pub const LONGEST_RETRY_MS: u64 = 5 * 60 * 1000;

impl Session {
    /// Handles a sign that a dial may work again, and that an open connection may not.
    pub(super) fn wake(&mut self, rng: &mut dyn Rng) {
        self.core.dial_soon(rng);
        if let Some(handler) = &mut self.handler {
            handler.wake(&mut self.core);
        }
    }

    /// Handles [`Event::Online`](crate::Event::Online).
    pub(super) fn network_is_back(&mut self, rng: &mut dyn Rng) {
        self.core.online = true;
        self.wake(rng);
    }
}

impl Core {
    /// Notes the end of a connection that nobody asked for.
    pub(super) fn note_end(&mut self, socket: &Socket) {
        let Some(opened_ms) = socket.opened_ms else { return };
        self.down_since_ms = Some(self.clock.now_ms());
        if self.clock.since(opened_ms) >= STABLE_MS {
            self.why.attempt = 0;
        }
    }

    /// Waits after a failure: for `retry_ms` if the server asked for it, else for a random delay.
    pub(super) fn wait_after(&mut self, code: CloseCode, reason: String, retry_ms: Option<u64>, rng: &mut dyn Rng) {
        let before = self.why.attempt;
        self.why = Why { code, reason, attempt: before.saturating_add(1) };
        if self.max_attempts.is_some_and(|attempts| self.why.attempt >= attempts) {
            self.enter(State::Stopped(Stopped::Exhausted), None);
        } else if self.online {
            let wait_ms = retry_ms.map_or_else(|| backoff::delay_ms(before, rng), |ms| ms.min(LONGEST_RETRY_MS));
            let at_ms = self.clock.after(wait_ms);
            self.wait_until(at_ms.max(self.next_dial_ms));
        } else {
            self.wait_until(self.clock.after(OFFLINE_FALLBACK_MS));
        }
    }

    /// Waits until this time for the next dial.
    pub(super) fn wait_until(&mut self, at_ms: u64) {
        let wall_ms = self.clock.wall(at_ms);
        let state = if self.online {
            State::Backoff { until_ms: wall_ms, why: self.why.clone() }
        } else {
            State::Offline { fallback_at_ms: wall_ms }
        };
        self.enter(state, Some(at_ms));
    }

    /// Reports the same wait on a clock that was set.
    pub(super) fn show_wait(&mut self) {
        if let (true, Some(due_ms)) = (self.is_waiting(), self.due_ms) {
            self.wait_until(due_ms);
        }
    }

    /// Handles [`Event::Offline`](crate::Event::Offline). An open socket stays: its server may be on this machine.
    pub(super) fn network_is_gone(&mut self) {
        self.online = false;
        if let State::Backoff { .. } = self.state {
            self.wait_until(self.clock.after(OFFLINE_FALLBACK_MS));
        }
    }

    /// Shortens the wait for the next dial.
    fn dial_soon(&mut self, rng: &mut dyn Rng) {
        if let (true, Some(due_ms)) = (self.is_waiting(), self.due_ms) {
            let at_ms = self.clock.after(WAKE_DEBOUNCE_MS + rng.below(WAKE_JITTER_MS + 1));
            self.wait_until(at_ms.max(self.next_dial_ms).min(due_ms));
        }
    }
}
