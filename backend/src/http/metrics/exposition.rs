//! The text format of Prometheus: families of samples.

use std::fmt::{Display, Write};

/// What kind of figure a family is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// How often something took how long.
    Histogram,
}

/// Families, one after the other.
#[derive(Debug, Default)]
pub struct Exposition(String);

/// The family that samples are added to.
#[derive(Debug)]
pub struct Family<'e> {
    out: &'e mut String,
    name: &'static str,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

impl Exposition {
    /// Begins a family.
    pub fn family(&mut self, kind: Kind, name: &'static str, help: &str) -> Family<'_> {
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {}", kind.word()));
        Family { out: &mut self.0, name }
    }

    /// A family of one counter.
    pub fn counter(&mut self, name: &'static str, help: &str, value: impl Display) {
        self.family(Kind::Counter, name, help).sample(&[], value);
    }

    /// A family of one gauge.
    pub fn gauge(&mut self, name: &'static str, help: &str, value: impl Display) {
        self.family(Kind::Gauge, name, help).sample(&[], value);
    }

    /// All of it.
    pub fn finish(self) -> String {
        self.0
    }

    fn line(&mut self, line: impl Display) {
        // A text has room for everything.
        let _ = writeln!(self.0, "{line}");
    }
}

impl Family<'_> {
    /// Adds a sample.
    pub fn sample(&mut self, labels: &[(&str, &str)], value: impl Display) {
        self.part("", labels, value);
    }

    /// Adds a part of a histogram: its `_bucket`, `_sum` or `_count`.
    pub fn part(&mut self, suffix: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.out, "{}{suffix}{labels} {value}", self.name);
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_says_what_it_is_and_then_its_samples() {
        let mut out = Exposition::default();
        out.gauge("rooms", "Rooms.", 3);
        let mut family = out.family(Kind::Counter, "refused_total", "Refused.");
        family.sample(&[("why", "full"), ("where", "a\"b\\c\nd")], 7);
        let mut family = out.family(Kind::Histogram, "seconds", "Time.");
        family.part("_bucket", &[("le", "+Inf")], 2);
        family.part("_sum", &[], 0.5);
        let expected = r#"# HELP rooms Rooms.
# TYPE rooms gauge
rooms 3
# HELP refused_total Refused.
# TYPE refused_total counter
refused_total{why="full",where="a\"b\\c\nd"} 7
# HELP seconds Time.
# TYPE seconds histogram
seconds_bucket{le="+Inf"} 2
seconds_sum 0.5
"#;
        assert_eq!(out.finish(), expected);
    }
}
