//! Publishing for a while, and waiting until everything is delivered.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use yodel_client::Rng;
use yodel_protocol::{Position, RoomName};

use super::client::ChaosClient;
use crate::SplitMix;

/// Time limit for outstanding deliveries after the faults have stopped.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(90);

/// Time between two looks at the clients.
const TICK: Duration = Duration::from_millis(20);
const DELIVERY_TICK: Duration = Duration::from_millis(200);

/// Publishes at random times for `time`, with `mean_pause` between two messages of a client.
pub async fn publish_randomly(clients: &mut [ChaosClient], rng: &mut SplitMix, mean_pause: Duration, time: Duration) {
    let end = Instant::now() + time;
    let ticks = u64::try_from(mean_pause.as_millis() / TICK.as_millis()).expect("a short pause").max(1);
    while Instant::now() < end {
        for client in &mut *clients {
            if rng.below(ticks) == 0 {
                client.publish();
            }
            client.process_effects();
        }
        sleep(TICK).await;
    }
}

/// Waits until everything is acknowledged, and until a last message of each room and everything before it in the same
/// epoch is delivered to every member.
///
/// # Panics
/// Panics if that takes too long.
pub async fn wait_until_delivered(clients: &mut [ChaosClient]) {
    let deadline = Instant::now() + DELIVERY_TIMEOUT;
    wait_until_acknowledged(clients, deadline).await;
    let known: Vec<usize> = clients.iter().map(|client| client.acknowledged.len()).collect();
    publish_last_messages(clients);
    wait_until_acknowledged(clients, deadline).await;
    let last = clients.iter().zip(known).flat_map(|(client, known)| client.acknowledged[known..].iter().cloned());
    let last: BTreeMap<RoomName, Position> = last.map(|(room, position, _)| (room, position)).collect();
    loop {
        let missing = find_missing(clients, &last);
        if missing.is_empty() {
            return;
        }
        assert!(Instant::now() < deadline, "{} missing: {:?}", missing.len(), &missing[..missing.len().min(5)]);
        sleep(DELIVERY_TICK).await;
        clients.iter_mut().for_each(ChaosClient::process_effects);
    }
}

async fn wait_until_acknowledged(clients: &mut [ChaosClient], deadline: Instant) {
    loop {
        clients.iter_mut().for_each(ChaosClient::process_effects);
        let waiting: usize = clients.iter().map(ChaosClient::unacknowledged).sum();
        if waiting == 0 {
            return;
        }
        assert!(Instant::now() < deadline, "{waiting} messages are not acknowledged");
        sleep(DELIVERY_TICK).await;
    }
}

/// Publishes a message in each room.
fn publish_last_messages(clients: &mut [ChaosClient]) {
    let mut publishers: BTreeMap<RoomName, usize> = BTreeMap::new();
    for (index, client) in clients.iter().enumerate() {
        for room in &client.rooms {
            publishers.entry(room.clone()).or_insert(index);
        }
    }
    for (room, index) in publishers {
        clients[index].publish_in(room, true);
    }
}

/// Describes each member of a room that has not come to its last position.
fn find_missing(clients: &[ChaosClient], last: &BTreeMap<RoomName, Position>) -> Vec<String> {
    let behind = clients.iter().flat_map(|client| {
        client.rooms.iter().filter_map(move |room| {
            let (expected, log) = (&last[room], client.epoch_logs(room).pop());
            let Some(log) = log else { return Some(format!("{} has not joined {room}", client.number)) };
            let offset = log.messages.last().map(|(offset, _)| *offset);
            let is_there =
                log.is_incomplete || offset == Some(expected.offset.0) || log.begin.offset >= expected.offset;
            let is_there = is_there && log.begin.epoch == expected.epoch;
            (!is_there)
                .then(|| format!("{} in {room}: {offset:?} of {}, not {expected:?}", client.number, log.begin.epoch))
        })
    });
    behind.collect()
}
