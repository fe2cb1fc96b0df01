//! Plan of a simulation: its size and its steps, all from one seed.

use yodel_server::simulation::{self, DiskDefect, Durability};

use crate::action::{Action, Cut, Step};
use crate::random::Random;

/// Time in which actions and faults begin, in milliseconds.
const ACTIVE_MS: u64 = 12_000;

/// Number of messages in a history that loses none.
const LONG_HISTORY: usize = 1_000;

/// Lifetime of a position in the store that does not end in a simulation, in milliseconds.
const LONG_LIFETIME_MS: u64 = 3_600_000;

/// Number of bytes that wait for the disk and are never too many.
const LONG_QUEUE: usize = 1 << 20;

/// Maximum duration of a fault, in milliseconds.
pub const MAX_FAULT_MS: u64 = 4_000;

/// Place of the rooms of plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A store that nodes share.
    Shared,
    /// The disk of the only node.
    Disk,
}

/// Defect, for tests of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// Of a shared store.
    Shared(simulation::Defect),
    /// Of a node that keeps its rooms on a disk.
    Disk(DiskDefect),
}

/// Size and steps of a simulation. The same plan gives the same run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Seed of latencies, delays and identifiers.
    pub noise: u64,
    /// Promise of the disk; `None` for a shared store.
    pub disk: Option<Durability>,
    /// Number of nodes; one with a disk.
    pub nodes: usize,
    /// Numbers of the clients. An even one is a user, who shares the name with the one four numbers higher.
    pub clients: Vec<usize>,
    /// Numbers of the rooms.
    pub rooms: Vec<usize>,
    /// Maximum number of messages in the history of a room.
    pub history: usize,
    /// Lifetime of a position in the store that no node keeps, in milliseconds.
    pub room_lifetime_ms: u64,
    /// True if connections buffer so little that slow clients delay others.
    pub is_narrow: bool,
    /// Maximum size of the messages that wait for the disk, in bytes.
    pub queue_bytes: usize,
    /// Defect, for tests of the checks.
    pub defect: Option<Defect>,
    /// Actions and faults, sorted by time.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Creates the plan of a seed. Without a place, every third seed is on a disk.
    pub fn new(seed: u64, place: Option<Place>) -> Self {
        let mut random = Random::new(seed);
        let is_on_disk = place.map_or(seed.is_multiple_of(3), |place| place == Place::Disk);
        let mut plan = Self {
            noise: seed,
            disk: None,
            nodes: 2 + random.index(2),
            clients: (0..2 + random.index(5)).collect(),
            rooms: (0..=random.index(3)).collect(),
            history: if random.percent(20) { 12 } else { LONG_HISTORY },
            room_lifetime_ms: if random.percent(20) { 6_000 } else { LONG_LIFETIME_MS },
            is_narrow: random.percent(20),
            queue_bytes: LONG_QUEUE,
            defect: None,
            steps: Vec::new(),
        };
        if is_on_disk {
            plan.move_to_disk(&mut random);
        }
        plan.join_first();
        let faults = 1 + random.index(9);
        let uses = 10 + random.index(25);
        for _ in 0..uses {
            let action = plan.random_use(&mut random);
            plan.steps.push(Step { at_ms: random.within(0..ACTIVE_MS), action });
        }
        for _ in 0..faults {
            let action = if is_on_disk { plan.random_disk_fault(&mut random) } else { plan.random_fault(&mut random) };
            plan.steps.push(Step { at_ms: random.within(500..ACTIVE_MS), action });
        }
        plan.steps.sort_by_key(|step| step.at_ms);
        plan
    }

    /// Returns the time at which all faults have ended, in milliseconds.
    pub fn end_ms(&self) -> u64 {
        self.steps.last().map_or(0, |step| step.at_ms) + MAX_FAULT_MS + 1_000
    }

    /// Returns whether a client may be told that messages are lost.
    pub fn is_lossy(&self) -> bool {
        self.history < LONG_HISTORY
            || self.room_lifetime_ms < LONG_LIFETIME_MS
            || self.steps.iter().any(|step| step.action.is_lossy())
    }

    /// Returns whether a node ends and begins again.
    pub fn restarts(&self) -> bool {
        self.steps.iter().any(|step| step.action.ends_node())
    }

    /// Returns whether a node may go on with an old server of the store, while others have a new one.
    pub fn is_split(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.action, Action::FailOver { stale: Some(_), .. }))
    }

    /// Returns plans with one client, node or room less, or with a simpler configuration. The others keep their numbers.
    pub fn smaller(&self) -> Vec<Self> {
        let with = |change: fn(&mut Self)| {
            let mut smaller = self.clone();
            change(&mut smaller);
            (smaller != *self).then_some(smaller)
        };
        let smaller = [
            with(|plan| plan.nodes = (plan.nodes - 1).max(1)),
            with(|plan| plan.history = LONG_HISTORY),
            with(|plan| plan.room_lifetime_ms = LONG_LIFETIME_MS),
            with(|plan| plan.is_narrow = false),
            with(|plan| plan.queue_bytes = LONG_QUEUE),
        ];
        let without_client = self.clients.iter().map(|client| {
            let clients = self.clients.iter().copied().filter(|other| other != client).collect();
            Self { clients, ..self.clone() }
        });
        let without_room = self.rooms.iter().map(|room| {
            let rooms = self.rooms.iter().copied().filter(|other| other != room).collect();
            Self { rooms, ..self.clone() }
        });
        smaller.into_iter().flatten().chain(without_client).chain(without_room).collect()
    }

    fn move_to_disk(&mut self, random: &mut Random) {
        self.disk = Some([Durability::Commit, Durability::Relaxed][random.index(2)]);
        self.queue_bytes = if random.percent(20) { 4_000 } else { LONG_QUEUE };
        (self.nodes, self.room_lifetime_ms) = (1, LONG_LIFETIME_MS);
    }

    /// Lets each client join one room at the start, and some all rooms.
    fn join_first(&mut self) {
        for client in &self.clients {
            let joins = |room: &usize| client % 3 == 2 || client % self.rooms.len() == *room;
            for room in self.rooms.iter().copied().filter(joins) {
                self.steps.push(Step { at_ms: 0, action: Action::Join { client: *client, room } });
            }
        }
    }

    fn random_use(&self, random: &mut Random) -> Action {
        let (client, room) = (random.index(self.clients.len()), random.index(self.rooms.len()));
        match random.index(100) {
            0..56 => Action::Publish { client, room, count: random.within(1..6), echo: random.percent(70) },
            56..60 => Action::Read { client, room },
            60..71 => Action::Join { client, room },
            71..79 => Action::Leave { client, room },
            79..87 => {
                let (to, as_user) = (random.index(self.clients.len()), random.percent(50));
                Action::Send { client, to, as_user, count: random.within(1..6) }
            }
            87..90 => Action::Broadcast { client, count: random.within(1..6) },
            _ => Action::Disconnect { client, ms: random.within(0..MAX_FAULT_MS) },
        }
    }

    fn random_fault(&self, random: &mut Random) -> Action {
        let (client, node) = (random.index(self.clients.len()), random.index(self.nodes));
        let (room, ms) = (random.index(self.rooms.len()), random.within(50..MAX_FAULT_MS));
        match random.index(100) {
            0..20 => Action::Cut { client, cut: [Cut::Reset, Cut::Late, Cut::Silent][random.index(3)] },
            20..28 => Action::Stall { client, ms },
            28..34 => Action::Kill { node, ms },
            34..40 => Action::Drain { node, ms },
            40..47 => Action::Freeze { node, ms },
            47..57 => Action::Degrade {
                loss: random.index(40),
                event_loss: random.index(20),
                latency_ms: [5, 40, 300][random.index(3)],
                ms,
            },
            57..63 => Action::Interrupt { node, ms },
            63..71 => Action::Silence { node, ms },
            71..76 => Action::FreezeStore { ms },
            76..80 => Action::Copy,
            80..89 => Action::FailOver { stale: random.percent(40).then_some(node), ms },
            89..92 => Action::Evict { room },
            92..95 => Action::Trim { room },
            95..98 => Action::ForgetChanges,
            _ => Action::Damage { room },
        }
    }

    fn random_disk_fault(&self, random: &mut Random) -> Action {
        let (client, node) = (random.index(self.clients.len()), 0);
        let longest = [800, MAX_FAULT_MS][random.index(2)];
        let ms = random.within(50..longest);
        match random.index(100) {
            0..12 => Action::Cut { client, cut: [Cut::Reset, Cut::Late, Cut::Silent][random.index(3)] },
            12..17 => Action::Stall { client, ms },
            17..28 => Action::Kill { node, ms },
            28..35 => Action::LosePower { operations: 0, ms },
            35..52 => Action::LosePower { operations: random.within(1..40), ms },
            52..60 => Action::Drain { node, ms },
            60..63 => Action::Freeze { node, ms },
            63..71 => Action::FillDisk { room: random.index(60_000), ms },
            71..77 => Action::BreakDisk { ms },
            77..84 => Action::FailOperation { within: random.within(1..40) },
            84..88 => Action::FailSync,
            88..94 => Action::SlowDisk { latency_ms: [20, 300, 3_000][random.index(3)], ms },
            94..98 => Action::ShortReads { ms },
            _ => Action::JumpClock,
        }
    }
}
