//! Faults of the network, the nodes and the store.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::action::Action;
use crate::world::World;

/// Time that a graceful shutdown of a node takes.
const DRAIN: Duration = Duration::from_millis(500);

/// Causes a fault, which ends by itself. Ignores what a smaller plan does not have.
pub fn cause(world: &Arc<World>, fault: Action) {
    let cluster = &world.cluster;
    match fault {
        Action::Cut { client, cut } => world.network.cut(client, cut),
        Action::Stall { client, ms } => world.network.stall(client, after(ms)),
        Action::Degrade { loss, event_loss, latency_ms, ms } => {
            cluster.set_network(loss, event_loss, latency_ms);
            world.later(ms, |world| world.cluster.set_network(0, 0, 5));
        }
        Action::FreezeStore { ms } => {
            cluster.set_frozen(true);
            world.later(ms, |world| world.cluster.set_frozen(false));
        }
        Action::Copy => cluster.copy(),
        Action::FailOver { stale, ms } => fail_over(world, stale, ms),
        Action::Evict { room } => world.rooms.get(&room).into_iter().for_each(|room| cluster.evict(room)),
        Action::Trim { room } => world.rooms.get(&room).into_iter().for_each(|room| cluster.trim(room)),
        Action::ForgetChanges => cluster.forget_changes(),
        Action::Damage { room } => world.rooms.get(&room).into_iter().for_each(|room| cluster.publish_damaged(room)),
        Action::Kill { node, .. }
        | Action::Drain { node, .. }
        | Action::Freeze { node, .. }
        | Action::Interrupt { node, .. }
        | Action::Silence { node, .. } => {
            if node < world.nodes.len() {
                cause_at_node(world, node, fault);
            }
        }
        Action::Publish { .. }
        | Action::Send { .. }
        | Action::Broadcast { .. }
        | Action::Join { .. }
        | Action::Read { .. }
        | Action::Leave { .. }
        | Action::Disconnect { .. } => {}
    }
}

fn cause_at_node(world: &Arc<World>, node: usize, fault: Action) {
    let (cluster, nodes, link) = (&world.cluster, &world.nodes, world.nodes.link(node));
    match (fault, link) {
        (Action::Kill { ms, .. }, _) => {
            nodes.kill(node);
            world.later(ms, move |world| world.nodes.start_node(node));
        }
        (Action::Drain { ms, .. }, _) => {
            nodes.drain(node, DRAIN);
            let drained = u64::try_from(DRAIN.as_millis()).expect("half a second") + ms / 2;
            world.later(drained, move |world| world.nodes.kill(node));
            world.later(drained + ms / 2, move |world| world.nodes.start_node(node));
        }
        (Action::Freeze { ms, .. }, Some(link)) => {
            nodes.freeze(node, after(ms));
            cluster.set_node_frozen(link, true);
            cluster.hold_events(link, true);
            world.later(ms, move |world| {
                world.cluster.hold_events(link, false);
                world.cluster.set_node_frozen(link, false);
            });
        }
        (Action::Interrupt { ms, .. }, Some(link)) => {
            cluster.cut(link);
            world.later(ms, move |world| world.cluster.reconnect(link));
        }
        (Action::Silence { ms, .. }, Some(link)) => {
            cluster.set_silent(link, true);
            world.later(ms, move |world| world.cluster.set_silent(link, false));
        }
        _ => {}
    }
}

/// Replaces the server of the store. The subscriptions of each node find the new one later, as do the operations of a
/// stale node.
fn fail_over(world: &Arc<World>, stale: Option<usize>, ms: u64) {
    let stale = stale.filter(|node| *node < world.nodes.len()).and_then(|node| world.nodes.link(node));
    world.cluster.fail_over(stale);
    for node in 0..world.nodes.len() {
        let Some(link) = world.nodes.link(node) else { continue };
        world.later(ms * (node as u64 + 1) / world.nodes.len() as u64, move |world| {
            world.cluster.find_current(link);
            world.cluster.cut(link);
            world.cluster.reconnect(link);
        });
    }
}

fn after(ms: u64) -> Instant {
    Instant::now() + Duration::from_millis(ms)
}
