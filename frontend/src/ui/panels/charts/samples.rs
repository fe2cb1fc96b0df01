//! Measurements of the last minute.

use crate::model::log::Log;

/// Measurements kept at most: one a second for a minute.
pub const SLOTS: usize = 60;

/// What was measured, the oldest first; each at most [`SLOTS`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// How long the server took to answer, in milliseconds; nothing without a connection.
    pub latency: Vec<Option<u64>>,
    /// Messages that arrived.
    pub received: Vec<Option<u64>>,
    /// Messages that were sent.
    pub sent: Vec<Option<u64>>,
    /// Bytes that arrived.
    pub received_bytes: Vec<Option<u64>>,
    /// Bytes that were sent.
    pub sent_bytes: Vec<Option<u64>>,
    /// The counts of the last time.
    before: Option<[u64; 4]>,
}

impl Samples {
    /// Measures once more. The first time there is nothing to compare the counts with.
    pub fn add(&mut self, log: &Log) {
        push(&mut self.latency, log.latency_ms);
        let now = [log.received, log.sent, log.received_bytes, log.sent_bytes];
        let Some(before) = self.before.replace(now) else { return };
        let all_series = [&mut self.received, &mut self.sent, &mut self.received_bytes, &mut self.sent_bytes];
        for (series, (now, before)) in all_series.into_iter().zip(now.into_iter().zip(before)) {
            push(series, Some(now.saturating_sub(before)));
        }
    }

    /// The latency now, the least and the most of it.
    pub fn latency_range(&self) -> Option<(u64, u64, u64)> {
        let now = self.latency.last().copied().flatten()?;
        let known = self.latency.iter().flatten();
        Some((now, known.clone().copied().fold(now, u64::min), known.copied().fold(now, u64::max)))
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
    fn what_came_since_the_last_time_is_counted() {
        let mut samples = Samples::default();
        for received in [5, 7, 7] {
            samples.add(&log_of(received, None));
        }
        assert_eq!(samples.received, [Some(2), Some(0)]);
        assert_eq!(samples.received_bytes, [Some(20), Some(0)]);
        assert_eq!(samples.sent, [Some(0), Some(0)]);
    }

    #[test]
    fn a_minute_is_kept() {
        let mut samples = Samples::default();
        for received in 0..100 {
            samples.add(&log_of(received * received, Some(received)));
        }
        assert_eq!((samples.received.len(), samples.latency.len()), (SLOTS, SLOTS));
        assert_eq!(samples.latency_range(), Some((99, 40, 99)));
    }

    #[test]
    fn without_a_connection_there_is_no_latency() {
        let mut samples = Samples::default();
        samples.add(&log_of(0, Some(3)));
        samples.add(&log_of(0, None));
        assert_eq!(samples.latency, [Some(3), None]);
        assert_eq!(samples.latency_range(), None);
    }
}
