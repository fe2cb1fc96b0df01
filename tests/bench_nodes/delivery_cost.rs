//! CPU time of the nodes per delivery: three nodes beside one that keeps its rooms in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::connection::{self, Receiver, Sender, contains};
use crate::deployment::Deployment;
use crate::report::Report;

/// Members of the room, a third of them on each node.
const MEMBERS: u64 = 999;
/// Messages that are measured.
const MESSAGES: u64 = 1_000;
/// Messages before.
const WARM_UP: u64 = 100;
/// Messages that not all members have received.
const OUTSTANDING: u64 = 8;
/// Time until the presence changes of the joins are sent.
const SETTLE: Duration = Duration::from_secs(3);
/// Time of a phase after which something is wrong.
const PATIENCE: Duration = Duration::from_secs(600);
/// Time in which the CPU time of idle nodes is measured.
const IDLE: Duration = Duration::from_secs(10);

/// Number of deliveries so far.
#[derive(Debug, Default)]
struct Deliveries {
    count: AtomicU64,
    changed: Notify,
}

/// Measures both, in an order that alternates.
pub async fn measure(round: u32, report: &mut Report) {
    let mut costs = [0.0; 2];
    for turn in 0..2 {
        let shared = (round + turn).is_multiple_of(2);
        costs[usize::from(shared)] = if shared { shared_cost(report).await } else { single_cost(report).await };
    }
    report.add_with_target("CPU per delivery, three nodes / one node", 1.3, costs[1] / costs[0]);
}

async fn single_cost(report: &mut Report) -> f64 {
    let cost = cost_per_delivery(&Deployment::single().await).await;
    report.add("CPU of one node in memory, µs per delivery", cost);
    cost
}

async fn shared_cost(report: &mut Report) -> f64 {
    let deployment = Deployment::shared().await;
    let before = deployment.cpu_micros();
    sleep(IDLE).await;
    let idle = (deployment.cpu_micros() - before) / IDLE.as_secs_f64() / 3.0 / 10_000.0;
    report.add("CPU of an idle node with Redis, % of a core", idle);
    let cost = cost_per_delivery(&deployment).await;
    report.add("CPU of three nodes, µs per delivery", cost);
    cost
}

/// Returns the CPU time of all nodes per delivery, in microseconds.
async fn cost_per_delivery(deployment: &Deployment) -> f64 {
    let deliveries = Arc::<Deliveries>::default();
    let mut members = JoinSet::new();
    for number in 0..MEMBERS {
        let (mut sender, mut receiver) = connection::connect(deployment.address(number as usize)).await;
        sender.request(r#""type":"join","room":"cost""#).await;
        receiver.wait_for(b"\"joined\"").await;
        members.spawn(receive(sender, receiver, Arc::clone(&deliveries)));
    }
    sleep(SETTLE).await;
    let (mut sender, receiver) = connection::connect(deployment.address(0)).await;
    members.spawn(drain(receiver));
    timeout(PATIENCE, publish(&mut sender, 0..WARM_UP, &deliveries)).await.expect("every message arrives");
    let before = deployment.cpu_micros();
    let measured = publish(&mut sender, WARM_UP..WARM_UP + MESSAGES, &deliveries);
    timeout(PATIENCE, measured).await.expect("every message arrives");
    let cost = (deployment.cpu_micros() - before) / (MESSAGES * MEMBERS) as f64;
    // Before their connections are closed.
    members.shutdown().await;
    cost
}

/// Publishes messages, and waits until all members have received them.
async fn publish(sender: &mut Sender, numbers: std::ops::Range<u64>, deliveries: &Deliveries) {
    let end = numbers.end;
    for number in numbers {
        deliveries.wait_for((number + 1).saturating_sub(OUTSTANDING) * MEMBERS).await;
        let data = format!(r#""data":"{number:64}","key":"cost-{number}""#);
        sender.request(&format!(r#""type":"publish","room":"cost","event":"e",{data}"#)).await;
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
        while self.count.load(Ordering::Relaxed) < count {
            self.changed.notified().await;
        }
    }
}
