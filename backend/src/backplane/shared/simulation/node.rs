//! Node of a simulation.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::task::JoinHandle;
use yodel_protocol::{Position, RoomName};

use super::recorded_node::RecordedNode;
use super::{NODES, RECOVER_MAX, config};
use crate::backplane::Backplane;
use crate::backplane::PublishAnswer;
use crate::backplane::message::NewMessage;
use crate::backplane::recipients::Recipients;
use crate::backplane::shared::SharedBackplane;
use crate::backplane::shared::recorded_member::RecordedMember;
use crate::backplane::shared::recorded_replica::{JoinOutcome, RecordedReplica};
use crate::backplane::shared::simulated_store::{SimulatedClock, SimulatedCluster, SimulatedStore};
use crate::environment::SimulatedRandom;

/// Backplane of a node in a simulation.
pub type SimulatedBackplane = SharedBackplane<RecordedReplica, SimulatedStore>;

/// Node that members join. It may be restarted.
#[derive(Debug)]
pub struct SimulatedNode {
    number: usize,
    cluster: SimulatedCluster,
    random: SimulatedRandom,
    process: Mutex<Process>,
}

/// State of a node that a restart replaces.
#[derive(Debug)]
struct Process {
    starts: usize,
    backplane: Arc<SimulatedBackplane>,
    run: JoinHandle<()>,
    local: Arc<RecordedNode>,
}

fn process_name(number: usize, starts: usize) -> String {
    format!("n{number}.{starts}")
}

impl Process {
    fn start(number: usize, starts: usize, cluster: &SimulatedCluster, random: &SimulatedRandom) -> Self {
        let (store, events) = cluster.connect(number + starts * NODES);
        let (clock, random) = (Box::new(SimulatedClock::new()), Box::new(random.fork()));
        let config = config(&process_name(number, starts));
        let local = Arc::<RecordedNode>::default();
        let backplane = SharedBackplane::new(store, config, clock, random, Arc::clone(&local) as _);
        let run = tokio::spawn(Arc::clone(&backplane).run(events));
        Self { starts, backplane, run, local }
    }
}

impl SimulatedNode {
    /// Starts a node.
    pub fn start(number: usize, cluster: &SimulatedCluster, random: &SimulatedRandom) -> Arc<Self> {
        let process = Mutex::new(Process::start(number, 0, cluster, random));
        Arc::new(Self { number, cluster: cluster.clone(), random: random.fork(), process })
    }

    /// Ends the process, which disconnects all members, and starts another one.
    pub fn restart(&self) {
        let mut process = self.process.lock();
        process.run.abort();
        self.cluster.cut(self.number + process.starts * NODES);
        for room in process.local.rooms() {
            room.disconnect_all();
        }
        *process = Process::start(self.number, process.starts + 1, &self.cluster, &self.random);
    }

    /// Returns the number of the connection to the store, which no other process has.
    pub fn link(&self) -> usize {
        self.number + self.process.lock().starts * NODES
    }

    /// Returns the backplane of the current process.
    pub fn backplane(&self) -> Arc<SimulatedBackplane> {
        Arc::clone(&self.process.lock().backplane)
    }

    /// Returns whether the background of the node has ended, which it never does by itself.
    pub fn has_ended(&self) -> bool {
        self.process.lock().run.is_finished()
    }

    /// Returns the name of the current process, unique to it.
    pub fn name(&self) -> String {
        process_name(self.number, self.process.lock().starts)
    }

    /// Returns what the current process has in memory.
    pub fn local(&self) -> Arc<RecordedNode> {
        Arc::clone(&self.process.lock().local)
    }

    /// Returns a room, which is created if it does not exist.
    pub fn room(&self, name: &RoomName) -> Arc<RecordedReplica> {
        self.local().room(name, self.cluster.journal())
    }

    /// Returns all rooms.
    pub fn rooms(&self) -> Vec<Arc<RecordedReplica>> {
        self.local().rooms()
    }

    /// Removes a room if it has no members.
    pub fn close(&self, name: &RoomName) {
        self.local().close(name);
    }

    /// Joins a room. Returns it and the outcome; `None` if the store is unavailable.
    pub async fn join(
        &self,
        name: &RoomName,
        member: &Arc<RecordedMember>,
    ) -> Option<(Arc<RecordedReplica>, JoinOutcome)> {
        loop {
            let (room, backplane) = (self.room(name), self.backplane());
            let since: Option<Position> = member.position();
            let fetched = backplane.follow(&room, since.as_ref()).await.ok()?;
            let same_process = Arc::ptr_eq(&backplane, &self.backplane());
            match room.join(member, &fetched, RECOVER_MAX) {
                JoinOutcome::Rejected => {}
                outcome if same_process => {
                    backplane.set_presence(&room, vec![member.entry(1)]);
                    return Some((room, outcome));
                }
                _ => room.leave(member),
            }
            tokio::task::yield_now().await;
        }
    }

    /// Leaves a room, and tells the other nodes. Also after the member was disconnected.
    pub fn leave(&self, room: &Arc<RecordedReplica>, member: &RecordedMember) {
        room.leave(member);
        self.backplane().set_presence(room, vec![member.entry(0)]);
    }

    /// Publishes a message.
    pub fn publish(&self, name: &RoomName, message: NewMessage, recipients: Recipients) -> PublishAnswer {
        let room = self.room(name);
        self.backplane().publish(&room, message, recipients, false).expect("a shared backplane rejects nothing at once")
    }
}
