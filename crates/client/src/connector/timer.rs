//! The session's timer.

use super::core::Core;
use super::session::Session;
use crate::{Effect, Rng, State};

/// Delay of a timer, in milliseconds, from which on the session assumes that the device slept and that the connection
/// may be dead.
pub const LATE_MS: u64 = 5_000;

impl Session {
    /// Handles [`Event::Timer`](crate::Event::Timer), which may be early or late.
    pub(super) fn timer(&mut self, buffered: u64, rng: &mut dyn Rng) {
        let is_late = self.core.disarm();
        self.core.measure(buffered);
        if let Some(handler) = &mut self.handler
            && let Err(failure) = handler.timer(&mut self.core, is_late)
        {
            self.fail(failure, rng);
        }
        self.core.flush_plain();
        if self.core.due_ms.is_some_and(|due_ms| due_ms <= self.core.clock.now_ms()) {
            self.handle_deadline(rng);
        }
    }

    /// Sets the timer to the earliest deadline.
    pub(super) fn arm(&mut self) {
        let core = &mut self.core;
        let handler_ms = self.handler.as_mut().and_then(|handler| handler.deadline_ms(core));
        let deadlines = [core.due_ms, core.queue.expires_ms(), core.poll_ms(), handler_ms];
        let earliest_ms = deadlines.into_iter().flatten().min();
        core.arm(earliest_ms);
    }

    fn handle_deadline(&mut self, rng: &mut dyn Rng) {
        match self.core.state {
            State::Connecting(_) if self.core.socket.is_some() => self.timed_out(rng),
            State::Connecting(_) => self.core.dial(),
            State::Backoff { .. } | State::Offline { .. } => self.dial_or_wait_for_token(),
            State::Open(_) => self.timed_out(rng),
            State::Closing(_) => self.close_timed_out(rng),
            State::Idle | State::Suspended | State::Stopped(_) => {}
        }
    }

    /// Dials, unless the subprotocol waits for a token.
    fn dial_or_wait_for_token(&mut self) {
        match self.handler.as_mut().and_then(|handler| handler.token_wait_ms(&self.core)) {
            Some(wait_ms) => self.core.wait_until(self.core.clock.after(wait_ms)),
            None => self.core.dial(),
        }
    }
}

impl Core {
    /// Clears the fired timer; returns whether it was late by [`LATE_MS`] or more.
    fn disarm(&mut self) -> bool {
        self.armed_ms.take().is_some_and(|at_ms| self.clock.wall_ms() >= at_ms.saturating_add(LATE_MS))
    }

    fn arm(&mut self, earliest_ms: Option<u64>) {
        let at_wall_ms = earliest_ms.map(|at_ms| self.clock.wall(at_ms));
        if at_wall_ms != self.armed_ms {
            self.effects.push(at_wall_ms.map_or(Effect::Disarm, |at_ms| Effect::Arm { at_ms }));
            self.armed_ms = at_wall_ms;
        }
    }

    /// Returns when the open socket's unwritten bytes must be polled next. A closing socket needs no polling, because
    /// it gets no more messages.
    fn poll_ms(&self) -> Option<u64> {
        if !self.is_open() {
            return None;
        }
        self.socket.as_ref()?.buffered.poll_ms()
    }
}
