//! A simulation: nodes, store, network and clients, and the steps of its plan.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};
use yodel_protocol::RoomName;
use yodel_server::simulation::SimulatedRandom;

use crate::action::Action;
use crate::checks;
use crate::client::Client;
use crate::client_state::ClientState;
use crate::faults;
use crate::network::Network;
use crate::node::SimulatedNodes;
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::record::Record;
use crate::store::Store;

/// Time after the faults in which everybody recovers: longer than the lease of a node and the grace period of a user.
const QUIET: Duration = Duration::from_secs(20);

/// Time between two looks at whether everybody has recovered.
const LOOK: Duration = Duration::from_secs(5);

/// Maximum number of those looks. Longer than the sum of all timeouts.
const LOOKS: usize = 14;

/// Parts of a simulation.
#[derive(Debug)]
pub struct World {
    /// The plan.
    pub plan: Plan,
    /// The place of the rooms.
    pub store: Store,
    /// The nodes.
    pub nodes: SimulatedNodes,
    /// The network.
    pub network: Network,
    /// The clients by number.
    pub clients: BTreeMap<usize, Client>,
    /// Names of the rooms by number.
    pub rooms: BTreeMap<usize, RoomName>,
    /// The record.
    pub record: Record,
}

/// Runs a plan, in simulated time.
pub fn run(plan: &Plan) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime without I/O").block_on(simulate(plan.clone()))
}

async fn simulate(plan: Plan) -> Outcome {
    let world = Arc::new(World::new(plan));
    world.clients.values().for_each(Client::connect);
    drop(tokio::spawn(checks::memory::watch(Arc::clone(&world))));
    let start = Instant::now();
    for step in &world.plan.steps {
        sleep_until(start + Duration::from_millis(step.at_ms)).await;
        world.apply(step.action);
    }
    sleep_until(start + Duration::from_millis(world.plan.end_ms())).await;
    world.heal();
    sleep(QUIET).await;
    for _ in 0..LOOKS {
        if !world.record.is_clean() || checks::settled(&world).is_empty() {
            break;
        }
        sleep(LOOK).await;
    }
    // A consequence of another violation says nothing.
    if world.record.is_clean() {
        for violation in checks::settled(&world) {
            world.record.violation(violation.property, violation.text);
        }
    }
    checks::history(&world);
    Outcome::new(&world)
}

impl World {
    fn new(plan: Plan) -> Self {
        let (record, random) = (Record::new(), SimulatedRandom::new(plan.noise));
        let store = Store::new(&plan, &random);
        let nodes = SimulatedNodes::start(&plan, &store, &random, &record);
        let network = Network::new(&plan, nodes.clone());
        let room = |number: &usize| (*number, RoomName::new(&format!("r{number}")).expect("a valid room name"));
        let rooms = plan.rooms.iter().map(room).collect();
        let client = |number: &usize| {
            let state = ClientState::new(*number, &plan, &record, &store);
            (*number, Client::start(*number, plan.noise, state, &network, &record))
        };
        let clients = plan.clients.iter().map(client).collect();
        Self { plan, store, nodes, network, clients, rooms, record }
    }

    fn apply(self: &Arc<Self>, action: Action) {
        self.record.note(format!("> {action}"));
        let client = |number: usize| self.clients.get(&number);
        let room = |number: usize| self.rooms.get(&number);
        match action {
            Action::Publish { client: number, room: name, count, echo } => {
                if let (Some(client), Some(room)) = (client(number), room(name)) {
                    (0..count).for_each(|_| client.publish(room, echo));
                }
            }
            Action::Join { client: number, room: name } => {
                client(number).zip(room(name)).into_iter().for_each(|(client, room)| client.join(room));
            }
            Action::Read { client: number, room: name } => {
                client(number).zip(room(name)).into_iter().for_each(|(client, room)| client.read(room));
            }
            Action::Leave { client: number, room: name } => {
                client(number).zip(room(name)).into_iter().for_each(|(client, room)| client.leave(room));
            }
            Action::Send { client: number, to, as_user, count } => {
                let to = client(to).and_then(|to| to.state.lock().best_effort.address(as_user));
                if let Some((client, to)) = client(number).zip(to) {
                    (0..count).for_each(|_| client.send(Some(&to)));
                }
            }
            Action::Broadcast { client: number, count } => {
                if let Some(client) = client(number) {
                    (0..count).for_each(|_| client.send(None));
                }
            }
            Action::Disconnect { client: number, ms } => {
                if let Some(client) = client(number) {
                    client.disconnect();
                    self.later(ms, move |world| world.clients[&number].connect());
                }
            }
            fault => faults::cause(self, fault),
        }
    }

    /// Calls a function after a number of milliseconds.
    pub fn later(self: &Arc<Self>, ms: u64, act: impl FnOnce(&Self) + Send + 'static) {
        let world = Arc::clone(self);
        drop(tokio::spawn(async move {
            sleep(Duration::from_millis(ms)).await;
            act(&world);
        }));
    }

    /// Ends all faults. Clients notice it soon.
    fn heal(&self) {
        self.record.note("> all faults have ended");
        self.store.heal();
        (0..self.nodes.len()).for_each(|node| self.nodes.start_node(node));
        for client in self.clients.values() {
            client.connect();
            client.hurry();
        }
    }
}
