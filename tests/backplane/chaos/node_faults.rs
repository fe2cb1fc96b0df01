//! Faults of nodes and of the network.

use std::fmt;
use std::time::Duration;

use support::{FaultyProxy, RandomData, SplitMix};
use tokio::time::{Instant, sleep};
use yodel_client::Rng;

use super::chaos_nodes::ChaosNodes;

/// Counts of the faults so far.
#[derive(Debug, Default)]
pub struct NodeFaults {
    kills: u64,
    freezes: u64,
    drains: u64,
    mass_cuts: u64,
}

#[derive(Clone, Copy)]
enum NodeFault {
    Kill,
    /// Sometimes for longer than the lease of a node.
    Freeze,
    Drain,
    /// Cuts all connections at once.
    CutAll,
}

impl NodeFaults {
    /// Injects each kind of fault in turn, in random order, until `end`. All nodes run afterwards.
    pub async fn inject(&mut self, nodes: &mut ChaosNodes, proxy: &FaultyProxy, mut rng: SplitMix, end: Instant) {
        let mut kinds = Vec::new();
        loop {
            pause(&mut rng, 1_000, 4_000).await;
            if Instant::now() >= end {
                return;
            }
            if kinds.is_empty() {
                kinds = vec![NodeFault::Kill, NodeFault::Freeze, NodeFault::Drain, NodeFault::CutAll];
            }
            let kind = kinds.swap_remove(rng.index(kinds.len()));
            self.inject_one(kind, nodes, proxy, &mut rng).await;
        }
    }

    async fn inject_one(&mut self, kind: NodeFault, nodes: &mut ChaosNodes, proxy: &FaultyProxy, rng: &mut SplitMix) {
        let index = usize::try_from(rng.below(nodes.count())).expect("an index");
        match kind {
            NodeFault::Kill => {
                self.kills += 1;
                let node = nodes.take(index);
                node.kill().await;
                pause(rng, 100, 3_000).await;
                nodes.start_node(index).await;
            }
            NodeFault::Freeze => {
                self.freezes += 1;
                nodes.node(index).signal("STOP").await;
                let longest = if rng.once_in(3) { 14_000 } else { 5_000 };
                pause(rng, 500, longest).await;
                nodes.node(index).signal("CONT").await;
            }
            NodeFault::Drain => {
                self.drains += 1;
                let node = nodes.take(index);
                proxy.set_targets(nodes.addresses());
                node.drain().await;
                nodes.start_node(index).await;
            }
            NodeFault::CutAll => {
                self.mass_cuts += 1;
                proxy.cut_all();
            }
        }
        proxy.set_targets(nodes.addresses());
    }
}

impl fmt::Display for NodeFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kills, freezes, drains, mass_cuts } = self;
        write!(f, "nodes: {kills} killed, {freezes} frozen, {drains} drained; all connections cut {mass_cuts} times")
    }
}

/// Waits for a random time in milliseconds.
pub async fn pause(rng: &mut SplitMix, shortest: u64, longest: u64) {
    sleep(Duration::from_millis(shortest + rng.below(longest - shortest + 1))).await;
}
