//! Chaos test of several nodes: clients behind a network that cuts, stalls and delays, while nodes are killed, frozen and
//! replaced, and Redis is killed and frozen. Asserts that no acknowledged message is lost silently, doubled or reordered.
//!
//! `make chaos-nodes TIME=3600 SEED=7` runs for an hour with other faults.

mod chaos_node;
mod chaos_nodes;
mod node_faults;
mod redis_faults;

use std::io::Write;
use std::time::Duration;

use support::chaos::{ChaosClient, check_messages, publish_randomly, room, wait_until_delivered};
use support::redis::{RedisProcess, SentinelProcesses};
use support::seed::seed;
use support::{FaultyProxy, SplitMix, time_limit};
use tokio::time::Instant;

use chaos_nodes::ChaosNodes;
use node_faults::NodeFaults;
use redis_faults::RedisFaults;

const CLIENTS: u32 = 300;
const ROOMS: u64 = 20;
const ROOMS_PER_CLIENT: u64 = 4;

/// Mean pause of a client between two messages.
const MEAN_PAUSE: Duration = Duration::from_secs(8);

/// Longest time of a connection until it is cut or stalled.
const MAX_LIFETIME: Duration = Duration::from_secs(40);

/// Returns how long the faults last.
fn seconds() -> u64 {
    let set = std::env::var("CHAOS_SECONDS").ok();
    set.map_or(60, |text| text.parse().unwrap_or_else(|error| panic!("CHAOS_SECONDS={text}: {error}")))
}

/// A run: clients, the network, and the nodes.
struct Chaos {
    clients: Vec<ChaosClient>,
    proxy: FaultyProxy,
    nodes: ChaosNodes,
    seed: u64,
    time: Duration,
}

impl Chaos {
    async fn start(redis: &str) -> Self {
        raise_file_limit();
        let (seed, time) = (seed("CHAOS_SEED", 4), Duration::from_secs(seconds()));
        time_limit::extend(time);
        let nodes = ChaosNodes::start(redis).await;
        let proxy = FaultyProxy::start_balanced(nodes.addresses(), seed, MAX_LIFETIME).await;
        let url = format!("ws://{}/ws", proxy.address);
        let connect = |number| ChaosClient::connect(number, url.clone(), seed, rooms_of(number.into()));
        Self { clients: (0..CLIENTS).map(connect).collect(), proxy, nodes, seed, time }
    }

    /// Publishes while `node_faults` and `redis_faults` last; then waits for everything, and checks it.
    async fn run(&mut self, redis_faults: impl AsyncFnOnce(SplitMix, Instant) -> String) {
        let end = Instant::now() + self.time;
        let mut rng = SplitMix(self.seed);
        let mut node_faults = NodeFaults::default();
        let ((), (), of_redis) = tokio::join!(
            publish_randomly(&mut self.clients, &mut rng, MEAN_PAUSE, self.time),
            node_faults.inject(&mut self.nodes, &self.proxy, SplitMix(self.seed ^ 1), end),
            redis_faults(SplitMix(self.seed ^ 2), end),
        );
        self.proxy.stop_faults();
        wait_until_delivered(&mut self.clients).await;
        check_messages(&self.clients);
        self.report(&format!("{of_redis}, {node_faults}"));
    }

    /// Prints counts, also of a test that passes.
    fn report(&self, faults: &str) {
        let (cuts, stalls) = self.proxy.faults();
        let sum = |count: fn(&ChaosClient) -> usize| self.clients.iter().map(count).sum::<usize>();
        let _ = writeln!(
            std::io::stdout(),
            "chaos of nodes: {} acknowledged, {} delivered, {} ends of an epoch reported to members; {faults}, \
             {cuts} connections cut, {stalls} stalled",
            sum(|client| client.acknowledged.len()),
            sum(ChaosClient::received),
            self.reported_ends(),
        );
    }

    /// Returns how often a member was told that an epoch has ended.
    fn reported_ends(&self) -> usize {
        let ends = |client: &ChaosClient| -> usize {
            client.rooms.iter().map(|room| client.epoch_logs(room).len().saturating_sub(1)).sum()
        };
        self.clients.iter().map(ends).sum()
    }
}

/// Returns the rooms of a client, different ones for its neighbors.
fn rooms_of(client: u64) -> Vec<yodel_protocol::RoomName> {
    let step = ROOMS / ROOMS_PER_CLIENT;
    (0..ROOMS_PER_CLIENT).map(|index| room((client + client / ROOMS + index * step) % ROOMS)).collect()
}

/// Allows as many sockets as the system does: each client needs three.
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // With too few, the test says so.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(redis), ignore = "redis-server is not installed; run `make tools`")]
async fn loses_doubles_and_reorders_no_acknowledged_message() {
    let mut redis = RedisProcess::start();
    let mut chaos = Chaos::start(&redis.url()).await;
    let mut faults = RedisFaults::default();
    let inject = async |rng, end| {
        faults.inject(&mut redis, rng, end).await;
        faults.to_string()
    };
    chaos.run(inject).await;
    // Everything that Redis acknowledged is on its disk, so no epoch ends.
    assert_eq!(chaos.reported_ends(), 0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; run `make chaos-nodes`"]
async fn a_failover_to_a_replica_that_lags_loses_nothing_silently() {
    let mut group = SentinelProcesses::start().await;
    let mut chaos = Chaos::start(&group.url("main")).await;
    let mut failovers = 0;
    let inject = async |rng, end| {
        failovers = redis_faults::inject_failovers(&mut group, rng, end).await;
        format!("{failovers} failovers")
    };
    chaos.run(inject).await;
    assert!(chaos.reported_ends() > 0, "{failovers} failovers are reported");
}
