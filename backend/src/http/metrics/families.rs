//! Metrics of the server: names, help texts and values. Names follow the Prometheus conventions: base units, `_total`
//! for counters.

#[cfg(feature = "disk")]
use super::data_families;
use super::exposition::{Exposition, Kind};
#[cfg(feature = "redis")]
use super::redis_families;
use crate::connection::memory_budget::MemoryPart;
use crate::http::state::AppState;
use crate::hub::metrics::{BUCKETS, DeliveryTimes};

/// Renders all metrics with their current values. Takes the lock of one room or connection at a time.
pub fn render(app: &AppState) -> String {
    let mut out = Exposition::default();
    let version = env!("CARGO_PKG_VERSION");
    out.family(Kind::Gauge, "yodel_build_info", "Always 1; the labels contain version and node.")
        .sample(&[("version", version), ("node", &app.server.node)], 1);
    out.gauge("yodel_start_time_seconds", "Start of the server, in seconds since the Unix epoch.", app.started);
    connections(app, &mut out);
    rejections(app, &mut out);
    messages(app, &mut out);
    rooms(app, &mut out);
    delivery(&app.server.hub.metrics().delivery_times(), &mut out);
    #[cfg(feature = "redis")]
    if let Some(backplane) = &app.server.redis {
        redis_families::render(backplane, &mut out);
    }
    #[cfg(feature = "disk")]
    if let Some(data) = &app.server.data {
        data_families::render(data, &mut out);
    }
    out.finish()
}

fn connections(app: &AppState, out: &mut Exposition) {
    let by_mode = app.admission.by_mode();
    let mut open = out.family(Kind::Gauge, "yodel_connections", "Open connections, by mode.");
    for (mode, count, _) in by_mode {
        open.sample(&[("mode", mode.name())], count);
    }
    let help = "Accepted connections, by mode.";
    let mut accepted = out.family(Kind::Counter, "yodel_connections_accepted_total", help);
    for (mode, _, count) in by_mode {
        accepted.sample(&[("mode", mode.name())], count);
    }
    out.gauge("yodel_sockets", "Open sockets, for any purpose.", app.sockets.open());
    out.gauge("yodel_sockets_limit", "Maximum number of sockets.", app.sockets.max_sockets());
    let help = "Sockets beyond the limit per address, and those beyond the total limit that made room.";
    out.counter("yodel_sockets_refused_total", help, app.sockets.refused());
    out.gauge("yodel_connections_limit", "Maximum number of connections.", app.admission.max_connections());
    out.gauge("yodel_draining", "1 while the server shuts down, otherwise 0.", u8::from(app.admission.is_leaving()));
}

fn rejections(app: &AppState, out: &mut Exposition) {
    let help = "Rejected connections, by reason.";
    let mut rejected = out.family(Kind::Counter, "yodel_connections_refused_total", help);
    for (reason, count) in app.admission.rejected() {
        rejected.sample(&[("reason", reason.label())], count);
    }
    let help = "Closed connections, by close code; undefined codes are counted as `other`.";
    let mut closed = out.family(Kind::Counter, "yodel_connections_closed_total", help);
    let mut others = 0;
    for (code, count) in app.server.metrics.closes() {
        // Codes chosen by clients must not create an unbounded number of series.
        match code.name() {
            Some(_) => closed.sample(&[("code", &code.0.to_string())], count),
            None => others += count,
        }
    }
    closed.sample(&[("code", "other")], others);
    let help = "Failed authentications and authorizations of requests and tokens, by kind.";
    let mut failed = out.family(Kind::Counter, "yodel_auth_failures_total", help);
    for (failure, count) in app.server.metrics.auth_failures() {
        failed.sample(&[("kind", failure.label())], count);
    }
    let help = "Users that cannot connect because of `block` in `/api/disconnect`; at most 100,000.";
    out.gauge("yodel_blocked_users", help, app.server.auth.blocked().count());
}

