//! Formats a report as a table.

use std::fmt;

use super::report::{Report, ServerCost, Unit};

/// A row of the table.
struct TableRow {
    name: String,
    value: String,
    /// Unit and explanation.
    note: String,
}

impl Unit {
    fn singular(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Delivery => "delivery",
            Self::Connection => "connection",
            Self::Handshake => "handshake",
        }
    }

    fn plural(self) -> &'static str {
        match self {
            Self::Message => "messages",
            Self::Delivery => "deliveries",
            Self::Connection => "connections",
            Self::Handshake => "handshakes",
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.mode, self.url)?;
        let parts = [self.settings(), self.results(), self.latencies(), self.cost()];
        let widest = |part: fn(&TableRow) -> usize| parts.iter().flatten().map(part).max().unwrap_or(0);
        let (names, values) = (widest(|row| row.name.len()), widest(|row| row.value.len()));
        for part in parts.iter().filter(|part| !part.is_empty()) {
            writeln!(f)?;
            for TableRow { name, value, note } in part {
                writeln!(f, "{}", format!("{name:names$}  {value:>values$}  {note}").trim_end())?;
            }
        }
        if self.generator_at_its_limit {
            writeln!(f, "\nThe load generator was CPU-bound: the server may be faster. Try more --threads.")?;
        }
        Ok(())
    }
}

impl Report {
    /// Returns the rows of the settings.
    fn settings(&self) -> Vec<TableRow> {
        let compression = |accepted| if accepted { "accepted by the server" } else { "declined by the server" };
        let connections = (self.unit != Unit::Connection).then(|| row("connections", count(self.connections), ""));
        [
            connections,
            self.outstanding.map(|messages| row("outstanding", count(messages), "")),
            self.concurrency.map(|handshakes| row("concurrency", count(handshakes), "")),
            self.size.map(|bytes| row("size", count(bytes as u64), "bytes")),
            self.rate.map(|messages| row("target rate", count(messages.into()), "/s")),
            self.compression.map(|accepted| row("compression", String::new(), compression(accepted))),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn results(&self) -> Vec<TableRow> {
        let others = self.others.filter(|&others| others > 0);
        [
            Some(row(self.unit.plural(), count(self.count), if self.interrupted { "until interrupted" } else { "" })),
            Some(row("time", format!("{:.3}", self.seconds), "s")),
            self.per_second.map(|rate| row("rate", count(whole(rate)), "/s")),
            others.map(|others| row("other messages", count(others), "not sent by this program")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn latencies(&self) -> Vec<TableRow> {
        let mut rows = Vec::new();
        for (name, latencies) in [("latency", self.latency), ("send delay", self.late)] {
            let Some(latencies) = latencies else { continue };
            let named = [
                ("p50", latencies.p50),
                ("p90", latencies.p90),
                ("p99", latencies.p99),
                ("p99.9", latencies.p99_9),
                ("max", latencies.max),
            ];
            rows.extend(named.map(|(quantile, value)| row(&format!("{name} {quantile}"), format!("{value:.1}"), "µs")));
        }
        rows
    }

    fn cost(&self) -> Vec<TableRow> {
        let each = format!("µs per {}", self.unit.singular());
        let mut rows = self.server.map_or_else(Vec::new, |server| server.rows(&each));
        rows.push(row("generator CPU", format!("{:.2}", self.generator.cpu_us), &each));
        rows.push(row("generator CPU busy", percent(self.generator.busy), "%"));
        rows
    }
}

impl ServerCost {
    fn rows(&self, each: &str) -> Vec<TableRow> {
        let split = format!("{each}: {:.2} user, {:.2} system", self.user_us, self.system_us);
        let mut rows = vec![
            row("server CPU", format!("{:.2}", self.cost.cpu_us), &split),
            row("server CPU busy", percent(self.cost.busy), "% of a core"),
            row("server memory before", kibibytes(self.resident_before), "KiB"),
            row("server memory after", kibibytes(self.resident_after), "KiB"),
        ];
        let growth = self
            .resident_per_connection
            .map(|bytes| row("server memory growth", bytes.to_string(), "bytes per connection"));
        rows.extend(growth);
        rows
    }
}

fn row(name: &str, value: String, note: &str) -> TableRow {
    TableRow { name: name.to_owned(), value, note: note.to_owned() }
}

fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

fn kibibytes(bytes: u64) -> String {
    count(bytes / 1024)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Values are neither negative nor that large.
fn whole(value: f64) -> u64 {
    value.round() as u64
}

/// Formats a number with commas between thousands.
fn count(value: u64) -> String {
    let digits = value.to_string();
    let groups: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    String::from_utf8_lossy(&groups.join(&b',')).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::latency::Quantiles;
    use crate::load::report::CpuCost;

    #[test]
    fn separates_thousands() {
        for (value, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(count(value), text);
        }
    }

    fn report() -> Report {
        Report {
            mode: "echo",
            url: "ws://127.0.0.1:8000/ws".to_owned(),
            connections: 64,
            outstanding: Some(8),
            concurrency: None,
            size: Some(1024),
            rate: None,
            compression: Some(false),
            unit: Unit::Message,
            count: 200_000,
            seconds: 1.5,
            per_second: Some(133_333.3),
            latency: Some(Quantiles { p50: 99.4, p90: 120.0, p99: 200.0, p99_9: 1_000.0, max: 2_345.6 }),
            late: None,
            others: Some(0),
            server: None,
            generator: CpuCost { cpu_us: 0.75, busy: 0.5 },
            generator_at_its_limit: false,
            interrupted: false,
        }
    }

    #[test]
    fn aligns_the_table_and_omits_missing_measurements() {
        let expected = "\
echo ws://127.0.0.1:8000/ws

connections              64
outstanding               8
size                  1,024  bytes
compression                  declined by the server

messages            200,000
time                  1.500  s
rate                133,333  /s

latency p50            99.4  µs
latency p90           120.0  µs
latency p99           200.0  µs
latency p99.9        1000.0  µs
latency max          2345.6  µs

generator CPU          0.75  µs per message
generator CPU busy       50  %
";
        assert_eq!(report().to_string(), expected);
    }

    #[test]
    fn warns_about_a_cpu_bound_generator() {
        let report = Report { generator_at_its_limit: true, ..report() };
        assert!(report.to_string().ends_with("Try more --threads.\n"));
    }

    #[test]
    fn lists_the_server_cost() {
        let cost = CpuCost { cpu_us: 1.25, busy: 0.97 };
        let memory = (10 << 20, 11 << 20);
        let server = ServerCost {
            cost,
            user_us: 0.5,
            system_us: 0.75,
            resident_before: memory.0,
            resident_after: memory.1,
            resident_per_connection: Some(1_048),
        };
        let text = Report { server: Some(server), unit: Unit::Connection, ..report() }.to_string();
        for line in [
            "1.25  µs per connection: 0.50 user, 0.75 system",
            "97  % of a core",
            "10,240  KiB",
            "11,264  KiB",
            "1048  bytes per connection",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }
}
