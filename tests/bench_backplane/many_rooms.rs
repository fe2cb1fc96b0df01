//! Memory of 10,000 rooms with 100,000 memberships over three nodes, and the time to subscribe to them again after a
//! restart of Redis.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::connection::{self, Receiver, Sender};
use crate::deployment::Deployment;
use crate::report::Report;

/// Rooms.
const ROOMS: usize = 10_000;
/// Rooms per connection: below the default of `--max-rooms`.
const ROOMS_PER_CONNECTION: usize = 100;
/// Connections after which each node has a member in each room.
const FIRST: usize = 3 * ROOMS / ROOMS_PER_CONNECTION;
/// All connections: ten memberships per room.
const CONNECTIONS: usize = 10 * ROOMS / ROOMS_PER_CONNECTION;
/// Time until the presence changes of the joins are sent.
const SETTLE: Duration = Duration::from_secs(15);
/// Time of a phase after which something is wrong.
const PATIENCE: Duration = Duration::from_secs(600);
/// Pause between two looks at the metrics, which cost the nodes some milliseconds.
const POLL: Duration = Duration::from_millis(50);

/// Memory in bytes.
#[derive(Clone, Copy, Debug)]
struct Memory {
    nodes: f64,
    redis: f64,
}

/// Measures both.
pub async fn measure(report: &mut Report) {
    let mut deployment = Deployment::shared(None).await;
    let mut connections = JoinSet::new();
    let empty = memory(&deployment).await;
    join_rooms(&deployment, 0..FIRST, &mut connections).await;
    let few = memory(&deployment).await;
    join_rooms(&deployment, FIRST..CONNECTIONS, &mut connections).await;
    let all = memory(&deployment).await;

    let memberships = ((CONNECTIONS - FIRST) * ROOMS_PER_CONNECTION) as f64;
    let per_membership =
        Memory { nodes: (all.nodes - few.nodes) / memberships, redis: (all.redis - few.redis) / memberships };
    // A room with one membership on each of three nodes, without the memberships.
    let per_room = |few: f64, empty: f64, per_membership: f64| (few - empty) / ROOMS as f64 - 3.0 * per_membership;
    report.add("memory of all nodes, bytes per membership", per_membership.nodes);
    report.add("memory of each node, bytes per room", per_room(few.nodes, empty.nodes, per_membership.nodes) / 3.0);
    report.add("memory of Redis, bytes per membership", per_membership.redis);
    report.add("memory of Redis, bytes per room", per_room(few.redis, empty.redis, per_membership.redis));
    resubscribe(&mut deployment, report).await;
}

/// Kills Redis, starts it again, and measures from the first renewed subscription to the last one.
async fn resubscribe(deployment: &mut Deployment, report: &mut Report) {
    const RENEWED: &str = "yodel_redis_resubscriptions_total";
    let (before, _) = deployment.metric(RENEWED).await;
    deployment.redis.as_mut().expect("several nodes have a Redis").restart().await;
    let ready = Instant::now();
    let mut first = None;
    let done = async {
        loop {
            let (sum, least) = deployment.metric(RENEWED).await;
            if sum > before {
                first.get_or_insert_with(|| ready.elapsed());
            }
            // All nodes have all rooms.
            if least >= ROOMS as f64 {
                return ready.elapsed();
            }
            sleep(POLL).await;
        }
    };
    let last = timeout(PATIENCE, done).await.expect("all subscriptions are renewed");
    let first = first.unwrap_or_default();
    report.add("Redis restarted: first subscription after, s", first.as_secs_f64());
    report.add_with_target(
        "Redis restarted: subscribing 10,000 rooms on each of three nodes, s",
        2.0,
        last.saturating_sub(first).as_secs_f64(),
    );
}

async fn memory(deployment: &Deployment) -> Memory {
    Memory { nodes: deployment.resident_bytes(), redis: deployment.redis().info("used_memory").await }
}

/// Opens connections, and joins a hundred rooms with each. They stay open in `connections`.
async fn join_rooms(deployment: &Deployment, numbers: std::ops::Range<usize>, connections: &mut JoinSet<()>) {
    let (joined, mut waiting) = tokio::sync::mpsc::channel(CONNECTIONS);
    let count = numbers.len();
    for number in numbers {
        let (sender, receiver) = connection::connect(deployment.address(number)).await;
        connections.spawn(join_and_stay(sender, receiver, number, joined.clone()));
    }
    let all = async {
        for _ in 0..count {
            waiting.recv().await;
        }
    };
    timeout(PATIENCE, all).await.expect("all joins are answered");
    sleep(SETTLE).await;
}

async fn join_and_stay(
    mut sender: Sender,
    mut receiver: Receiver,
    number: usize,
    joined: tokio::sync::mpsc::Sender<()>,
) {
    // Connections of three nodes follow each other: three in a row join the same rooms.
    let first = number / 3 * ROOMS_PER_CONNECTION;
    for room in 0..ROOMS_PER_CONNECTION {
        let room = (first + room) % ROOMS;
        sender.request(&format!(r#""type":"join","room":"room-{room}""#)).await;
        receiver.wait_for(b"\"joined\"").await;
    }
    joined.send(()).await.expect("the benchmark waits");
    loop {
        receiver.next().await;
    }
}
