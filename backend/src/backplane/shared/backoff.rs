//! Growing, jittered delays between repetitions.

use std::time::Duration;

use crate::environment::Random;

const FIRST: Duration = Duration::from_millis(50);
const MAX: Duration = Duration::from_secs(1);

/// Growing delays. Each is chosen at random between half of a limit and the limit, which doubles, so that nodes that
/// failed together do not return together.
#[derive(Debug)]
pub struct Backoff {
    limit: Duration,
}

impl Backoff {
    /// Creates the delays after a success.
    pub const fn new() -> Self {
        Self { limit: FIRST }
    }

    /// Returns the next delay.
    pub fn next(&mut self, random: &dyn Random) -> Duration {
        let mut bytes = [0; 2];
        random.fill(&mut bytes);
        let half = self.limit / 2;
        self.limit = (self.limit * 2).min(MAX);
        half + half * u32::from(u16::from_le_bytes(bytes)) / u32::from(u16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Constant(u8);

    impl Random for Constant {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn doubles_up_to_a_second() {
        for (random, expected) in [(0, [25, 50, 100, 200, 400, 500, 500]), (255, [50, 100, 200, 400, 800, 1000, 1000])]
        {
            let mut backoff = Backoff::new();
            let delays = expected.map(|_| backoff.next(&Constant(random)).as_millis());
            assert_eq!(delays, expected);
        }
    }
}
