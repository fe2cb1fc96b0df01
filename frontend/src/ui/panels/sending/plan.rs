//! How often a message is repeated, as it is typed.

/// The shortest pause, in milliseconds: browsers make no shorter ones of many timers.
pub const MIN_MS: u32 = 10;

/// A pause and a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepeatPlan {
    /// Milliseconds between two.
    pub interval_ms: u32,
    /// How many; `None` until it is stopped.
    pub count: Option<u64>,
}

impl RepeatPlan {
    /// What was typed; `None` when that are no such numbers.
    pub fn parse(interval: &str, count: &str) -> Option<Self> {
        let interval_ms = interval.trim().parse().ok().filter(|ms| (MIN_MS..=i32::MAX.unsigned_abs()).contains(ms))?;
        let count = match count.trim() {
            "" => None,
            count => Some(count.parse().ok().filter(|count| *count > 0)?),
        };
        Some(Self { interval_ms, count })
    }

    /// Whether so many are enough.
    pub fn is_done(self, sent: u64) -> bool {
        self.count.is_some_and(|count| sent >= count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_within_bounds() {
        assert_eq!(RepeatPlan::parse(" 10 ", ""), Some(RepeatPlan { interval_ms: 10, count: None }));
        assert_eq!(RepeatPlan::parse("1000", "3"), Some(RepeatPlan { interval_ms: 1_000, count: Some(3) }));
        // A browser takes a longer pause for none at all.
        for (interval, count) in
            [("9", ""), ("", ""), ("-1", ""), ("1.5", ""), ("10", "0"), ("10", "x"), ("2147483648", "")]
        {
            assert_eq!(RepeatPlan::parse(interval, count), None, "{interval:?} {count:?}");
        }
    }

    #[test]
    fn it_is_done_after_so_many() {
        let plan = RepeatPlan { interval_ms: 10, count: Some(2) };
        assert!(!plan.is_done(1) && plan.is_done(2));
        assert!(!RepeatPlan { count: None, ..plan }.is_done(u64::MAX));
    }
}
