//! Interval and count of a repetition, as typed.

/// Minimum interval, in milliseconds; browsers clamp shorter timers.
pub const MIN_MS: u32 = 10;

/// Interval and count of a repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepeatPlan {
    /// Interval between two messages, in milliseconds.
    pub interval_ms: u32,
    /// Number of messages; `None` repeats until stopped.
    pub count: Option<u64>,
}

impl RepeatPlan {
    /// Parses interval and count; `None` if they are not in range.
    pub fn parse(interval: &str, count: &str) -> Option<Self> {
        let interval_ms = interval.trim().parse().ok().filter(|ms| (MIN_MS..=i32::MAX.unsigned_abs()).contains(ms))?;
        let count = match count.trim() {
            "" => None,
            count => Some(count.parse().ok().filter(|count| *count > 0)?),
        };
        Some(Self { interval_ms, count })
    }

    /// Returns whether this number of messages completes the repetition.
    pub fn is_done(self, sent: u64) -> bool {
        self.count.is_some_and(|count| sent >= count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_numbers_out_of_range() {
        assert_eq!(RepeatPlan::parse(" 10 ", ""), Some(RepeatPlan { interval_ms: 10, count: None }));
        assert_eq!(RepeatPlan::parse("1000", "3"), Some(RepeatPlan { interval_ms: 1_000, count: Some(3) }));
        // A browser treats a longer interval as 0.
        for (interval, count) in
            [("9", ""), ("", ""), ("-1", ""), ("1.5", ""), ("10", "0"), ("10", "x"), ("2147483648", "")]
        {
            assert_eq!(RepeatPlan::parse(interval, count), None, "{interval:?} {count:?}");
        }
    }

    #[test]
    fn is_done_after_the_count() {
        let plan = RepeatPlan { interval_ms: 10, count: Some(2) };
        assert!(!plan.is_done(1) && plan.is_done(2));
        assert!(!RepeatPlan { count: None, ..plan }.is_done(u64::MAX));
    }
}
