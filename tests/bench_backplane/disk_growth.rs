//! Size of a folder while the history of its rooms is full: what leaves the history has to make room for what arrives.

use std::collections::HashMap;

use support::Yodel;
use support::yodel::shell;

use crate::connection::{self, Receiver, Sender};
use crate::publish_cost::metrics;
use crate::report::Report;

/// Rooms that publishes go to in turn.
const ROOMS: u64 = 1000;
/// Messages that a room keeps.
const KEPT: u64 = 64;
/// Size of the data of a message, in bytes.
const SIZE: usize = 220;
/// Messages of a quarter of the run. The first one fills the histories almost five times.
const QUARTER: u64 = 300_000;
/// Publishes that wait for their acknowledgment.
const IN_FLIGHT: u64 = 64;
const MIB: f64 = 1_048_576.0;

/// Publishes, and reports the sizes after each quarter.
pub async fn measure(report: &mut Report) {
    let folder = tempfile::tempdir_in(support::yodel::root().join("target")).expect("a folder");
    let arguments =
        format!("serve --listen 127.0.0.1:0 --log error --ping 1h --history-messages {KEPT} --durability relaxed");
    let server = Yodel::start(shell(&format!(r#"exec "$0" {arguments} --data '{}'"#, folder.path().display()))).await;
    let (mut sender, mut receiver) = connection::connect(server.address()).await;
    for quarter in 1..=4 {
        publish(&mut sender, &mut receiver, QUARTER).await;
        let metrics: HashMap<String, f64> = metrics(server.address()).await;
        for (name, metric) in [("file", "yodel_data_bytes"), ("records", "yodel_data_live_bytes")] {
            report.add(&format!("{}: {name}, MiB", messages(quarter)), metrics[metric] / MIB);
        }
    }
}

fn messages(quarter: u64) -> String {
    format!("after {:.1} million messages", (quarter * QUARTER) as f64 / 1e6)
}

/// Publishes messages, with at most [`IN_FLIGHT`] unanswered ones, and waits for all answers.
async fn publish(sender: &mut Sender, receiver: &mut Receiver, messages: u64) {
    let (mut sent, mut answered) = (0, 0);
    while answered < messages {
        while sent < messages && sent - answered < IN_FLIGHT {
            let room = sent % ROOMS;
            sender.request(&format!(r#""type":"publish","room":"r{room}","event":"e","data":"{sent:SIZE$}""#)).await;
            sent += 1;
        }
        receiver.wait_for(b"\"ok\"").await;
        answered += 1;
    }
}
