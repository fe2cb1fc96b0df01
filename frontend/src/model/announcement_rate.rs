//! The rate of announcements for screen readers: each row, or only the number of rows.

/// Length of a period in seconds, after which the number of rows is announced.
pub const PERIOD_S: u32 = 5;

/// The number of rows in the current period. More than one per second are too many to read out.
#[derive(Debug, Default)]
pub struct AnnouncementRate {
    rows: u64,
}

impl AnnouncementRate {
    /// Counts rows; returns whether there are too many to announce each.
    pub fn add(&mut self, rows: u64) -> bool {
        self.rows += rows;
        self.is_fast()
    }

    /// Ends the period; returns its number of rows.
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
