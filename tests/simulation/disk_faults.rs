//! Faults of the disk and its machine.

use std::sync::Arc;

use yodel_server::simulation::SimulatedMachine;

use crate::action::Action;
use crate::world::World;

/// Causes a fault of the disk, which ends by itself. Ignores all others.
pub fn cause(world: &Arc<World>, machine: &SimulatedMachine, fault: Action) {
    match fault {
        Action::LosePower { operations, ms } => lose_power(world, machine, operations, ms),
        Action::FillDisk { room, ms } => {
            machine.fill(room);
            later(world, machine, ms, |machine| machine.fill(usize::MAX));
        }
        Action::BreakDisk { ms } => {
            machine.set_broken(true);
            later(world, machine, ms, |machine| machine.set_broken(false));
        }
        Action::FailOperation { within } => machine.fail_soon(within),
        Action::FailSync => machine.fail_sync(),
        Action::SlowDisk { latency_ms, ms } => {
            machine.set_sync_time(Some(latency_ms));
            later(world, machine, ms, |machine| machine.set_sync_time(None));
        }
        // The folder must know the time of this boot: after another one, only the wall clock tells its age.
        Action::JumpClock if world.nodes.is_running(0) => machine.jump_clock(),
        Action::ShortReads { ms } => {
            machine.set_short_reads(true);
            later(world, machine, ms, |machine| machine.set_short_reads(false));
        }
        _ => {}
    }
}

fn lose_power(world: &Arc<World>, machine: &SimulatedMachine, operations: u64, ms: u64) {
    let now = |world: &World, machine: &SimulatedMachine| {
        world.nodes.kill(0);
        machine.lose_power();
    };
    if operations == 0 {
        now(world, machine);
    } else {
        machine.lose_power_after(operations);
        let machine = machine.clone();
        world.later(ms / 2, move |world| now(world, &machine));
    }
    world.later(ms, |world| world.nodes.start_node(0));
}

fn later(
    world: &Arc<World>,
    machine: &SimulatedMachine,
    ms: u64,
    act: impl FnOnce(&SimulatedMachine) + Send + 'static,
) {
    let machine = machine.clone();
    world.later(ms, move |_| act(&machine));
}
