//! Faults of the network, the nodes and the store.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use yodel_server::simulation::SimulatedCluster;

use crate::action::Action;
use crate::disk_faults;
use crate::store::Store;
use crate::world::World;

/// Time that a graceful shutdown of a node takes.
const DRAIN: Duration = Duration::from_millis(500);

/// Causes a fault, which ends by itself. Ignores what a smaller plan does not have.
pub fn cause(world: &Arc<World>, fault: Action) {
    match (fault, &world.store) {
        (Action::Cut { client, cut }, _) => world.network.cut(client, cut),
        (Action::Stall { client, ms }, _) => world.network.stall(client, after(ms)),
        (
            Action::Kill { node, .. }
            | Action::Drain { node, .. }
            | Action::Freeze { node, .. }
            | Action::Interrupt { node, .. }
            | Action::Silence { node, .. },
            _,
        ) => {
            if node < world.nodes.len() {
                cause_at_node(world, node, fault);
            }
        }
        (_, Store::Shared(cluster)) => cause_in_store(world, cluster, fault),
        (_, Store::Disk(machine)) => disk_faults::cause(world, machine, fault),
    }
}

fn cause_in_store(world: &Arc<World>, cluster: &SimulatedCluster, fault: Action) {
    match fault {
        Action::Degrade { loss, event_loss, latency_ms, ms } => {
            cluster.set_network(loss, event_loss, latency_ms);
            let cluster = cluster.clone();
            world.later(ms, move |_| cluster.set_network(0, 0, 5));
        }
        Action::FreezeStore { ms } => {
            cluster.set_frozen(true);
            let cluster = cluster.clone();
            world.later(ms, move |_| cluster.set_frozen(false));
        }
        Action::Copy => cluster.copy(),
        Action::FailOver { stale, ms } => fail_over(world, cluster, stale, ms),
        Action::Evict { room } => world.rooms.get(&room).into_iter().for_each(|room| cluster.evict(room)),
        Action::Trim { room } => world.rooms.get(&room).into_iter().for_each(|room| cluster.trim(room)),
        Action::ForgetChanges => cluster.forget_changes(),
        Action::Damage { room } => world.rooms.get(&room).into_iter().for_each(|room| cluster.publish_damaged(room)),
        _ => {}
    }
}

fn cause_at_node(world: &Arc<World>, node: usize, fault: Action) {
    let nodes = &world.nodes;
    match fault {
        Action::Kill { ms, .. } => {
            nodes.kill(node);
            world.later(ms, move |world| world.nodes.start_node(node));
        }
        Action::Drain { ms, .. } => {
            nodes.drain(node, DRAIN);
            let drained = u64::try_from(DRAIN.as_millis()).expect("half a second") + ms / 2;
            world.later(drained, move |world| world.nodes.kill(node));
            world.later(drained + ms / 2, move |world| world.nodes.start_node(node));
        }
        Action::Freeze { ms, .. } if nodes.is_running(node) => nodes.freeze(node, after(ms)),
        _ => {}
    }
    if let (Some(cluster), Some(link)) = (world.store.cluster(), nodes.link(node)) {
        cause_at_link(world, cluster, link, fault);
    }
}

/// Causes a fault of the connection of a node to the store.
fn cause_at_link(world: &Arc<World>, cluster: &SimulatedCluster, link: usize, fault: Action) {
    let ends = cluster.clone();
    match fault {
        Action::Freeze { ms, .. } => {
            cluster.set_node_frozen(link, true);
            cluster.hold_events(link, true);
            world.later(ms, move |_| {
                ends.hold_events(link, false);
                ends.set_node_frozen(link, false);
            });
        }
        Action::Interrupt { ms, .. } => {
            cluster.cut(link);
            world.later(ms, move |_| ends.reconnect(link));
        }
        Action::Silence { ms, .. } => {
            cluster.set_silent(link, true);
            world.later(ms, move |_| ends.set_silent(link, false));
        }
        _ => {}
    }
}

/// Replaces the server of the store. The subscriptions of each node find the new one later, as do the operations of a
/// stale node.
fn fail_over(world: &Arc<World>, cluster: &SimulatedCluster, stale: Option<usize>, ms: u64) {
    let stale = stale.filter(|node| *node < world.nodes.len()).and_then(|node| world.nodes.link(node));
    cluster.fail_over(stale);
    for node in 0..world.nodes.len() {
        let Some(link) = world.nodes.link(node) else { continue };
        let cluster = cluster.clone();
        world.later(ms * (node as u64 + 1) / world.nodes.len() as u64, move |_| {
            cluster.find_current(link);
            cluster.cut(link);
            cluster.reconnect(link);
        });
    }
}

fn after(ms: u64) -> Instant {
    Instant::now() + Duration::from_millis(ms)
}
