//! CPU time of the server per acknowledged publish: in memory, and on a disk with each durability.

use std::collections::HashMap;
use std::net::SocketAddr;

use support::Yodel;
use support::http::request;
use support::yodel::shell;
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio::time::{Duration, timeout};

use crate::connection::{self, Receiver, Sender};
use crate::process::cpu_micros;
use crate::processors::Processors;
use crate::report::Report;

/// Members of the room.
const MEMBERS: usize = 10;
/// Publishes that wait for their acknowledgment.
const IN_FLIGHT: u64 = 64;
/// Size of the data of a message, in bytes.
const SIZE: usize = 220;
/// Messages that are measured.
const MESSAGES: u64 = 20_000;
/// Messages before. The room then keeps as many as it may, so that each message removes another one.
const WARM_UP: u64 = 2_000;
/// Time of a run after which something is wrong.
const PATIENCE: Duration = Duration::from_secs(300);

/// Place of the rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Setup {
    Memory,
    Relaxed,
    Commit,
}

const SETUPS: [Setup; 3] = [Setup::Memory, Setup::Relaxed, Setup::Commit];

/// Cost of one setup.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    /// CPU time per publish, in microseconds.
    cpu: f64,
    /// Messages per commit.
    group: f64,
    /// Bytes written to the database per byte of the records, and of the data.
    written_per_record: f64,
    written_per_data: f64,
}

/// Measures all setups, in an order that changes with the round.
pub async fn measure(round: u32, report: &mut Report) {
    let processors = Processors::divide();
    let mut costs = [Cost::default(); 3];
    for turn in 0..SETUPS.len() {
        let index = (round as usize + turn) % SETUPS.len();
        costs[index] =
            timeout(PATIENCE, run(SETUPS[index], processors.nodes)).await.expect("every publish is answered");
    }
    let [memory, relaxed, commit] = costs;
    report.add("memory: CPU per publish, µs", memory.cpu);
    for (name, cost) in [("relaxed", relaxed), ("commit", commit)] {
        report.add(&format!("{name}: CPU per publish, µs"), cost.cpu);
        report.add(&format!("{name}: messages per commit"), cost.group);
        report.add_with_target(&format!("{name}: bytes written per byte of data"), 4.0, cost.written_per_data);
        report.add(&format!("{name}: bytes written per byte of the records"), cost.written_per_record);
    }
    report.add_with_target("relaxed / memory", 1.3, relaxed.cpu / memory.cpu);
    report.add("relaxed - memory, µs", relaxed.cpu - memory.cpu);
    report.add("commit / memory", commit.cpu / memory.cpu);
}

async fn run(setup: Setup, processor: usize) -> Cost {
    let folder =
        tempfile::tempdir_in(support::yodel::root().join("target")).expect("a folder on the disk of the sources");
    let server = start(setup, &folder, processor).await;
    let mut members = JoinSet::new();
    for _ in 0..MEMBERS {
        let (mut sender, mut receiver) = connection::connect(server.address()).await;
        sender.request(r#""type":"join","room":"cost""#).await;
        receiver.wait_for(b"\"joined\"").await;
        members.spawn(drain(sender, receiver));
    }
    let (mut sender, mut receiver) = connection::connect(server.address()).await;
    publish(&mut sender, &mut receiver, WARM_UP, "warm-up").await;
    let (cpu, before) = (cpu_micros(&server.id()), metrics(server.address()).await);
    publish(&mut sender, &mut receiver, MESSAGES, "measured").await;
    let cpu = cpu_micros(&server.id()) - cpu;
    let after = metrics(server.address()).await;
    members.shutdown().await;
    let grown = |name: &str| after.get(name).unwrap_or(&0.0) - before.get(name).unwrap_or(&0.0);
    let written = grown("yodel_data_written_bytes_total");
    Cost {
        cpu: cpu / MESSAGES as f64,
        group: grown("yodel_data_messages_total") / grown("yodel_data_commit_seconds_count"),
        written_per_record: written / grown("yodel_data_record_bytes_total"),
        written_per_data: written / (grown("yodel_data_messages_total") * SIZE as f64),
    }
}

/// Publishes messages, with at most [`IN_FLIGHT`] unanswered ones, and waits for all answers.
async fn publish(sender: &mut Sender, receiver: &mut Receiver, messages: u64, name: &str) {
    let (mut sent, mut answered) = (0, 0);
    while answered < messages {
        while sent < messages && sent - answered < IN_FLIGHT {
            let data = format!(r#""data":"{sent:SIZE$}","key":"{name}-{sent}""#);
            sender.request(&format!(r#""type":"publish","room":"cost","event":"e",{data}"#)).await;
            sent += 1;
        }
        receiver.wait_for(b"\"ok\"").await;
        answered += 1;
    }
}

async fn drain(_sender: Sender, mut receiver: Receiver) {
    loop {
        receiver.next().await;
    }
}

async fn start(setup: Setup, folder: &TempDir, processor: usize) -> Yodel {
    let path = folder.path().display();
    let data = match setup {
        Setup::Memory => String::new(),
        Setup::Relaxed => format!("--data '{path}' --durability relaxed"),
        Setup::Commit => format!("--data '{path}' --durability commit"),
    };
    let arguments = format!("serve --listen 127.0.0.1:0 --log error --ping 1h {data}");
    Yodel::start(shell(&format!(r#"exec taskset --cpu-list {processor} "$0" {arguments}"#))).await
}

/// Returns all metrics without labels.
pub async fn metrics(address: SocketAddr) -> HashMap<String, f64> {
    let response = request(address, "GET /metrics HTTP/1.1").await;
    let lines = response.lines().filter_map(|line| line.split_once(' '));
    lines.filter_map(|(name, value)| Some((name.to_owned(), value.trim().parse().ok()?))).collect()
}
