//! Faults of a simulated store.

use std::collections::BTreeSet;

use bytes::Bytes;
use tokio::time::Instant;
use yodel_protocol::{Epoch, Position, RoomName};

use super::{SimulatedCluster, SimulatedStore};
use crate::backplane::shared::store::{StoreError, StoreMessage, partition_of};

/// Reason for which no message can be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishFault {
    /// The store refuses publishes at once.
    Refused,
    /// Writes are not safe, or are refused during a publish.
    Unwritten,
}

impl SimulatedCluster {
    /// Lets all publishes fail, or no longer.
    pub fn set_publish_fault(&self, fault: Option<PublishFault>) {
        self.0.state.lock().publish_fault = fault;
    }

    /// Gives the store a defect.
    #[cfg(feature = "simulation")]
    pub fn inject(&self, defect: super::Defect) {
        let mut state = self.0.state.lock();
        state.servers.last_mut().unwrap().defect = Some(defect);
        state.copy.defect = Some(defect);
    }

    /// Sets the probabilities that requests or answers and that events are lost, in percent, and the maximum latency in
    /// milliseconds.
    pub fn set_network(&self, loss: usize, event_loss: usize, latency: u64) {
        let mut state = self.0.state.lock();
        (state.loss, state.event_loss, state.latency) = (loss, event_loss, latency);
    }

    /// Interrupts the subscriptions of a node.
    pub fn cut(&self, node: usize) {
        self.with_link(node, super::NodeLink::cut);
    }

    /// Ends an interruption, or a silence.
    pub fn reconnect(&self, node: usize) {
        let arrival = Instant::now() + self.latency();
        self.with_link(node, |link| link.reconnect(arrival));
    }

    /// Drops the events of a node, or no longer.
    pub fn set_silent(&self, node: usize, silent: bool) {
        self.with_link(node, |link| link.silent = silent);
    }

    /// Answers no operation until it is called with false.
    pub fn set_frozen(&self, frozen: bool) {
        self.0.state.lock().frozen = frozen;
        self.0.thawed.notify_waiters();
    }

    /// Answers no operation of a node until it is called with false.
    pub fn set_node_frozen(&self, node: usize, frozen: bool) {
        self.with_link(node, |link| link.frozen = frozen);
        self.0.thawed.notify_waiters();
    }

    /// Delivers the events of a node late, or no longer.
    pub fn hold_events(&self, node: usize, held: bool) {
        self.with_link(node, |link| link.held = held);
        self.0.thawed.notify_waiters();
    }

    /// Copies the current server.
    pub fn copy(&self) {
        let mut state = self.0.state.lock();
        state.copy = state.servers.last().unwrap().clone();
    }

    /// Replaces the current server by its copy. The subscriptions of all nodes stay on the old one until they are
    /// reconnected; so do the operations of the node `stale`.
    pub fn fail_over(&self, stale: Option<usize>) {
        if stale.is_some() {
            self.journal().note_stale_node();
        }
        let mut state = self.0.state.lock();
        let mut next = state.copy.clone();
        next.raise_generations(state.servers.last().unwrap());
        state.copy = next.clone();
        state.servers.push(next);
        let current = state.servers.len() - 1;
        for (_, link) in state.links.iter_mut().filter(|(node, _)| Some(**node) != stale) {
            link.server = current;
        }
    }

    /// Moves the operations of a node to the current server.
    pub fn find_current(&self, node: usize) {
        let current = self.0.state.lock().servers.len() - 1;
        self.with_link(node, |link| link.server = current);
    }

    /// Removes a room and its keys. An operation that is executed afterwards, although it failed before, publishes its
    /// message again.
    pub fn evict(&self, room: &RoomName) {
        self.0.state.lock().servers.last_mut().unwrap().evict(room);
    }

    /// Returns whether operations are or were late. A failover has no need to know, because it raises the generation.
    #[cfg(test)]
    pub fn is_late(&self) -> bool {
        let state = self.0.state.lock();
        let frozen = state.frozen || state.links.values().any(|link| link.frozen);
        frozen || state.late.is_some_and(|late| late.elapsed() <= std::time::Duration::from_secs(5))
    }

    /// Removes the history of a room.
    pub fn trim(&self, room: &RoomName) {
        self.0.state.lock().servers.last_mut().unwrap().trim(room);
    }

    /// Forgets which rooms have changed.
    pub fn forget_changes(&self) {
        self.0.state.lock().servers.last_mut().unwrap().forget_changes();
    }

    /// Publishes something that no node can read.
    pub fn publish_damaged(&self, room: &RoomName) {
        let partition = partition_of(room.as_str(), self.0.partitions);
        let Some(node) = self.0.state.lock().links.keys().next().copied() else { return };
        let server = self.0.state.lock().links[&node].server;
        let generation = self.0.state.lock().servers[server].generation(partition);
        let payload = Bytes::from_static(br#"{"v":2,"text":"from the future"}"#);
        let new_epoch = Epoch::new(&format!("damaged{}", self.0.random.next())).unwrap();
        let message = StoreMessage { room: room.clone(), key: None, payload, new_epoch };
        drop(self.publish(node, partition, generation, &[message]));
    }

    /// Ends all faults. A node whose events were dropped silently is not told.
    pub fn heal(&self) {
        self.set_network(0, 0, 5);
        self.set_frozen(false);
        let nodes: Vec<usize> = self.0.state.lock().links.keys().copied().collect();
        for node in nodes {
            self.set_node_frozen(node, false);
            self.hold_events(node, false);
            self.find_current(node);
            let interrupted = self.with_link(node, |link| {
                link.silent = false;
                !link.connected || link.event_server != link.server
            });
            if interrupted == Some(true) {
                self.cut(node);
                self.reconnect(node);
            }
        }
    }

    /// Returns the position of a room on the current server.
    pub fn position(&self, room: &RoomName) -> Option<Position> {
        self.0.state.lock().servers.last_mut().unwrap().position(room)
    }

    /// Returns the rooms whose events a node receives.
    pub fn subscriptions(&self, node: usize) -> BTreeSet<RoomName> {
        self.with_link(node, |link| link.active.union(&link.wanted).cloned().collect()).unwrap_or_default()
    }
}

impl SimulatedStore {
    /// Returns an error if there is a fault that a publish, or a probe that does not write, finds.
    pub(super) fn check_publish_fault(&self, writes: bool) -> Result<(), StoreError> {
        match self.cluster.0.state.lock().publish_fault {
            Some(PublishFault::Refused) => Err(StoreError("publishes are refused".to_owned())),
            Some(PublishFault::Unwritten) if writes => Err(StoreError("the disk does not answer".to_owned())),
            _ => Ok(()),
        }
    }
}
