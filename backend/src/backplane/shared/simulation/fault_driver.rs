//! Faults in the course of a simulation.

use std::future::Future;
use std::sync::Arc;

use tokio::time::sleep;

use super::world::World;

/// Causes faults, some of which overlap, until the end of the faults.
pub async fn cause_faults(world: Arc<World>) {
    loop {
        sleep(world.random.millis(50..1_200)).await;
        if world.is_ending() {
            return;
        }
        cause_fault(&world);
    }
}

fn cause_fault(world: &Arc<World>) {
    let (random, cluster) = (&world.random, &world.cluster);
    let number = random.index(world.nodes.len());
    let (node, link) = (&world.nodes[number], world.nodes[number].link());
    let room = &world.rooms[random.index(world.rooms.len())];
    world.trace(format!("fault near node {number} and room {room}"));
    match random.index(100) {
        0..10 => {
            cluster.set_network(random.index(40), random.index(20), [5, 40, 300][random.index(3)]);
            later(world, |world| world.cluster.set_network(0, 1, 5));
        }
        10..20 => {
            cluster.cut(link);
            later(world, move |world| world.cluster.reconnect(link));
        }
        20..32 => {
            cluster.set_silent(link, true);
            later(world, move |world| world.cluster.set_silent(link, false));
        }
        32..38 => {
            cluster.set_frozen(true);
            later(world, |world| world.cluster.set_frozen(false));
        }
        38..44 => {
            cluster.set_node_frozen(link, true);
            later(world, move |world| world.cluster.set_node_frozen(link, false));
        }
        44..52 => cluster.copy(),
        52..62 => fail_over(world, random.percent(50).then_some(link)),
        62..66 => {
            // A message without a key must not be published twice.
            if !cluster.is_late() {
                cluster.evict(room);
            }
        }
        66..72 => cluster.trim(room),
        72..75 => cluster.forget_changes(),
        75..84 => {
            let replica = node.room(room);
            replica.set_full(true);
            later(world, move |_| replica.set_full(false));
        }
        84..90 => node.restart(),
        90..93 => cluster.publish_damaged(room),
        93..97 => node.close(room),
        _ => world.rooms.iter().for_each(|room| (0..4).for_each(|_| cluster.publish_damaged(room))),
    }
}

/// Replaces the server. The subscriptions of each node find the new one later, as do the operations of a stale node.
fn fail_over(world: &Arc<World>, stale: Option<usize>) {
    world.cluster.fail_over(stale);
    for link in world.nodes.iter().map(|node| node.link()) {
        later(world, move |world| {
            world.cluster.find_current(link);
            world.cluster.cut(link);
            world.cluster.reconnect(link);
        });
    }
}

/// Ends a fault after a random time.
fn later(world: &Arc<World>, end: impl FnOnce(&World) + Send + 'static) {
    let (after, world) = (world.random.millis(50..3_900), Arc::clone(world));
    spawn(async move {
        sleep(after).await;
        end(&world);
    });
}

fn spawn(work: impl Future<Output = ()> + Send + 'static) {
    drop(tokio::spawn(work));
}
