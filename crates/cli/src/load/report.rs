//! The report of a run: a table for people, JSON for programs.

use serde::Serialize;
use yodel_client::target::without_secrets;

use super::common::CommonFlags;
use super::latency::Quantiles;
use super::resources::Usage;
use super::run::Measured;

/// CPU share of this program from which it may limit the result.
const GENERATOR_LIMIT: f64 = 0.95;

/// Results of a run. JSON omits what was not measured.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Kind of load.
    pub mode: &'static str,
    /// URL of the server, without secrets.
    pub url: String,
    /// Number of connections that were open, or that were opened.
    pub connections: u64,
    /// Messages in flight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outstanding: Option<u64>,
    /// Concurrent handshakes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u64>,
    /// Size of a message in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<usize>,
    /// Scheduled messages per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<u32>,
    /// `true` if the server accepted compression; `None` if it was not offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression: Option<bool>,
    /// Unit of `count`.
    pub unit: Unit,
    /// Number of completed items.
    pub count: u64,
    /// Duration in seconds.
    pub seconds: f64,
    /// Completed items per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_second: Option<f64>,
    /// Latencies in microseconds.
    #[serde(rename = "latency_us", skip_serializing_if = "Option::is_none")]
    pub latency: Option<Quantiles>,
    /// Delays between the schedule and the sending, in microseconds.
    #[serde(rename = "late_us", skip_serializing_if = "Option::is_none")]
    pub late: Option<Quantiles>,
    /// Received messages that this program did not send.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<u64>,
    /// Resources used by the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<ServerCost>,
    /// CPU time used by this program.
    pub generator: CpuCost,
    /// `true` if this program was CPU-bound, so that the server may be faster than measured.
    pub generator_at_its_limit: bool,
    /// `true` if Ctrl-C ended the run.
    pub interrupted: bool,
}

/// The counted items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Echoed messages.
    Message,
    /// Messages received by one of many connections.
    Delivery,
    /// Open connections.
    Connection,
    /// Completed handshakes.
    Handshake,
}

/// CPU time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CpuCost {
    /// CPU time per item, in microseconds.
    pub cpu_us: f64,
    /// CPU share: of one core for a server, of all usable cores for this program. 1 is 100%.
    pub busy: f64,
}

/// Resources used by the server.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ServerCost {
    /// CPU time in total.
    #[serde(flatten)]
    pub cost: CpuCost,
    /// User part of `cpu_us`.
    pub user_us: f64,
    /// System part of `cpu_us`.
    pub system_us: f64,
    /// Resident memory before the first connection, in bytes.
    pub resident_before: u64,
    /// Resident memory at the end, in bytes.
    pub resident_after: u64,
    /// Growth of the resident memory per connection, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resident_per_connection: Option<i64>,
}

impl Report {
    /// Creates a report with the results of all kinds of load.
    pub fn new<T>(mode: &'static str, unit: Unit, common: &CommonFlags, measured: &Measured<T>) -> Self {
        let Measured { usage, count, value } = measured;
        let generator = CpuCost::new(usage.own.as_secs_f64(), *count, usage.own_busy);
        Self {
            mode,
            url: without_secrets(&common.url.to_string()),
            connections: 0,
            outstanding: None,
            concurrency: None,
            size: None,
            rate: None,
            compression: None,
            unit,
            count: *count,
            seconds: round(usage.time.as_secs_f64(), 4),
            per_second: Some(round(per_second(*count, usage.time.as_secs_f64()), 1)),
            latency: None,
            late: None,
            others: None,
            server: server(usage, *count),
            generator,
            generator_at_its_limit: generator.busy >= GENERATOR_LIMIT,
            interrupted: value.is_none(),
        }
    }

    /// Sets the server's resident memory, in bytes.
    pub fn set_memory(&mut self, before: Option<u64>, after: Option<u64>) {
        if let Some(server) = &mut self.server {
            (server.resident_before, server.resident_after) = (before.unwrap_or(0), after.unwrap_or(0));
        }
    }

    /// Computes the growth of memory per connection.
    pub fn set_memory_per_connection(&mut self) {
        let connections = i64::try_from(self.connections).unwrap_or(i64::MAX).max(1);
        if let Some(server) = &mut self.server {
            let growth = server.resident_after.cast_signed() - server.resident_before.cast_signed();
            server.resident_per_connection = Some(growth / connections);
        }
    }
}

fn server(usage: &Usage, count: u64) -> Option<ServerCost> {
    let used = usage.server?;
    let seconds = (used.user + used.system).as_secs_f64();
    Some(ServerCost {
        cost: CpuCost::new(seconds, count, seconds / usage.time.as_secs_f64().max(1e-9)),
        user_us: round(us_per_item(used.user.as_secs_f64(), count), 3),
        system_us: round(us_per_item(used.system.as_secs_f64(), count), 3),
        resident_before: 0,
        resident_after: 0,
        resident_per_connection: None,
    })
}

impl CpuCost {
    fn new(seconds: f64, count: u64, busy: f64) -> Self {
        Self { cpu_us: round(us_per_item(seconds, count), 3), busy: round(busy, 3) }
    }
}

#[allow(clippy::cast_precision_loss)] // Counts stay below 2^53.
fn per_second(count: u64, seconds: f64) -> f64 {
    count as f64 / seconds.max(1e-9)
}

#[allow(clippy::cast_precision_loss)]
fn us_per_item(seconds: f64, count: u64) -> f64 {
    seconds * 1e6 / count.max(1) as f64
}

fn round(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::load::process::CpuTime;

    fn usage(user: u64, system: u64) -> Usage {
        let server = CpuTime { user: Duration::from_millis(user), system: Duration::from_millis(system) };
        Usage { time: Duration::from_secs(2), server: Some(server), own: Duration::from_secs(1), own_busy: 0.5 }
    }

    #[test]
    fn computes_the_server_cost_per_item_and_its_cpu_share() {
        let server = server(&usage(300, 1_200), 1_000).expect("the server's usage is known");
        assert_eq!(server.cost, CpuCost { cpu_us: 1_500.0, busy: 0.75 });
        assert!((server.user_us - 300.0).abs() < 1e-9 && (server.system_us - 1_200.0).abs() < 1e-9);
    }

    #[test]
    fn avoids_division_by_zero() {
        assert!(per_second(0, 0.0).abs() < 1e-9 && us_per_item(0.0, 0).abs() < 1e-9);
    }

    #[test]
    fn rounds_values() {
        assert!((round(1.234_567, 3) - 1.235).abs() < 1e-9);
        assert!((per_second(200_000, 1.5) - 133_333.333).abs() < 0.001);
    }
}
