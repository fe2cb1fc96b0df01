//! Chaos test: fifty clients and five rooms behind a network that cuts, stalls and delays, with a server
//! restart. Asserts that no acknowledged message is lost or duplicated and that every gap is reported.
//!
//! `CHAOS_SECONDS=600 cargo test -p yodel-tests --test server chaos` runs for longer. `CHAOS_SEED=7` selects
//! other network faults; with `CI` set, they are random.

use std::time::Duration;

use support::chaos::{ChaosClient, check_messages, publish_randomly, room, wait_until_delivered};
use support::seed::seed;
use support::{FaultyProxy, SplitMix, TestServer, time_limit};
use yodel_server::ServerConfig;

const CLIENTS: u32 = 50;
const ROOMS: u64 = 5;

/// Mean pause of a client between two messages.
const MEAN_PAUSE: Duration = Duration::from_millis(500);

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

#[tokio::test(flavor = "multi_thread")]
async fn loses_and_duplicates_no_acknowledged_message_and_reports_every_gap() {
    let (seconds, seed) = (seconds(), seed("CHAOS_SEED", 4));
    time_limit::extend(Duration::from_secs(seconds));
    let half = Duration::from_secs(seconds) / 2;
    let (first, mut rng) = (server(), SplitMix(seed));
    let proxy = FaultyProxy::start(first.address, seed).await;
    let url = format!("ws://{}/ws", proxy.address);
    let rooms: Vec<_> = (0..ROOMS).map(room).collect();
    let connect = |number| ChaosClient::connect(number, url.clone(), seed, rooms.clone());
    let mut clients: Vec<_> = (0..CLIENTS).map(connect).collect();

    publish_randomly(&mut clients, &mut rng, MEAN_PAUSE, half).await;
    // Deliver everything that the first server acknowledged before it stops.
    proxy.stop_faults();
    wait_until_delivered(&mut clients).await;
    proxy.resume_faults();
    first.stop();
    publish_randomly(&mut clients, &mut rng, MEAN_PAUSE, Duration::from_millis(500)).await;
    // Connections that the proxy stalls cannot close in time.
    first.stopped_or_aborted().await;
    let second = server();
    proxy.set_target(second.address);
    publish_randomly(&mut clients, &mut rng, MEAN_PAUSE, half).await;
    // A busy machine needs longer for enough faults and traffic.
    while !is_eventful(&clients, &proxy) {
        publish_randomly(&mut clients, &mut rng, MEAN_PAUSE, Duration::from_secs(1)).await;
    }
    proxy.stop_faults();
    wait_until_delivered(&mut clients).await;

    let (cuts, stalls) = proxy.faults();
    eprintln!("seed {seed}: {} acknowledged, {cuts} cuts, {stalls} stalls", acknowledged(&clients));
    check_messages(&clients);
    check_epochs(&clients);
}

/// Returns whether a run had enough faults and traffic to find a defect.
fn is_eventful(clients: &[ChaosClient], proxy: &FaultyProxy) -> bool {
    let (cuts, stalls) = proxy.faults();
    cuts > CLIENTS.into() && stalls > 0 && acknowledged(clients) > 500
}

/// Returns the number of acknowledged messages.
fn acknowledged(clients: &[ChaosClient]) -> usize {
    clients.iter().map(|client| client.acknowledged.len()).sum()
}

/// Asserts that only the restart has ended an epoch, and that no join was delayed.
fn check_epochs(clients: &[ChaosClient]) {
    for client in clients {
        assert_eq!(client.delayed_joins, 0, "client {}", client.number);
        for room in &client.rooms {
            let logs = client.epoch_logs(room);
            assert_eq!(logs.len(), 2, "client {} in {room}: one epoch before and one after the restart", client.number);
            assert!(!logs[0].is_incomplete, "client {} in {room}: everything was delivered", client.number);
        }
    }
}
