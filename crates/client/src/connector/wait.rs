//! The wait before the next dial, and events that shorten it. Only the user shortens a wait that the server asked for.

use yodel_protocol::CloseCode;

use super::backoff;
use super::core::Core;
use super::session::Session;
use super::socket::Socket;
use crate::{LastFailure, Rng, State, StopReason};

/// Time in milliseconds after which a connection counts as stable. After the loss of a stable connection the delays
/// start at the shortest again.
pub const STABLE_MS: u64 = 5_000;

/// Delay of the dial after `online` and `visible`, in milliseconds. Both events occur together and before the network
/// works.
pub const WAKE_DEBOUNCE_MS: u64 = 200;

/// Largest random addition to [`WAKE_DEBOUNCE_MS`], in milliseconds. All devices behind one access point wake up at
/// once.
pub const WAKE_JITTER_MS: u64 = 300;

/// Time in milliseconds until a dial although the browser reports no network. The browser can be wrong.
pub const OFFLINE_FALLBACK_MS: u64 = 30_000;

/// Longest retry delay that a server can request, in milliseconds.
pub const MAX_RETRY_MS: u64 = 5 * 60 * 1000;

impl Session {
    /// Handles an event after which a dial may work again, and an open connection may be dead.
    pub(super) fn wake(&mut self, rng: &mut dyn Rng) {
        self.core.dial_soon(rng);
        if let Some(handler) = &mut self.handler {
            handler.wake(&mut self.core);
        }
    }

    /// Handles [`Event::Online`](crate::Event::Online).
    pub(super) fn handle_online(&mut self, rng: &mut dyn Rng) {
        self.core.online = true;
        self.wake(rng);
    }
}

impl Core {
    /// Records the unexpected end of a connection.
    pub(super) fn record_loss(&mut self, socket: &Socket) {
        let Some(opened_ms) = socket.opened_ms else { return };
        self.down_since_ms = Some(self.clock.now_ms());
        if self.clock.since(opened_ms) >= STABLE_MS {
            self.last_failure.attempt = 0;
        }
    }

    /// Makes every dial but the user's wait for `retry_ms`, as the server has asked.
    pub(super) fn hold(&mut self, retry_ms: u64) {
        self.hold_ms = self.clock.after(retry_ms.min(MAX_RETRY_MS));
    }

    /// Waits after a failure: for `retry_ms` if the server requested it, else for a random delay.
    pub(super) fn wait_after(&mut self, code: CloseCode, reason: String, retry_ms: Option<u64>, rng: &mut dyn Rng) {
        let failures = self.last_failure.attempt;
        self.last_failure = LastFailure { code, reason, attempt: failures.saturating_add(1) };
        if !self.reconnects || self.max_attempts.is_some_and(|attempts| self.last_failure.attempt >= attempts) {
            return self.give_up();
        }
        let wait_ms = match retry_ms {
            Some(retry_ms) => {
                self.hold(retry_ms);
                0
            }
            None => backoff::delay_ms(failures, rng),
        };
        let wait_ms = if self.online { wait_ms } else { OFFLINE_FALLBACK_MS };
        self.wait_until(self.clock.after(wait_ms).max(self.next_dial_ms).max(self.hold_ms));
    }

    /// Handles [`Event::SetReconnect`](crate::Event::SetReconnect). A dial that has begun goes on.
    pub(super) fn set_reconnect(&mut self, enabled: bool) {
        self.reconnects = enabled;
        if !enabled && self.is_waiting() {
            self.give_up();
        }
    }

    fn give_up(&mut self) {
        self.enter(State::Stopped(StopReason::Exhausted(self.last_failure.clone())), None);
    }

    /// Waits until this time for the next dial.
    pub(super) fn wait_until(&mut self, at_ms: u64) {
        let wall_ms = self.clock.wall(at_ms);
        let state = if self.online {
            State::Backoff { until_ms: wall_ms, last_failure: self.last_failure.clone() }
        } else {
            State::Offline { fallback_at_ms: wall_ms }
        };
        self.enter(state, Some(at_ms));
    }

    /// Reports the current wait again after the wall clock was set back.
    pub(super) fn report_wait(&mut self) {
        if let (true, Some(due_ms)) = (self.is_waiting(), self.due_ms) {
            self.wait_until(due_ms);
        }
    }

    /// Handles [`Event::Offline`](crate::Event::Offline). An open socket stays open: its server may be on this machine.
    pub(super) fn handle_offline(&mut self) {
        self.online = false;
        if let State::Backoff { .. } = self.state {
            self.wait_until(self.clock.after(OFFLINE_FALLBACK_MS).max(self.hold_ms));
        }
    }

    /// Shortens the wait for the next dial, but not below the one that the server asked for.
    fn dial_soon(&mut self, rng: &mut dyn Rng) {
        if let (true, Some(due_ms)) = (self.is_waiting(), self.due_ms) {
            let at_ms = self.clock.after(WAKE_DEBOUNCE_MS + rng.below(WAKE_JITTER_MS + 1));
            self.wait_until(at_ms.max(self.next_dial_ms).max(self.hold_ms).min(due_ms));
        }
    }
}
