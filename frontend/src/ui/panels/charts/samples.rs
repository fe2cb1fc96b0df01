//! Measurements of the last minute.

use crate::model::log::Log;

/// Maximum number of measurements: one per second for a minute.
pub const SLOTS: usize = 60;

/// Selects a series of [`Samples`].
pub type SeriesOf = fn(&Samples) -> &[Option<u64>];

/// Series of measurements, oldest first, at most [`SLOTS`] each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// Round-trip times in milliseconds; `None` without a connection.
    pub latency: Vec<Option<u64>>,
    /// Received messages per second.
    pub received: Vec<Option<u64>>,
    /// Sent messages per second.
    pub sent: Vec<Option<u64>>,
    /// Received bytes per second.
    pub received_bytes: Vec<Option<u64>>,
    /// Sent bytes per second.
    pub sent_bytes: Vec<Option<u64>>,
    /// Counters at the last measurement.
    before: Option<[u64; 4]>,
}

impl Samples {
    /// Adds a measurement. The first one has no counters to compare with, so it adds a latency only.
    pub fn add(&mut self, log: &Log) {
        push(&mut self.latency, log.latency_ms);
        let now = [log.received, log.sent, log.received_bytes, log.sent_bytes];
        let Some(before) = self.before.replace(now) else { return };
        let all_series = [&mut self.received, &mut self.sent, &mut self.received_bytes, &mut self.sent_bytes];
        for (series, (now, before)) in all_series.into_iter().zip(now.into_iter().zip(before)) {
            push(series, Some(now.saturating_sub(before)));
        }
    }

    /// Returns the current, lowest and highest latency in milliseconds; `None` without a connection.
    pub fn latency_range(&self) -> Option<(u64, u64, u64)> {
        let now = self.latency.last().copied().flatten()?;
        let measured = self.latency.iter().flatten();
        Some((now, measured.clone().copied().fold(now, u64::min), measured.copied().fold(now, u64::max)))
    }
}

fn push(series: &mut Vec<Option<u64>>, sample: Option<u64>) {
    if series.len() == SLOTS {
        series.remove(0);
    }
    series.push(sample);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log_of(received: u64, latency_ms: Option<u64>) -> Log {
        let mut log = Log::default();
        (log.received, log.received_bytes, log.latency_ms) = (received, received * 10, latency_ms);
        log
    }

    #[test]
    fn counts_changes_between_measurements() {
        let mut samples = Samples::default();
        for received in [5, 7, 7] {
            samples.add(&log_of(received, None));
        }
        assert_eq!(samples.received, [Some(2), Some(0)]);
        assert_eq!(samples.received_bytes, [Some(20), Some(0)]);
        assert_eq!(samples.sent, [Some(0), Some(0)]);
    }

    #[test]
    fn keeps_one_minute() {
        let mut samples = Samples::default();
        for received in 0..100 {
            samples.add(&log_of(received * received, Some(received)));
        }
        assert_eq!((samples.received.len(), samples.latency.len()), (SLOTS, SLOTS));
        assert_eq!(samples.latency_range(), Some((99, 40, 99)));
    }

    #[test]
    fn has_no_latency_without_a_connection() {
        let mut samples = Samples::default();
        samples.add(&log_of(0, Some(3)));
        samples.add(&log_of(0, None));
        assert_eq!(samples.latency, [Some(3), None]);
        assert_eq!(samples.latency_range(), None);
    }
}
