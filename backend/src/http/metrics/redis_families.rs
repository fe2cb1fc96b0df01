//! Metrics of the message store that several nodes share.

use super::exposition::{Exposition, Kind};
use crate::backplane::Backplane;
use crate::backplane::redis::{ROUND_TRIP_BUCKETS, RedisSnapshot};
use crate::backplane::shared::metrics::SharedMetrics;
use crate::connection::context::RedisBackplane;

/// Adds the metrics of the backplane and of its store.
pub fn render(backplane: &RedisBackplane, out: &mut Exposition) {
    let store = backplane.store();
    let help = "1 while every part of the store is connected and accepts publishes, otherwise 0.";
    out.gauge("yodel_redis_available", help, u8::from(backplane.is_available()));
    shared(backplane.metrics(), backplane.queued_presence(), out);
    let redis_metrics = store.metrics();
    signals(backplane.metrics(), &redis_metrics, out);
    redis(&redis_metrics, out);
}

fn signals(shared: &SharedMetrics, redis: &RedisSnapshot, out: &mut Exposition) {
    let help = "Direct messages, broadcasts and disconnections that are lost: not sent to the other nodes, or, in batches of \
                up to 128, not received from them.";
    let mut dropped = out.family(Kind::Counter, "yodel_store_dropped_signals_total", help);
    dropped.sample(&[("direction", "sent")], shared.dropped_signals.get());
    dropped.sample(&[("direction", "received")], redis.dropped_signals);
}

fn shared(metrics: &SharedMetrics, queued_presence: usize, out: &mut Exposition) {
    let help = "Publishes that wait for the store, including those in flight.";
    out.gauge("yodel_store_publishes_queued", help, metrics.queued.get());
    let help = "Size of the publishes that wait for the store, in bytes.";
    out.gauge("yodel_store_publishes_queued_bytes", help, metrics.queued_bytes.get());
    let help = "Publishes that the store has not answered.";
    out.gauge("yodel_store_publishes_in_flight", help, metrics.in_flight.get());
    let help = "Publishes by result; repeated ones have another result later.";
    let mut publishes = out.family(Kind::Counter, "yodel_store_publishes_total", help);
    publishes.sample(&[("result", "published")], metrics.published.get());
    publishes.sample(&[("result", "repeated")], metrics.repeated.get());
    publishes.sample(&[("result", "unavailable")], metrics.unavailable.get());
    let help = "Batches that the store refused, because it may have lost messages since the last one.";
    out.counter("yodel_store_stale_generations_total", help, metrics.stale_generations.get());
    out.gauge("yodel_store_followed_rooms", "Rooms that this node follows.", metrics.followed_rooms.get());
    let help = "Times that a room turned out to have missed a message.";
    out.counter("yodel_store_gaps_total", help, metrics.gaps.get());
    let help = "Reads of rooms that had missed messages.";
    out.counter("yodel_store_catch_ups_total", help, metrics.catch_ups.get());
    let help = "Times that messages of a room could not be read, so that its members were disconnected.";
    out.counter("yodel_store_resets_total", help, metrics.resets.get());
    let help = "Failed checks for missed messages.";
    out.counter("yodel_store_failed_checks_total", help, metrics.failed_checks.get());
    let help =
        "Rooms with changes of presence, and users with changed connections, that wait to be written to the store.";
    out.gauge("yodel_store_presence_queued", help, queued_presence);
    let help = "Changes of the presence of a room that were not written to the store, because too many wait.";
    out.counter("yodel_store_dropped_presence_total", help, metrics.dropped_presence.get());
    let help = "Listings of rooms and users that the store did not answer.";
    out.counter("yodel_store_failed_listings_total", help, metrics.failed_listings.get());
    let help = "Stored messages that this version cannot read.";
    out.counter("yodel_store_damaged_messages_total", help, metrics.damaged_messages.get());
}

fn redis(redis: &RedisSnapshot, out: &mut Exposition) {
    let mut operations = out.family(Kind::Counter, "yodel_redis_operations_total", "Operations, by kind.");
    for (operation, counts) in redis.operations {
        operations.sample(&[("operation", operation.label())], counts.count);
    }
    let mut failures = out.family(Kind::Counter, "yodel_redis_failures_total", "Failed operations, by kind.");
    for (operation, counts) in redis.operations {
        failures.sample(&[("operation", operation.label())], counts.failures);
    }
    let help = "Operations that were not answered in time, by kind.";
    let mut misses = out.family(Kind::Counter, "yodel_redis_deadline_misses_total", help);
    for (operation, counts) in redis.operations {
        misses.sample(&[("operation", operation.label())], counts.deadline_misses);
    }
    let help = "Messages in all publish operations, each of which has a batch.";
    out.counter("yodel_redis_published_messages_total", help, redis.published_messages);
    let times = &redis.round_trips;
    let mut seconds = out.family(Kind::Histogram, "yodel_redis_operation_seconds", "Time of an operation.");
    seconds.histogram(&times.counts, &ROUND_TRIP_BUCKETS, times.total);
    out.counter("yodel_redis_reconnects_total", "Connections that replaced a lost one.", redis.reconnects);
    let help = "Subscriptions that were renewed after an interruption.";
    out.counter("yodel_redis_resubscriptions_total", help, redis.resubscriptions);
    let help = "Events that were dropped because too many waited; their messages are read again.";
    out.counter("yodel_redis_dropped_events_total", help, redis.dropped_events);
    let help = "1 while a server is connected, otherwise 0, by kind of connection.";
    let mut connected = out.family(Kind::Gauge, "yodel_redis_connected", help);
    for status in &redis.servers {
        let server = ("server", &*status.server);
        connected.sample(&[server, ("kind", "operations")], u8::from(status.is_connected));
        connected.sample(&[server, ("kind", "subscriptions")], u8::from(status.is_subscribed));
    }
}