fn messages(app: &AppState, out: &mut Exposition) {
    let [accepted, duplicates, delivered] = app.server.hub.metrics().message_counts();
    out.counter("yodel_messages_accepted_total", "Messages published or broadcast.", accepted);
    out.counter(
        "yodel_messages_duplicate_total",
        "Publishes with an idempotency key that was used before.",
        duplicates,
    );
    out.counter("yodel_messages_delivered_total", "Copies of messages queued for connections.", delivered);
}

/// Adds metrics that iterate over rooms and connections. One lock is held at a time.
fn rooms(app: &AppState, out: &mut Exposition) {
    let hub = &app.server.hub;
    let rooms = hub.rooms();
    let (mut members, mut messages, mut queued) = (0, 0, hub.everyone().queued_bytes());
    let mut pending_presence = 0;
    for room in &rooms {
        let stats = room.stats();
        (members, messages, queued) =
            (members + stats.clients, messages + stats.retained_messages, queued + room.queued_bytes());
        pending_presence += stats.pending_presence;
    }
    out.gauge("yodel_rooms", "Rooms, with and without members.", rooms.len());
    out.gauge("yodel_rooms_limit", "Maximum number of rooms.", app.server.config.max_rooms_total);
    let help = "Rooms without members that ended, by reason.";
    let mut ended = out.family(Kind::Counter, "yodel_rooms_ended_total", help);
    for (reason, count) in hub.metrics().ended_rooms() {
        ended.sample(&[("reason", reason.label())], count);
    }
    out.gauge("yodel_presence_pending", "Presence changes that are not sent yet.", pending_presence);
    out.gauge("yodel_room_members", "Memberships; a connection in two rooms counts twice.", members);
    out.gauge("yodel_users", "Connected authenticated users.", hub.users());
    out.gauge("yodel_history_messages", "Messages in the histories of all rooms.", messages);
    out.gauge(
        "yodel_history_bytes",
        "Memory used by histories and idempotency keys, in bytes.",
        hub.metrics().retained_bytes(),
    );
    let help = "Maximum memory for histories and idempotency keys, in bytes.";
    out.gauge("yodel_history_bytes_limit", help, app.server.config.history_total);
    let mut queues = out.family(Kind::Gauge, "yodel_queue_bytes", "Queued bytes, by queue.");
    queues.sample(&[("queue", "rooms")], queued);
    let budget = &app.server.budget;
    queues.sample(&[("queue", "connections")], budget.part(MemoryPart::Queues));
    let help = "Memory that connections buffer, in bytes, by part.";
    let mut buffered = out.family(Kind::Gauge, "yodel_buffered_bytes", help);
    for part in MemoryPart::ALL {
        buffered.sample(&[("part", part.label())], budget.part(part));
    }
    let help = "Maximum memory that all connections buffer together, in bytes.";
    out.gauge("yodel_buffered_bytes_limit", help, budget.limit());
    let help = "Connections cut off because too much was buffered in all connections.";
    out.counter("yodel_connections_shed_total", help, budget.shed());
}

fn delivery(times: &DeliveryTimes, out: &mut Exposition) {
    let help = "Time from publishing to the delivery to the last member, per batch.";
    out.family(Kind::Histogram, "yodel_delivery_seconds", help).histogram(&times.counts, &BUCKETS, times.total);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::hub::metrics::HubMetrics;

    #[test]
    fn writes_cumulative_buckets() {
        let (metrics, mut out) = (HubMetrics::default(), Exposition::default());
        for micros in [40, 60, 5_000_001] {
            metrics.add_delivery(1, Duration::from_micros(micros));
        }
        delivery(&metrics.delivery_times(), &mut out);
        let text = out.finish();
        for line in [
            "yodel_delivery_seconds_bucket{le=\"0.00005\"} 1",
            "yodel_delivery_seconds_bucket{le=\"0.0001\"} 2",
            "yodel_delivery_seconds_bucket{le=\"1\"} 2",
            "yodel_delivery_seconds_bucket{le=\"5\"} 2",
            "yodel_delivery_seconds_bucket{le=\"+Inf\"} 3",
            "yodel_delivery_seconds_sum 5.000101",
            "yodel_delivery_seconds_count 3",
        ] {
            assert!(text.lines().any(|found| found == line), "missing line {line} in:\n{text}");
        }
    }
}
