//! What a run found out: a table for people, JSON for programs.

use serde::Serialize;

use super::common::Common;
use super::latency::Quantiles;
use super::meter::Usage;
use super::run::Measured;

/// From which share of its CPU on this program is what limits the result.
const AT_ITS_LIMIT: f64 = 0.95;

/// All figures of a run. What was not measured is left out.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The kind of load.
    pub mode: &'static str,
    /// The server.
    pub url: String,
    /// How many connections were open, or were opened.
    pub connections: u64,
    /// How many messages were on their way at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outstanding: Option<u64>,
    /// How many handshakes were under way at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u64>,
    /// The size of a message in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<usize>,
    /// Messages that were to be sent in a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<u32>,
    /// Whether the server takes compressed messages, if that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression: Option<bool>,
    /// What is counted.
    pub unit: Unit,
    /// How many came.
    pub count: u64,
    /// How long it took.
    pub seconds: f64,
    /// How many came in a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_second: Option<f64>,
    /// How long they took, in microseconds.
    #[serde(rename = "latency_us", skip_serializing_if = "Option::is_none")]
    pub latency: Option<Quantiles>,
    /// How late this program sent what it had planned, in microseconds.
    #[serde(rename = "late_us", skip_serializing_if = "Option::is_none")]
    pub late: Option<Quantiles>,
    /// Messages that nobody here sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<u64>,
    /// What it cost the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<Server>,
    /// What it cost this program.
    pub generator: Cost,
    /// Whether this program was at its limit, so that the server may not have been.
    pub generator_at_its_limit: bool,
    /// Whether it ended before its end.
    pub interrupted: bool,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Messages that came back.
    Message,
    /// Messages that came to one of many.
    Delivery,
    /// Connections that are open.
    Connection,
    /// Connections that were opened.
    Handshake,
}

/// CPU.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Cost {
    /// CPU time for each of what is counted, in microseconds.
    pub cpu_us: f64,
    /// The share of the time that this was, of one core for a server, of all its cores for this program.
    pub busy: f64,
}

/// What it cost the server.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Server {
    /// CPU.
    #[serde(flatten)]
    pub cost: Cost,
    /// The part of `cpu_us` in the server's own code.
    pub user_us: f64,
    /// The part of `cpu_us` in the system.
    pub system_us: f64,
    /// Its memory before there was any connection, in bytes.
    pub resident_before: u64,
    /// Its memory in the end, in bytes.
    pub resident_after: u64,
    /// By how much it grew for each connection, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resident_per_connection: Option<i64>,
}

impl Report {
    /// The figures that every kind of load has.
    pub fn new<T>(mode: &'static str, unit: Unit, common: &Common, measured: &Measured<T>) -> Self {
        let Measured { usage, count, value } = measured;
        let generator = Cost::of(usage.own.as_secs_f64(), *count, usage.own_busy);
        Self {
            mode,
            url: common.url.to_string(),
            connections: 0,
            outstanding: None,
            concurrency: None,
            size: None,
            rate: None,
            compression: None,
            unit,
            count: *count,
            seconds: round(usage.time.as_secs_f64(), 4),
            per_second: Some(round(each(*count, usage.time.as_secs_f64()), 1)),
            latency: None,
            late: None,
            others: None,
            server: server(usage, *count),
            generator,
            generator_at_its_limit: generator.busy >= AT_ITS_LIMIT,
            interrupted: value.is_none(),
        }
    }

    /// The server's memory before and after.
    pub fn set_memory(&mut self, before: Option<u64>, after: Option<u64>) {
        if let Some(server) = &mut self.server {
            (server.resident_before, server.resident_after) = (before.unwrap_or(0), after.unwrap_or(0));
        }
    }

    /// That memory is about connections.
    pub fn set_memory_per_connection(&mut self) {
        let connections = i64::try_from(self.connections).unwrap_or(i64::MAX).max(1);
        if let Some(server) = &mut self.server {
            let grown = server.resident_after.cast_signed() - server.resident_before.cast_signed();
            server.resident_per_connection = Some(grown / connections);
        }
    }
}

fn server(usage: &Usage, count: u64) -> Option<Server> {
    let used = usage.server?;
    let seconds = (used.user + used.system).as_secs_f64();
    Some(Server {
        cost: Cost::of(seconds, count, seconds / usage.time.as_secs_f64().max(1e-9)),
        user_us: round(each_us(used.user.as_secs_f64(), count), 3),
        system_us: round(each_us(used.system.as_secs_f64(), count), 3),
        resident_before: 0,
        resident_after: 0,
        resident_per_connection: None,
    })
}

impl Cost {
    fn of(seconds: f64, count: u64, busy: f64) -> Self {
        Self { cpu_us: round(each_us(seconds, count), 3), busy: round(busy, 3) }
    }
}

#[allow(clippy::cast_precision_loss)] // Nobody counts to 2^53.
fn each(count: u64, seconds: f64) -> f64 {
    count as f64 / seconds.max(1e-9)
}

#[allow(clippy::cast_precision_loss)]
fn each_us(seconds: f64, count: u64) -> f64 {
    seconds * 1e6 / count.max(1) as f64
}

fn round(figure: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (figure * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::load::process::Used;

    fn usage(user: u64, system: u64) -> Usage {
        let server = Used { user: Duration::from_millis(user), system: Duration::from_millis(system) };
        Usage { time: Duration::from_secs(2), server: Some(server), own: Duration::from_secs(1), own_busy: 0.5 }
    }

    #[test]
    fn what_it_cost_the_server_is_for_each_message_and_for_each_second() {
        let server = server(&usage(300, 1_200), 1_000).expect("it is known");
        assert_eq!(server.cost, Cost { cpu_us: 1_500.0, busy: 0.75 });
        assert!((server.user_us - 300.0).abs() < 1e-9 && (server.system_us - 1_200.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        assert!(each(0, 0.0).abs() < 1e-9 && each_us(0.0, 0).abs() < 1e-9);
    }

    #[test]
    fn figures_have_no_more_digits_than_they_are_worth() {
        assert!((round(1.234_567, 3) - 1.235).abs() < 1e-9);
        assert!((each(200_000, 1.5) - 133_333.333).abs() < 0.001);
    }
}
