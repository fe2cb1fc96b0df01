//! When a screen reader is told of each row, and when only of how many there were.

/// How often a sum is said, in seconds.
pub const PERIOD_S: u32 = 5;

/// Rows since the last period: more than one a second are too many to read out.
#[derive(Debug, Default)]
pub struct Pace {
    rows: u64,
}

impl Pace {
    /// So many rows came; whether they are too many by now.
    pub fn add(&mut self, rows: u64) -> bool {
        self.rows += rows;
        self.is_fast()
    }

    /// A period is over: how many rows it had.
    pub fn end_period(&mut self) -> u64 {
        std::mem::take(&mut self.rows)
    }

    fn is_fast(&self) -> bool {
        self.rows > u64::from(PERIOD_S)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_a_second_is_read_out() {
        let mut pace = Pace::default();
        assert!((0..5).all(|_| !pace.add(1)));
        assert_eq!(pace.end_period(), 5);
        assert!(!pace.add(1));
    }

    #[test]
    fn more_are_summed_up() {
        let mut pace = Pace::default();
        assert!(pace.add(6));
        assert_eq!(pace.end_period(), 6);
        assert!(!pace.add(0), "the next period starts quietly");
    }
}
