//! Writer of the Prometheus text format: families of samples.

use std::fmt::{Display, Write};
use std::time::Duration;

/// Type of a metric family.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A value that only increases.
    Counter,
    /// A value that increases and decreases.
    Gauge,
    /// Counts of observations in buckets.
    Histogram,
}

/// Text of an exposition, built family by family.
#[derive(Debug, Default)]
pub struct Exposition(String);

/// A family to which samples are added.
#[derive(Debug)]
pub struct Family<'e> {
    out: &'e mut String,
    name: &'static str,
}

impl Kind {
    fn type_name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

impl Exposition {
    /// Starts a family.
    pub fn family(&mut self, kind: Kind, name: &'static str, help: &str) -> Family<'_> {
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {}", kind.type_name()));
        Family { out: &mut self.0, name }
    }

    /// Adds a family with one counter.
    pub fn counter(&mut self, name: &'static str, help: &str, value: impl Display) {
        self.family(Kind::Counter, name, help).sample(&[], value);
    }

    /// Adds a family with one gauge.
    pub fn gauge(&mut self, name: &'static str, help: &str, value: impl Display) {
        self.family(Kind::Gauge, name, help).sample(&[], value);
    }

    /// Returns the text.
    pub fn finish(self) -> String {
        self.0
    }

    fn line(&mut self, line: impl Display) {
        // Writing to a `String` never fails.
        let _ = writeln!(self.0, "{line}");
    }
}

impl Family<'_> {
    /// Adds a sample.
    pub fn sample(&mut self, labels: &[(&str, &str)], value: impl Display) {
        self.part("", labels, value);
    }

    /// Adds the samples of a histogram of times: `counts` up to each of `bounds`, in microseconds, and above the last one.
    pub fn histogram(&mut self, counts: &[u64], bounds: &[u64], total: Duration) {
        let mut sum = 0;
        for (count, micros) in counts.iter().zip(bounds) {
            sum += count;
            self.part("_bucket", &[("le", &seconds(*micros))], sum);
        }
        let all = counts.iter().sum::<u64>();
        self.part("_bucket", &[("le", "+Inf")], all);
        self.part("_sum", &[], total.as_secs_f64());
        self.part("_count", &[], all);
    }

    /// Adds a sample of a histogram, with the suffix `_bucket`, `_sum` or `_count`.
    fn part(&mut self, suffix: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.out, "{}{suffix}{labels} {value}", self.name);
    }
}

/// Formats microseconds as seconds, without rounding.
fn seconds(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000).trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_help_type_and_samples_of_a_family() {
        let mut out = Exposition::default();
        out.gauge("rooms", "Rooms.", 3);
        let mut family = out.family(Kind::Counter, "rejected_total", "Rejected.");
        family.sample(&[("reason", "full"), ("path", "a\"b\\c\nd")], 7);
        let mut family = out.family(Kind::Histogram, "seconds", "Time.");
        family.part("_bucket", &[("le", "+Inf")], 2);
        family.part("_sum", &[], 0.5);
        let expected = r#"# HELP rooms Rooms.
# TYPE rooms gauge
rooms 3
# HELP rejected_total Rejected.
# TYPE rejected_total counter
rejected_total{reason="full",path="a\"b\\c\nd"} 7
# HELP seconds Time.
# TYPE seconds histogram
seconds_bucket{le="+Inf"} 2
seconds_sum 0.5
"#;
        assert_eq!(out.finish(), expected);
    }
}
