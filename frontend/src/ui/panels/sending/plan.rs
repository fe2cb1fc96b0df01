//! How often a message is repeated, as it is typed.

/// The shortest pause, in milliseconds: browsers make no shorter ones of many timers.
pub const MIN_MS: u32 = 10;

/// A pause and a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Milliseconds between two.
    pub every_ms: u32,
    /// How many; `None` until it is stopped.
    pub times: Option<u64>,
}

impl Plan {
    /// What was typed; `None` when that are no such numbers.
    pub fn parse(every: &str, times: &str) -> Option<Self> {
        let every_ms = every.trim().parse().ok().filter(|ms| (MIN_MS..=i32::MAX.unsigned_abs()).contains(ms))?;
        let times = match times.trim() {
            "" => None,
            times => Some(times.parse().ok().filter(|times| *times > 0)?),
        };
        Some(Self { every_ms, times })
    }

    /// Whether so many are enough.
    pub fn is_done(self, sent: u64) -> bool {
        self.times.is_some_and(|times| sent >= times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_within_bounds() {
        assert_eq!(Plan::parse(" 10 ", ""), Some(Plan { every_ms: 10, times: None }));
        assert_eq!(Plan::parse("1000", "3"), Some(Plan { every_ms: 1_000, times: Some(3) }));
        // A browser takes a longer pause for none at all.
        for (every, times) in
            [("9", ""), ("", ""), ("-1", ""), ("1.5", ""), ("10", "0"), ("10", "x"), ("2147483648", "")]
        {
            assert_eq!(Plan::parse(every, times), None, "{every:?} {times:?}");
        }
    }

    #[test]
    fn it_is_done_after_so_many() {
        let plan = Plan { every_ms: 10, times: Some(2) };
        assert!(!plan.is_done(1) && plan.is_done(2));
        assert!(!Plan { times: None, ..plan }.is_done(u64::MAX));
    }
}
