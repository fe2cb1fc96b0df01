//! Chaos test: fifty clients and five rooms behind a network that cuts, stalls and delays, with a server
//! restart. Asserts that no acknowledged message is lost or duplicated and that every gap is reported.
//!
//! `CHAOS_SECONDS=600 cargo test -p yodel-tests --test server chaos` runs for longer. `CHAOS_SEED=7` selects
//! other network faults; with `CI` set, they are random.

mod check;
mod client;
mod epoch_log;
mod rooms;

use std::collections::BTreeMap;
use std::time::Duration;

use support::seed::seed;
use support::{FaultyProxy, SplitMix, TestServer, time_limit};
use tokio::time::{Instant, sleep};
use yodel_client::Rng;
use yodel_protocol::RoomName;
use yodel_server::ServerConfig;

use check::check;
use client::ChaosClient;
use epoch_log::epoch_logs;

const CLIENTS: u64 = 50;

/// Mean pause of a client between two messages in milliseconds.
const MEAN_PAUSE_MS: u64 = 500;

/// Time limit for outstanding deliveries after the faults have stopped.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(90);

/// Returns how long the faults last.
fn seconds() -> u64 {
    let set = std::env::var("CHAOS_SECONDS").ok();
    set.map_or(30, |text| text.parse().unwrap_or_else(|error| panic!("CHAOS_SECONDS={text}: {error}")))
}

fn server() -> TestServer {
    TestServer::start(ServerConfig {
        history_messages: 1_000_000,
        history_bytes: 1 << 30,
        history_total: 1 << 30,
        history_age: Duration::from_secs(3600),
        recover_max: 1_000_000,
        drain: Duration::from_secs(1),
        ..ServerConfig::default()
    })
}

/// Publishes at random times, for `time`.
async fn publish_randomly(clients: &mut [ChaosClient], rng: &mut SplitMix, time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        for client in &mut *clients {
            if rng.below(MEAN_PAUSE_MS) < 20 {
                client.publish();
            }
            client.process_effects();
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until every client has received all messages acknowledged in the latest epoch of each room.
async fn wait_until_delivered(clients: &mut [ChaosClient]) {
    let deadline = Instant::now() + DELIVERY_TIMEOUT;
    loop {
        clients.iter_mut().for_each(ChaosClient::process_effects);
        let waiting: usize = clients.iter().map(|client| client.published.len() - client.acknowledged.len()).sum();
        let missing = find_missing(clients);
        if waiting == 0 && missing.is_empty() {
            return;
        }
        assert!(
            Instant::now() < deadline,
            "{waiting} not acknowledged; missing: {:?}",
            &missing[..missing.len().min(5)]
        );
        sleep(Duration::from_millis(50)).await;
    }
}

/// Describes each client and room that lacks messages acknowledged in the latest epoch.
fn find_missing(clients: &[ChaosClient]) -> Vec<String> {
    let mut latest: BTreeMap<&RoomName, u64> = BTreeMap::new();
    let last = |client: &ChaosClient, room: &RoomName| {
        client.observed.get(room).and_then(|observed| epoch_logs(observed).pop())
    };
    for client in clients {
        for (room, position, _) in &client.acknowledged {
            if last(client, room).is_some_and(|log| log.begin.epoch == position.epoch) {
                let max = latest.entry(room).or_default();
                *max = (*max).max(position.offset.0);
            }
        }
    }
    let behind = clients.iter().flat_map(|client| {
        latest.iter().filter_map(move |(room, max)| {
            let messages = last(client, room).and_then(|log| log.messages.last().map(|(offset, _)| *offset));
            let own = client.acknowledged.iter().filter(|(to, ..)| to == *room).map(|(_, at, _)| at.offset.0).max();
            (messages.max(own) < Some(*max)).then(|| format!("{} in {room}: {messages:?} of {max}", client.number))
        })
    });
    behind.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn loses_and_duplicates_no_acknowledged_message_and_reports_every_gap() {
    let (seconds, seed) = (seconds(), seed("CHAOS_SEED", 4));
    time_limit::extend(Duration::from_secs(seconds));
    let half = Duration::from_secs(seconds) / 2;
    let (first, mut rng) = (server(), SplitMix(seed));
    let proxy = FaultyProxy::start(first.address, seed).await;
    let url = format!("ws://{}/ws", proxy.address);
    let mut clients: Vec<_> = (0..CLIENTS).map(|number| ChaosClient::connect(number, url.clone(), seed)).collect();

    publish_randomly(&mut clients, &mut rng, half).await;
    // Deliver everything that the first server acknowledged before it stops.
    proxy.stop_faults();
    wait_until_delivered(&mut clients).await;
    proxy.resume_faults();
    first.stop();
    publish_randomly(&mut clients, &mut rng, Duration::from_millis(500)).await;
    // Connections that the proxy stalls cannot close in time.
    first.stopped_or_aborted().await;
    let second = server();
    proxy.set_target(second.address);
    publish_randomly(&mut clients, &mut rng, half).await;
    // A busy machine needs longer for enough faults and traffic.
    while !is_eventful(&clients, &proxy) {
        publish_randomly(&mut clients, &mut rng, Duration::from_secs(1)).await;
    }
    proxy.stop_faults();
    wait_until_delivered(&mut clients).await;

    let (cuts, stalls) = proxy.faults();
    eprintln!("seed {seed}: {} acknowledged, {cuts} cuts, {stalls} stalls", acknowledged(&clients));
    check(&clients);
}

/// Returns whether a run had enough faults and traffic to find a defect.
fn is_eventful(clients: &[ChaosClient], proxy: &FaultyProxy) -> bool {
    let (cuts, stalls) = proxy.faults();
    cuts > CLIENTS && stalls > 0 && acknowledged(clients) > 500
}

/// Returns the number of acknowledged messages.
fn acknowledged(clients: &[ChaosClient]) -> usize {
    clients.iter().map(|client| client.acknowledged.len()).sum()
}
