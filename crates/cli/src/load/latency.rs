//! How long messages were on their way.

use std::time::Duration;

use hdrhistogram::Histogram;
use parking_lot::Mutex;
use serde::Serialize;

/// The longest latency that is told from longer ones, in nanoseconds: 10 minutes.
const LONGEST: u64 = 600_000_000_000;

/// Latencies of all connections together, to three digits.
#[derive(Debug)]
pub struct Latency(Mutex<Histogram<u64>>);

/// The figures of a report, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantiles {
    /// Half of all were shorter.
    pub p50: f64,
    /// Nine of ten were shorter.
    pub p90: f64,
    /// 99 of 100 were shorter.
    pub p99: f64,
    /// 999 of 1,000 were shorter.
    #[serde(rename = "p99.9")]
    pub p99_9: f64,
    /// None was longer.
    pub max: f64,
}

impl Latency {
    /// Without any.
    pub fn new() -> Self {
        Self(Mutex::new(Histogram::new_with_bounds(1, LONGEST, 3).expect("these bounds are allowed")))
    }

    /// Notes so many times that something took this long.
    pub fn record(&self, took: Duration, times: u64) {
        self.0.lock().saturating_record_n(nanoseconds(took), times);
    }

    /// Notes several, each with how often.
    pub fn record_all(&self, took: impl Iterator<Item = (Duration, u64)>) {
        let mut histogram = self.0.lock();
        for (took, times) in took {
            histogram.saturating_record_n(nanoseconds(took), times);
        }
    }

    /// The figures; `None` when nothing was noted.
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

fn nanoseconds(took: Duration) -> u64 {
    u64::try_from(took.as_nanos()).unwrap_or(LONGEST).max(1)
}

/// To a tenth: more than that nobody can measure here.
#[allow(clippy::cast_precision_loss)] // Exact up to 104 days.
fn microseconds(nanoseconds: u64) -> f64 {
    (nanoseconds as f64 / 100.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_all_that_was_noted() {
        let latency = Latency::new();
        assert_eq!(latency.quantiles(), None);
        latency.record(Duration::from_micros(100), 989);
        latency.record_all([(Duration::from_millis(2), 10), (Duration::from_millis(30), 1)].into_iter());
        let Quantiles { p50, p90, p99, p99_9, max } = latency.quantiles().expect("a thousand");
        let is = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 0.002, "{found}, not {expected}");
        is(p50, 100.0);
        is(p90, 100.0);
        is(p99, 2_000.0);
        is(p99_9, 2_000.0);
        is(max, 30_000.0);
    }

    #[test]
    fn what_is_longer_than_the_longest_is_the_longest() {
        let latency = Latency::new();
        latency.record(Duration::from_secs(100_000), 1);
        assert!(latency.quantiles().expect("one").max >= 600_000_000.0);
    }
}
