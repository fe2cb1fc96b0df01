//! Metrics in the text format of Prometheus, parsed, and the series of them. Pure.

/// Samples per series: two minutes.
pub(super) const SAMPLES: usize = 60;

/// The metrics at one time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Snapshot {
    pub(super) connections: u64,
    pub(super) rooms: u64,
    /// Messages received and delivered since the server started.
    pub(super) accepted: u64,
    pub(super) delivered: u64,
    /// Rejected requests and closed connections by reason; normal closes are excluded.
    pub(super) rejections: Vec<(String, u64)>,
}

/// Series to draw. Rates are per second.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Series {
    pub(super) connections: Vec<u64>,
    pub(super) rooms: Vec<u64>,
    pub(super) rate_in: Vec<u64>,
    pub(super) rate_out: Vec<u64>,
    pub(super) rejections: Vec<(String, u64)>,
    last: Option<(u64, Snapshot)>,
}

impl Snapshot {
    /// Parses the metrics; `None` if the text has none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut snapshot = Self::default();
        let mut any = false;
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((name, value)) = line.rsplit_once(' ') else { continue };
            let Ok(value) = value.parse::<u64>() else { continue };
            let (family, label) = name.split_once('{').unwrap_or((name, ""));
            let label = label.split('"').nth(1).unwrap_or_default();
            any |= family == "yodel_connections";
            match family {
                "yodel_connections" => snapshot.connections += value,
                "yodel_rooms" => snapshot.rooms = value,
                "yodel_messages_accepted_total" => snapshot.accepted = value,
                "yodel_messages_delivered_total" => snapshot.delivered = value,
                "yodel_connections_refused_total" | "yodel_connections_closed_total" | "yodel_auth_failures_total"
                    if value > 0 && !is_normal(label) =>
                {
                    snapshot.rejections.push((label.to_owned(), value));
                }
                _ => {}
            }
        }
        any.then_some(snapshot)
    }
}

impl Series {
    /// Adds a snapshot; `at_ms` is its time in milliseconds.
    pub(super) fn add(&mut self, at_ms: u64, now: Snapshot) {
        push(&mut self.connections, now.connections);
        push(&mut self.rooms, now.rooms);
        if let Some((before_ms, before)) = &self.last {
            let elapsed_ms = at_ms.saturating_sub(*before_ms).max(1);
            // Counters of a restarted server begin at 0.
            let rate =
                |now: u64, before: u64| now.checked_sub(before).unwrap_or(now).saturating_mul(1_000) / elapsed_ms;
            push(&mut self.rate_in, rate(now.accepted, before.accepted));
            push(&mut self.rate_out, rate(now.delivered, before.delivered));
        }
        self.rejections.clone_from(&now.rejections);
        self.last = Some((at_ms, now));
    }
}

fn push(samples: &mut Vec<u64>, sample: u64) {
    if samples.len() == SAMPLES {
        samples.remove(0);
    }
    samples.push(sample);
}

/// Returns whether a close code is not an error: normal, going away, or no code.
fn is_normal(code: &str) -> bool {
    matches!(code, "1000" | "1001" | "1005")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# HELP yodel_connections Open connections.\n\
        # TYPE yodel_connections gauge\n\
        yodel_connections{mode=\"plain\"} 2\n\
        yodel_connections{mode=\"yodel.v1\"} 3\n\
        yodel_connections_accepted_total{mode=\"plain\"} 9\n\
        yodel_rooms 4\n\
        yodel_messages_accepted_total 100\n\
        yodel_messages_delivered_total 500\n\
        yodel_connections_refused_total{reason=\"full\"} 7\n\
        yodel_connections_closed_total{code=\"1000\"} 8\n\
        yodel_connections_closed_total{code=\"4002\"} 1\n\
        yodel_auth_failures_total{kind=\"expired\"} 0\n";

    #[test]
    fn parses_the_prometheus_text() {
        let snapshot = Snapshot::read(TEXT).unwrap();
        assert_eq!((snapshot.connections, snapshot.rooms), (5, 4));
        assert_eq!((snapshot.accepted, snapshot.delivered), (100, 500));
        assert_eq!(snapshot.rejections, [("full".to_owned(), 7), ("4002".to_owned(), 1)]);
        assert_eq!(Snapshot::read("<!doctype html>\n<p>a page 3"), None);
    }

    #[test]
    fn computes_rates_per_second() {
        let mut series = Series::default();
        let at = |accepted| Snapshot { accepted, ..Snapshot::default() };
        series.add(0, at(100));
        assert!(series.rate_in.is_empty(), "the first snapshot has no rate");
        series.add(2_000, at(150));
        series.add(4_000, at(10));
        assert_eq!(series.rate_in, [25, 5], "the server was restarted");
    }

    #[test]
    fn bounds_the_number_of_samples() {
        let mut series = Series::default();
        for second in 0..=SAMPLES as u64 {
            series.add(second, Snapshot { rooms: second, ..Snapshot::default() });
        }
        assert_eq!((series.rooms.len(), series.rooms[0]), (SAMPLES, 1));
    }
}
