//! English strings of the charts.

use crate::i18n::strings::charts::ChartStrings;

pub(in crate::i18n) const STRINGS: ChartStrings = ChartStrings {
    heading: "Statistics",
    latency: "Latency",
    last_minute: "last minute",
    no_latency: "Not available for plain messages. Use yodel.v1 to measure latency.",
    no_data: "No data yet.",
    ms: "{n} ms",
    messages: "Messages/s",
    bytes: "Bytes/s",
    rates: "in {in} · out {out}",
    latency_label: "Latency, last minute: now {now} ms, min {min} ms, max {max} ms.",
    rate_label: "{metric}, last minute: in {in}, out {out}, peak {peak}.",
    timeline: "Connection history",
    timeline_label: "Connection history, listed below. Changes: {n}.",
    details: "Details",
    connected: "connected to {url}",
    disconnected: "disconnected ({reason})",
    no_connection_yet: "No connection yet.",
};
