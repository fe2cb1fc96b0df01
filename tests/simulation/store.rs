//! Place of the rooms of a simulation.

use std::time::Duration;

use yodel_protocol::{Position, RoomName};
use yodel_server::simulation::{Journal, MachineConfig, SimulatedCluster, SimulatedMachine, SimulatedRandom};

use crate::plan::{Defect, Plan};

/// Number of partitions of the shared store.
pub const PARTITIONS: u16 = 2;

/// Place of the rooms of a simulation. Clones share their state.
#[derive(Clone, Debug)]
pub enum Store {
    /// A store that nodes share.
    Shared(SimulatedCluster),
    /// The disk of the only node.
    Disk(SimulatedMachine),
}

impl Store {
    /// Creates the empty store of a plan.
    pub fn new(plan: &Plan, random: &SimulatedRandom) -> Self {
        let Some(durability) = plan.disk else {
            let lifetime = Duration::from_millis(plan.room_lifetime_ms);
            let cluster = SimulatedCluster::new(random, PARTITIONS, plan.history, lifetime);
            if let Some(Defect::Shared(defect)) = plan.defect {
                cluster.inject(defect);
            }
            return Self::Shared(cluster);
        };
        let config = MachineConfig { durability, history: plan.history, queue_bytes: plan.queue_bytes };
        let machine = SimulatedMachine::new(config, random);
        if let Some(Defect::Disk(defect)) = plan.defect {
            machine.inject(defect);
        }
        Self::Disk(machine)
    }

    /// Returns everything that was published.
    pub fn journal(&self) -> &Journal {
        match self {
            Self::Shared(cluster) => cluster.journal(),
            Self::Disk(machine) => machine.journal(),
        }
    }

    /// Returns the position of a room.
    pub fn position(&self, room: &RoomName) -> Option<Position> {
        match self {
            Self::Shared(cluster) => cluster.position(room),
            Self::Disk(machine) => machine.position(room),
        }
    }

    /// Returns the shared store; `None` on a disk.
    pub fn cluster(&self) -> Option<&SimulatedCluster> {
        match self {
            Self::Shared(cluster) => Some(cluster),
            Self::Disk(_) => None,
        }
    }

    /// Returns the machine of the disk; `None` in a shared store.
    pub fn machine(&self) -> Option<&SimulatedMachine> {
        match self {
            Self::Shared(_) => None,
            Self::Disk(machine) => Some(machine),
        }
    }

    /// Takes what contradicts the promises of a disk.
    pub fn take_violations(&self) -> Vec<String> {
        self.machine().map(SimulatedMachine::take_violations).unwrap_or_default()
    }

    /// Ends all faults.
    pub fn heal(&self) {
        match self {
            Self::Shared(cluster) => cluster.heal(),
            Self::Disk(machine) => machine.heal(),
        }
    }
}
