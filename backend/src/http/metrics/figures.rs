//! Every figure: what it is called, and what it means. Names are as Prometheus wants them: base units,
//! `_total` for what only grows.

use super::exposition::{Exposition, Kind};
use crate::http::state::App;
use crate::hub::metrics::{BUCKETS, DeliveryTimes};

/// All figures, as they are now.
pub fn all(app: &App) -> String {
    let mut out = Exposition::default();
    let version = env!("CARGO_PKG_VERSION");
    out.family(Kind::Gauge, "yodel_build_info", "Always 1; what runs is in the labels.")
        .sample(&[("version", version), ("node", &app.shared.node)], 1);
    out.gauge("yodel_start_time_seconds", "When the server started, in seconds since 1970.", app.started);
    connections(app, &mut out);
    refusals(app, &mut out);
    messages(app, &mut out);
    rooms(app, &mut out);
    delivery(&app.shared.hub.metrics().delivery_times(), &mut out);
    out.finish()
}

fn connections(app: &App, out: &mut Exposition) {
    let by_mode = app.admission.by_mode();
    let mut open = out.family(Kind::Gauge, "yodel_connections", "Open connections, by what they are for.");
    for (mode, count, _) in by_mode {
        open.sample(&[("mode", mode.name())], count);
    }
    let help = "Connections that were let in, by what they are for.";
    let mut accepted = out.family(Kind::Counter, "yodel_connections_accepted_total", help);
    for (mode, _, count) in by_mode {
        accepted.sample(&[("mode", mode.name())], count);
    }
    out.gauge("yodel_connections_limit", "How many connections there may be.", app.admission.max_connections());
    out.gauge("yodel_draining", "1 while the server stops, 0 before.", u8::from(app.admission.is_closed()));
}

fn refusals(app: &App, out: &mut Exposition) {
    let help = "Connections that were not let in, by why.";
    let mut refused = out.family(Kind::Counter, "yodel_connections_refused_total", help);
    for (why, count) in app.admission.rejected() {
        refused.sample(&[("reason", why.label())], count);
    }
    let help = "Connections that were closed, by close code; `other` are codes that nobody has defined.";
    let mut closed = out.family(Kind::Counter, "yodel_connections_closed_total", help);
    let mut others = 0;
    for (code, count) in app.shared.metrics.closes() {
        // What peers make up must not become a series each.
        match code.name() {
            Some(_) => closed.sample(&[("code", &code.0.to_string())], count),
            None => others += count,
        }
    }
    closed.sample(&[("code", "other")], others);
    let help = "Requests and tokens of somebody who was not taken for who may do that, by why.";
    let mut failed = out.family(Kind::Counter, "yodel_auth_failures_total", help);
    for (failure, count) in app.shared.metrics.failures() {
        failed.sample(&[("kind", failure.label())], count);
    }
}

fn messages(app: &App, out: &mut Exposition) {
    let [accepted, duplicates, delivered] = app.shared.hub.metrics().message_counts();
    out.counter("yodel_messages_accepted_total", "Messages that were published, or for everybody.", accepted);
    out.counter("yodel_messages_duplicate_total", "Messages that had been published before.", duplicates);
    out.counter("yodel_messages_delivered_total", "Copies handed to connections.", delivered);
}

/// What takes a look at each room and each connection. A lock is held for one of them at a time.
fn rooms(app: &App, out: &mut Exposition) {
    let hub = &app.shared.hub;
    let rooms = hub.rooms();
    let (mut members, mut kept, mut waiting) = (0, 0, hub.everyone().queued_bytes());
    for room in &rooms {
        let figures = room.stats();
        (members, kept, waiting) =
            (members + figures.clients, kept + figures.retained_messages, waiting + room.queued_bytes());
    }
    out.gauge("yodel_rooms", "Rooms that somebody is in or of which something is kept.", rooms.len());
    out.gauge("yodel_room_members", "Connections in rooms; one in two rooms counts twice.", members);
    out.gauge("yodel_users", "Users who are connected, where the server knows them.", hub.users());
    out.gauge("yodel_history_messages", "Messages in the histories of all rooms.", kept);
    out.gauge("yodel_history_bytes", "What histories and keys cost, in bytes.", hub.metrics().retained_bytes());
    let mut queues = out.family(Kind::Gauge, "yodel_queue_bytes", "Bytes that wait, by where.");
    queues.sample(&[("queue", "rooms")], waiting);
    queues.sample(&[("queue", "connections")], app.shared.registry.queued_bytes());
}

fn delivery(times: &DeliveryTimes, out: &mut Exposition) {
    let help = "From publishing to the last member, for what goes out together.";
    let mut family = out.family(Kind::Histogram, "yodel_delivery_seconds", help);
    let mut sum = 0;
    for (count, micros) in times.counts.iter().zip(BUCKETS) {
        sum += count;
        family.part("_bucket", &[("le", &seconds(micros))], sum);
    }
    let all = times.counts.iter().sum::<u64>();
    family.part("_bucket", &[("le", "+Inf")], all);
    family.part("_sum", &[], times.total.as_secs_f64());
    family.part("_count", &[], all);
}

/// Microseconds as seconds, without rounding.
fn seconds(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000).trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::hub::metrics::HubMetrics;

    #[test]
    fn buckets_hold_what_the_smaller_ones_hold() {
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
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }
}
