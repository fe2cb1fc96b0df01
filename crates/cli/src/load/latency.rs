//! Latency statistics.

use std::time::Duration;

use hdrhistogram::Histogram;
use parking_lot::Mutex;
use serde::Serialize;

/// Largest recorded latency, in nanoseconds: 10 minutes. Longer latencies are recorded as this value.
const MAX_LATENCY: u64 = 600_000_000_000;

/// Latencies of all connections, with three significant digits. Each record takes a lock.
#[derive(Debug)]
pub struct Latency(Mutex<Histogram<u64>>);

/// Latency quantiles in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantiles {
    /// Median.
    pub p50: f64,
    /// 90th percentile.
    pub p90: f64,
    /// 99th percentile.
    pub p99: f64,
    /// 99.9th percentile.
    #[serde(rename = "p99.9")]
    pub p99_9: f64,
    /// Maximum.
    pub max: f64,
}

impl Latency {
    /// Creates an empty histogram.
    pub fn new() -> Self {
        Self(Mutex::new(Histogram::new_with_bounds(1, MAX_LATENCY, 3).expect("the bounds are valid")))
    }

    /// Records a latency `times` times.
    pub fn record(&self, latency: Duration, times: u64) {
        self.0.lock().saturating_record_n(nanoseconds(latency), times);
    }

    /// Records several latencies, each with its number of occurrences.
    pub fn record_all(&self, latencies: impl Iterator<Item = (Duration, u64)>) {
        let mut histogram = self.0.lock();
        for (latency, times) in latencies {
            histogram.saturating_record_n(nanoseconds(latency), times);
        }
    }

    /// Returns the quantiles, or `None` if nothing was recorded.
    pub fn quantiles(&self) -> Option<Quantiles> {
        let histogram = self.0.lock();
        let at = |quantile| microseconds(histogram.value_at_quantile(quantile));
        (!histogram.is_empty()).then(|| Quantiles {
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            p99_9: at(0.999),
            max: microseconds(histogram.max()),
        })
    }
}

fn nanoseconds(latency: Duration) -> u64 {
    u64::try_from(latency.as_nanos()).unwrap_or(MAX_LATENCY).max(1)
}

/// Rounds to a tenth of a microsecond, which is below the precision of the measurement.
#[allow(clippy::cast_precision_loss)] // Exact up to 104 days.
fn microseconds(nanoseconds: u64) -> f64 {
    (nanoseconds as f64 / 100.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn computes_quantiles_of_all_records() {
        let latency = Latency::new();
        assert_eq!(latency.quantiles(), None);
        latency.record(Duration::from_micros(100), 989);
        latency.record_all([(Duration::from_millis(2), 10), (Duration::from_millis(30), 1)].into_iter());
        let Quantiles { p50, p90, p99, p99_9, max } = latency.quantiles().expect("1,000 records");
        let assert_close =
            |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 0.002, "{found}, not {expected}");
        assert_close(p50, 100.0);
        assert_close(p90, 100.0);
        assert_close(p99, 2_000.0);
        assert_close(p99_9, 2_000.0);
        assert_close(max, 30_000.0);
    }

    #[test]
    fn clamps_latencies_to_the_maximum() {
        let latency = Latency::new();
        latency.record(Duration::from_secs(100_000), 1);
        assert!(latency.quantiles().expect("one").max >= 600_000_000.0);
    }
}
