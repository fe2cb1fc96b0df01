//! The one timer.

use super::pulse::LATE_MS;
use super::{Session, State};
use crate::{Effect, Rng};

impl Session {
    /// The timer fired, perhaps early, perhaps late.
    pub(super) fn timer(&mut self, buffered: u64, rng: &mut dyn Rng) {
        let late = self.armed_ms.take().is_some_and(|at_ms| self.clock.wall_ms() >= at_ms.saturating_add(LATE_MS));
        self.measure(buffered);
        self.beat(late, rng);
        self.renew();
        self.join_due();
        self.flush();
        if self.due_ms.is_some_and(|due_ms| due_ms <= self.clock.now_ms()) {
            self.time_is_up(rng);
        }
    }

    /// Sets the timer to the earliest deadline.
    pub(super) fn arm(&mut self) {
        let deadlines = [self.due_ms, self.outbox.expires_ms(), self.poll_ms(), self.pace_ms(), self.link_ms()];
        let earliest_ms = deadlines.into_iter().flatten().min();
        let wanted_ms = earliest_ms.map(|at_ms| self.clock.wall(at_ms));
        if wanted_ms != self.armed_ms {
            self.effects.push(wanted_ms.map_or(Effect::Disarm, |at_ms| Effect::Arm { at_ms }));
            self.armed_ms = wanted_ms;
        }
    }

    /// A closing socket gets nothing more, so its figure is not needed before the end.
    fn poll_ms(&self) -> Option<u64> {
        let State::Open(_) = self.state else { return None };
        self.socket.as_ref()?.buffered.poll_ms()
    }

    /// When a connection in envelope mode must be looked after.
    fn link_ms(&mut self) -> Option<u64> {
        let join_ms = self.rooms.join_ms();
        let link = self.ready().filter(|link| link.client.is_some())?;
        [Some(link.pulse.due_ms()), link.renew_ms, join_ms].into_iter().flatten().min()
    }

    fn time_is_up(&mut self, rng: &mut dyn Rng) {
        match self.state {
            State::Connecting(_) if self.socket.is_some() => self.timed_out(rng),
            State::Connecting(_) => self.dial(),
            State::Backoff { .. } | State::Offline { .. } => self.dial_with_token(),
            State::Open(_) => self.timed_out(rng),
            State::Closing(_) => self.close_timed_out(rng),
            State::Idle | State::Suspended | State::Stopped(_) => {}
        }
    }
}
