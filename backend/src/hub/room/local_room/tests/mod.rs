//! Rooms, with subscribers that record what they receive.

mod idempotency;
mod lifetime;
mod order;
mod presence;

use std::time::Duration;

use yodel_protocol::frame::PresenceEntry;
use yodel_protocol::{EventName, IdempotencyKey, Json, UserId};

use super::*;
use crate::backplane::message::{Body, MessageKey};
use crate::backplane::publish::PublishOutcome;
use crate::backplane::recipients::Recipients;
use crate::config::{HistoryConfig, RetentionConfig};
use crate::environment::Environment;
use crate::hub::room::test_subscriber::{TestJoin, TestSubscriber};
use crate::hub::testing::{ManualEnvironment, RecordedPayload, TokioTasks};
use crate::hub::{Hub, Membership, RoomCreator, TICK};

fn retention() -> RetentionConfig {
    RetentionConfig {
        history: HistoryConfig { messages: 100, age: Duration::from_secs(300), bytes: 1 << 20 },
        total_bytes: 1 << 20,
        recover_max: 10_000,
        presence_max: 100,
        presence_bytes: 64 << 10,
        rooms: 100,
        per_user: u32::MAX,
        in_flight_bytes: 1 << 20,
    }
}

fn environment() -> Environment {
    ManualEnvironment::new(1).environment_with(TokioTasks)
}

fn new_hub(retention: RetentionConfig) -> Hub<RecordedPayload> {
    Hub::new(retention, environment())
}

/// Advances the clock of a hub tick by tick, and runs its tasks.
fn advance(hub: &Hub<RecordedPayload>, manual: &ManualEnvironment, time: Duration) {
    for _ in 0..time.as_secs() {
        manual.advance(TICK);
        hub.tick();
        manual.run();
    }
}

fn name(name: &str) -> RoomName {
    RoomName::new(name).unwrap()
}

fn message(key: Option<&str>) -> NewMessage {
    let body = Body::Json(EventName::new("e").unwrap(), Json::null());
    let key = key.map(|key| MessageKey::new(IdempotencyKey::new(key).unwrap(), &body));
    NewMessage { body, from: None, key, order: None }
}

/// Publishes a message without a key, and returns its offset.
fn publish(hub: &Hub<RecordedPayload>, room: &str) -> u64 {
    publish_message(hub, room, message(None)).position.offset.0
}

fn publish_message(hub: &Hub<RecordedPayload>, room: &str, message: NewMessage) -> PublishOutcome {
    let (answer, _) = hub.publish(&name(room), RoomCreator::Server, message, Recipients::All).unwrap();
    answer.now().unwrap()
}

fn join(hub: &Hub<RecordedPayload>, room: &str, presence_key: &PresenceKey, since: Option<&Position>) -> TestJoin {
    TestSubscriber::join(hub, room, &JoinRequest { presence_key, info: None, watches: true, since }, None)
}

fn user(name: &str) -> PresenceKey {
    PresenceKey::User(UserId::new(name).unwrap())
}

/// Returns the users of presence entries, sorted by name.
fn users(entries: &[PresenceEntry]) -> String {
    let mut names: Vec<_> = entries.iter().map(|entry| entry.user.as_ref().unwrap().to_string()).collect();
    names.sort();
    names.join(" ")
}

/// Waits until everything that was published so far is delivered.
async fn delivered(membership: &Membership<RecordedPayload>) {
    let published = membership.room.published();
    std::future::poll_fn(|context| membership.room.poll_delivered(published, context)).await;
}
