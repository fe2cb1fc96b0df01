//! CPU time of the nodes per delivery: three nodes beside one that keeps its rooms in memory. The nodes run on one
//! processor, the generator and Redis on another one.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::connection::{self, Receiver, Sender, contains};
use crate::deployment::Deployment;
use crate::processors::Processors;
use crate::report::Report;

/// Members of the room, a third of them on each node.
const MEMBERS: u64 = 999;
/// Messages that are measured.
const MESSAGES: u64 = 1_000;
/// Messages before.
const WARM_UP: u64 = 100;
/// Numbers of messages that not all members have received. With several, a node writes those that wait in one piece, as
/// far as they wait: those that come from Redis may come one by one.
const IN_FLIGHT: [u64; 2] = [1, 8];
/// Time until the presence changes of the joins are sent.
const SETTLE: Duration = Duration::from_secs(3);
/// Time without a delivery after which something is wrong.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time in which the CPU time of idle nodes is measured.
const IDLE: Duration = Duration::from_secs(10);

/// Number of deliveries so far.
#[derive(Debug, Default)]
struct Deliveries {
    count: AtomicU64,
    changed: Notify,
}

/// Deployment that is measured.
#[derive(Clone, Copy, Debug)]
enum Setup {
    /// One node that keeps its rooms in memory.
    OneNode,
    /// Three such nodes, each of which gets every message from the generator. What they cost more is the price of dividing
    /// the members over three processes.
    ThreeNodes,
    /// Three nodes that share a Redis.
    Shared,
}

const SETUPS: [Setup; 3] = [Setup::OneNode, Setup::ThreeNodes, Setup::Shared];

/// Measures all, in an order that changes with the round.
pub async fn measure(round: u32, report: &mut Report) {
    let processors = Processors::divide();
    let mut costs = [[0.0; 2]; 3];
    for turn in 0..SETUPS.len() {
        let index = (round as usize + turn) % SETUPS.len();
        let deployment = match SETUPS[index] {
            Setup::OneNode => Deployment::in_memory(1, processors.nodes).await,
            Setup::ThreeNodes => Deployment::in_memory(3, processors.nodes).await,
            Setup::Shared => Deployment::shared(Some(processors.nodes)).await,
        };
        if deployment.redis.is_some() {
            report.add("CPU of an idle node with Redis, % of a core", idle_percent(&deployment).await);
        }
        costs[index] = costs_per_delivery(&deployment).await;
    }
    let [one, three, shared] = costs;
    for (((in_flight, one), three), shared) in IN_FLIGHT.into_iter().zip(one).zip(three).zip(shared) {
        let name = |what: &str| format!("{in_flight} in flight: CPU per delivery, {what}");
        report.add(&name("one node in memory, µs"), one);
        report.add(&name("three nodes in memory, µs"), three);
        report.add(&name("three nodes with Redis, µs"), shared);
        report.add(&name("three nodes in memory / one node"), three / one);
        report.add_with_target(&name("three nodes with Redis / one node"), 1.3, shared / one);
    }
}

/// Returns the CPU time of a node that does nothing but check its partitions, in percent of a core.
async fn idle_percent(deployment: &Deployment) -> f64 {
    let before = deployment.cpu_micros();
    sleep(IDLE).await;
    (deployment.cpu_micros() - before) / IDLE.as_secs_f64() / 3.0 / 10_000.0
}

/// Returns the CPU time of all nodes per delivery, in microseconds, for each number of messages in flight.
async fn costs_per_delivery(deployment: &Deployment) -> [f64; 2] {
    let deliveries = Arc::<Deliveries>::default();
    let mut members = JoinSet::new();
    for number in 0..MEMBERS {
        let (mut sender, mut receiver) = connection::connect(deployment.address(number as usize)).await;
        sender.request(r#""type":"join","room":"cost""#).await;
        receiver.wait_for(b"\"joined\"").await;
        members.spawn(receive(sender, receiver, Arc::clone(&deliveries)));
    }
    sleep(SETTLE).await;
    let mut senders = Vec::new();
    let publishers = if deployment.redis.is_some() { 1 } else { deployment.nodes() };
    for node in 0..publishers {
        let (sender, receiver) = connection::connect(deployment.address(node)).await;
        members.spawn(drain(receiver));
        senders.push(sender);
    }
    let (mut costs, mut next) = ([0.0; 2], 0);
    for (in_flight, cost) in IN_FLIGHT.into_iter().zip(&mut costs) {
        let begin = next + WARM_UP;
        publish(&mut senders, next..begin, in_flight, &deliveries).await;
        next = begin + MESSAGES;
        let before = deployment.cpu_micros();
        publish(&mut senders, begin..next, in_flight, &deliveries).await;
        *cost = (deployment.cpu_micros() - before) / (MESSAGES * MEMBERS) as f64;
    }
    // Before their connections are closed.
    members.shutdown().await;
    costs
}

/// Publishes messages on each connection, and waits until all members have received them.
async fn publish(senders: &mut [Sender], numbers: Range<u64>, in_flight: u64, deliveries: &Deliveries) {
    let end = numbers.end;
    for number in numbers {
        deliveries.wait_for((number + 1).saturating_sub(in_flight) * MEMBERS).await;
        let data = format!(r#""data":"{number:64}","key":"cost-{number}""#);
        for sender in &mut *senders {
            sender.request(&format!(r#""type":"publish","room":"cost","event":"e",{data}"#)).await;
        }
    }
    deliveries.wait_for(end * MEMBERS).await;
}

async fn receive(_sender: Sender, mut receiver: Receiver, deliveries: Arc<Deliveries>) {
    loop {
        if contains(receiver.next().await, b"\"type\":\"message\"") {
            deliveries.count.fetch_add(1, Ordering::Relaxed);
            deliveries.changed.notify_one();
        }
    }
}

async fn drain(mut receiver: Receiver) {
    loop {
        receiver.next().await;
    }
}

impl Deliveries {
    async fn wait_for(&self, count: u64) {
        let reached = async {
            while self.count.load(Ordering::Relaxed) < count {
                self.changed.notified().await;
            }
        };
        timeout(PATIENCE, reached).await.expect("every message arrives");
    }
}
