//! Faults of Redis.

use std::fmt;
use std::time::Duration;

use support::redis::{RedisProcess, SentinelProcesses, until};
use support::{RandomData, SplitMix};
use tokio::time::{Instant, sleep};

use super::node_faults::pause;

/// Time for which Redis is frozen.
const FREEZE: Duration = Duration::from_secs(5);

/// Counts of the faults so far.
#[derive(Debug, Default)]
pub struct RedisFaults {
    kills: u64,
    freezes: u64,
}

impl RedisFaults {
    /// Kills and freezes Redis in turn, in random order, until `end`. It runs afterwards.
    pub async fn inject(&mut self, redis: &mut RedisProcess, mut rng: SplitMix, end: Instant) {
        let mut is_freeze = rng.once_in(2);
        loop {
            pause(&mut rng, 2_000, 7_000).await;
            if Instant::now() >= end {
                return;
            }
            if is_freeze {
                self.freezes += 1;
                redis.freeze();
                sleep(FREEZE).await;
                redis.thaw();
            } else {
                self.kills += 1;
                redis.kill();
                pause(&mut rng, 10, 3_000).await;
                redis.restart();
            }
            is_freeze = !is_freeze;
        }
    }
}

impl fmt::Display for RedisFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kills, freezes } = self;
        write!(f, "Redis {kills} times killed, {freezes} times frozen")
    }
}

/// Lets the replica lag and kills the master, until `end`. Returns how often.
pub async fn inject_failovers(group: &mut SentinelProcesses, mut rng: SplitMix, end: Instant) -> u64 {
    let (mut failovers, mut master) = (0, 0);
    loop {
        pause(&mut rng, 3_000, 8_000).await;
        if Instant::now() >= end {
            return failovers;
        }
        let replica = 1 - master;
        group.servers[replica].freeze();
        pause(&mut rng, 100, 3_000).await;
        group.servers[master].kill();
        group.servers[replica].thaw();
        let promoted = &group.servers[replica];
        until("the replica is the master", async || has_role(promoted, "master").then_some(())).await;
        let port = promoted.port().to_string();
        group.servers[master].restart();
        // For a while there are two masters. Sentinel would end that, too, but it takes its time.
        pause(&mut rng, 0, 3_000).await;
        let former = &group.servers[master];
        former.cli(&["replicaof", "127.0.0.1", &port]);
        until("the former master has all data", async || {
            former.cli(&["info", "replication"]).contains("master_link_status:up").then_some(())
        })
        .await;
        failovers += 1;
        master = replica;
    }
}

fn has_role(server: &RedisProcess, role: &str) -> bool {
    server.cli(&["info", "replication"]).contains(&format!("role:{role}"))
}
