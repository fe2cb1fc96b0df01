//! A monotonic clock on top of a wall clock that may be set back.

/// The driver's wall clock and the total time by which it was set back.
///
/// A deadline on a wall clock that is set back by an hour would be an hour late. On this clock the time between two
/// readings is at least zero, so a wait never becomes longer.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    wall_ms: u64,
    set_back_ms: u64,
}

impl Clock {
    /// Takes a reading of the wall clock; returns whether the clock was set back since the last reading.
    pub(crate) fn read(&mut self, wall_ms: u64) -> bool {
        let back_ms = self.wall_ms.saturating_sub(wall_ms);
        self.set_back_ms = self.set_back_ms.saturating_add(back_ms);
        self.wall_ms = wall_ms;
        back_ms > 0
    }

    /// Returns the current monotonic time in milliseconds.
    pub(crate) fn now_ms(&self) -> u64 {
        self.wall_ms.saturating_add(self.set_back_ms)
    }

    /// Returns the last reading of the wall clock in milliseconds.
    pub(crate) fn wall_ms(&self) -> u64 {
        self.wall_ms
    }

    /// Returns the monotonic time `wait_ms` from now.
    pub(crate) fn after(&self, wait_ms: u64) -> u64 {
        self.now_ms().saturating_add(wait_ms)
    }

    /// Returns the milliseconds since a monotonic time, or 0 when that time is in the future.
    pub(crate) fn since(&self, then_ms: u64) -> u64 {
        self.now_ms().saturating_sub(then_ms)
    }

    /// Converts a monotonic time to the wall clock.
    pub(crate) fn wall(&self, at_ms: u64) -> u64 {
        at_ms.saturating_sub(self.set_back_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_while_the_wall_clock_is_set_back() {
        let mut clock = Clock::default();
        assert!(!clock.read(10_000));
        let deadline = clock.after(500);
        assert!(clock.read(2_000));
        assert_eq!((clock.now_ms(), clock.wall(deadline)), (10_000, 2_500));
        assert!(!clock.read(2_300));
        assert_eq!(clock.since(10_000), 300);
    }
}
