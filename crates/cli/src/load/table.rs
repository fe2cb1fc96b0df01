//! A report as people read it.

use std::fmt;

use super::report::{Report, Server, Unit};

/// One figure.
struct TableRow {
    name: String,
    figure: String,
    /// What it is of, and what else there is to say.
    words: String,
}

impl Unit {
    fn one(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Delivery => "delivery",
            Self::Connection => "connection",
            Self::Handshake => "handshake",
        }
    }

    fn many(self) -> &'static str {
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
        let parts = [self.setting(), self.result(), self.times(), self.cost()];
        let widest = |part: fn(&TableRow) -> usize| parts.iter().flatten().map(part).max().unwrap_or(0);
        let (names, figures) = (widest(|row| row.name.len()), widest(|row| row.figure.len()));
        for part in parts.iter().filter(|part| !part.is_empty()) {
            writeln!(f)?;
            for TableRow { name, figure, words } in part {
                writeln!(f, "{}", format!("{name:names$}  {figure:>figures$}  {words}").trim_end())?;
            }
        }
        if self.generator_at_its_limit {
            writeln!(f, "\nThis program was at its limit: the server may be faster. More --threads may help.")?;
        }
        Ok(())
    }
}

impl Report {
    /// What was asked for.
    fn setting(&self) -> Vec<TableRow> {
        let compression = |taken| if taken { "used: the server accepts it" } else { "not used: the server declined" };
        let connections = (self.unit != Unit::Connection).then(|| row("connections", count(self.connections), ""));
        [
            connections,
            self.outstanding.map(|messages| row("outstanding", count(messages), "")),
            self.concurrency.map(|handshakes| row("at once", count(handshakes), "")),
            self.size.map(|bytes| row("size", count(bytes as u64), "bytes")),
            self.rate.map(|messages| row("planned", count(messages.into()), "a second")),
            self.compression.map(|taken| row("compression", String::new(), compression(taken))),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn result(&self) -> Vec<TableRow> {
        let others = self.others.filter(|&others| others > 0);
        [
            Some(row(
                self.unit.many(),
                count(self.count),
                if self.interrupted { "until it was interrupted" } else { "" },
            )),
            Some(row("time", format!("{:.3}", self.seconds), "s")),
            self.per_second.map(|rate| row("rate", count(whole(rate)), "a second")),
            others.map(|others| row("others", count(others), "messages that nobody here sent")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn times(&self) -> Vec<TableRow> {
        let mut rows = Vec::new();
        for (name, times) in [("latency", self.latency), ("sent late", self.late)] {
            let Some(times) = times else { continue };
            let named = [
                ("p50", times.p50),
                ("p90", times.p90),
                ("p99", times.p99),
                ("p99.9", times.p99_9),
                ("max", times.max),
            ];
            rows.extend(
                named.map(|(quantile, figure)| row(&format!("{name} {quantile}"), format!("{figure:.1}"), "µs")),
            );
        }
        rows
    }

    fn cost(&self) -> Vec<TableRow> {
        let each = format!("µs a {}", self.unit.one());
        let mut rows = self.server.map_or_else(Vec::new, |server| server.rows(&each));
        rows.push(row("own CPU", format!("{:.2}", self.generator.cpu_us), &each));
        rows.push(row("own CPU busy", percent(self.generator.busy), "%"));
        rows
    }
}

impl Server {
    fn rows(&self, each: &str) -> Vec<TableRow> {
        let split = format!("{each}: {:.2} user, {:.2} system", self.user_us, self.system_us);
        let mut rows = vec![
            row("server CPU", format!("{:.2}", self.cost.cpu_us), &split),
            row("server CPU busy", percent(self.cost.busy), "% of a core"),
            row("server memory before", kibibytes(self.resident_before), "KiB"),
            row("server memory after", kibibytes(self.resident_after), "KiB"),
        ];
        let grown =
            self.resident_per_connection.map(|bytes| row("and that is", bytes.to_string(), "bytes a connection"));
        rows.extend(grown);
        rows
    }
}

fn row(name: &str, figure: String, words: &str) -> TableRow {
    TableRow { name: name.to_owned(), figure, words: words.to_owned() }
}

fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

fn kibibytes(bytes: u64) -> String {
    count(bytes / 1024)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Figures are neither negative nor that large.
fn whole(figure: f64) -> u64 {
    figure.round() as u64
}

/// With a comma between thousands.
fn count(figure: u64) -> String {
    let digits = figure.to_string();
    let groups: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    String::from_utf8_lossy(&groups.join(&b',')).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::latency::Quantiles;
    use crate::load::report::Cost;

    #[test]
    fn thousands_are_parted() {
        for (figure, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(count(figure), text);
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
            generator: Cost { cpu_us: 0.75, busy: 0.5 },
            generator_at_its_limit: false,
            interrupted: false,
        }
    }

    #[test]
    fn a_table_is_aligned_and_has_only_what_was_measured() {
        let expected = "\
echo ws://127.0.0.1:8000/ws

connections         64
outstanding          8
size             1,024  bytes
compression             not used: the server declined

messages       200,000
time             1.500  s
rate           133,333  a second

latency p50       99.4  µs
latency p90      120.0  µs
latency p99      200.0  µs
latency p99.9   1000.0  µs
latency max     2345.6  µs

own CPU           0.75  µs a message
own CPU busy        50  %
";
        assert_eq!(report().to_string(), expected);
    }

    #[test]
    fn a_generator_at_its_limit_is_said() {
        let report = Report { generator_at_its_limit: true, ..report() };
        assert!(report.to_string().ends_with("More --threads may help.\n"));
    }

    #[test]
    fn the_server_has_its_rows() {
        let cost = Cost { cpu_us: 1.25, busy: 0.97 };
        let memory = (10 << 20, 11 << 20);
        let server = Server {
            cost,
            user_us: 0.5,
            system_us: 0.75,
            resident_before: memory.0,
            resident_after: memory.1,
            resident_per_connection: Some(1_048),
        };
        let text = Report { server: Some(server), unit: Unit::Connection, ..report() }.to_string();
        for line in [
            "1.25  µs a connection: 0.50 user, 0.75 system",
            "97  % of a core",
            "10,240  KiB",
            "11,264  KiB",
            "1048  bytes a connection",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }
}
