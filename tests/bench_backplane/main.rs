//! Benchmark of rooms that are not in the memory of one process: of several nodes that share a Redis with `appendfsync
//! always`, and of a node that keeps its rooms on a disk. Starts everything on this machine and prints one table.
//!
//! | content | module |
//! |---|---|
//! | latency from a publish on one node to a member on another | [`latency`] |
//! | CPU time per delivery, beside a node that keeps its rooms in memory | [`delivery_cost`] |
//! | CPU time per publish that is kept on a disk, beside one in memory | [`publish_cost`] |
//! | size of a folder that is written for long | [`disk_growth`] |
//! | memory of 10,000 rooms; subscriptions after a restart of Redis | [`many_rooms`] |
//! | nodes and their Redis; what a process uses | [`deployment`], [`redis_server`], [`process`] |
//! | processors of the nodes and of the rest | [`processors`] |
//! | a client that costs little | [`connection`] |
//! | the table, statistics | [`report`], [`samples`] |
//!
//! `ROUNDS` sets the number of rounds. Arguments select benchmarks by module name, such as `latency`.

// The values are small and are printed with at most two decimals.
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]

mod connection;
mod delivery_cost;
mod deployment;
mod disk_growth;
mod latency;
mod many_rooms;
mod process;
mod processors;
mod publish_cost;
mod redis_server;
mod report;
#[path = "../bench/samples.rs"]
mod samples;

use report::Report;
use tokio::runtime::Builder;

/// Default number of rounds, which shows the noise of each figure.
const ROUNDS: u32 = 3;

fn main() {
    let rounds = std::env::var("ROUNDS").ok().filter(|rounds| !rounds.is_empty());
    let rounds = rounds.map_or(ROUNDS, |rounds| rounds.parse().expect("ROUNDS is a number"));
    // Cargo adds the flag `--bench`.
    let selected: Vec<String> = std::env::args().skip(1).filter(|name| !name.starts_with("--")).collect();
    let is_selected = |name: &str| selected.is_empty() || selected.iter().any(|other| other == name);

    let mut report = Report::new(rounds);
    for round in 1..=rounds {
        eprintln!("==> round {round} of {rounds}");
        if is_selected("latency") {
            run(Builder::new_multi_thread(), latency::measure(&mut report));
        }
        // A single thread, which is bound to a processor.
        if is_selected("delivery_cost") {
            run(Builder::new_current_thread(), delivery_cost::measure(round, &mut report));
        }
        if is_selected("publish_cost") {
            run(Builder::new_current_thread(), publish_cost::measure(round, &mut report));
        }
        // The figure does not depend on the load of the machine.
        if round == 1 && is_selected("disk_growth") {
            run(Builder::new_current_thread(), disk_growth::measure(&mut report));
        }
        if is_selected("many_rooms") {
            run(Builder::new_multi_thread(), many_rooms::measure(&mut report));
        }
    }
    report.publish();
}

fn run(mut runtime: Builder, benchmark: impl Future<Output = ()>) {
    runtime.enable_all().build().expect("a runtime").block_on(benchmark);
}
