//! Time that never goes back, out of a wall clock that may.

/// The wall clock of the driver, and how far it was set back since the beginning.
///
/// A deadline on a clock that is set back an hour would be an hour away. Here the time between two
/// readings is at least zero, so a wait is never longer than it was when the clock was last read.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    wall_ms: u64,
    set_back_ms: u64,
}

impl Clock {
    /// Takes a reading; whether it is earlier than the last one.
    pub(crate) fn read(&mut self, wall_ms: u64) -> bool {
        let back_ms = self.wall_ms.saturating_sub(wall_ms);
        self.set_back_ms = self.set_back_ms.saturating_add(back_ms);
        self.wall_ms = wall_ms;
        back_ms > 0
    }

    /// Now, on the clock that never goes back.
    pub(crate) fn now_ms(&self) -> u64 {
        self.wall_ms.saturating_add(self.set_back_ms)
    }

    /// The driver's clock, as it was read last.
    pub(crate) fn wall_ms(&self) -> u64 {
        self.wall_ms
    }

    /// So much later than now.
    pub(crate) fn after(&self, wait_ms: u64) -> u64 {
        self.now_ms().saturating_add(wait_ms)
    }

    /// How long ago that was.
    pub(crate) fn since(&self, then_ms: u64) -> u64 {
        self.now_ms().saturating_sub(then_ms)
    }

    /// The same moment on the driver's clock.
    pub(crate) fn wall(&self, at_ms: u64) -> u64 {
        at_ms.saturating_sub(self.set_back_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_stands_still_and_goes_on() {
        let mut clock = Clock::default();
        assert!(!clock.read(10_000));
        let deadline = clock.after(500);
        assert!(clock.read(2_000));
        assert_eq!((clock.now_ms(), clock.wall(deadline)), (10_000, 2_500));
        assert!(!clock.read(2_300));
        assert_eq!(clock.since(10_000), 300);
    }
}
