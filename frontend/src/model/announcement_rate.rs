//! When a screen reader is told of each row, and when only of how many there were.

/// How often a sum is said, in seconds.
pub const PERIOD_S: u32 = 5;

/// Rows since the last period: more than one a second are too many to read out.
#[derive(Debug, Default)]
pub struct AnnouncementRate {
    rows: u64,
}

impl AnnouncementRate {
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
    fn announces_one_row_per_second() {
        let mut rate = AnnouncementRate::default();
        assert!((0..5).all(|_| !rate.add(1)));
        assert_eq!(rate.end_period(), 5);
        assert!(!rate.add(1));
    }

    #[test]
    fn summarizes_faster_rows() {
        let mut rate = AnnouncementRate::default();
        assert!(rate.add(6));
        assert_eq!(rate.end_period(), 6);
        assert!(!rate.add(0), "the next period starts quietly");
    }
}
