//! Connection of a node to a simulated store.

use std::collections::BTreeSet;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use yodel_protocol::RoomName;

use super::SimulatedCluster;
use crate::backplane::shared::store::Event;

/// Connection of a node: where its operations go, and its subscriptions.
#[derive(Debug)]
pub struct NodeLink {
    /// Server of its operations.
    pub server: usize,
    /// Server of its subscriptions.
    pub event_server: usize,
    /// False while the subscriptions are interrupted.
    pub connected: bool,
    /// True while events are dropped although the subscriptions look alive.
    pub silent: bool,
    /// True while operations of the node are not answered.
    pub frozen: bool,
    /// Number of interruptions. What was on its way before the last one is lost.
    pub interruptions: u64,
    /// Rooms that the node has subscribed to.
    pub wanted: BTreeSet<RoomName>,
    /// Rooms whose events the server sends.
    pub active: BTreeSet<RoomName>,
    /// Time at which the last event arrives.
    last_arrival: Instant,
    queue: mpsc::UnboundedSender<EventInTransit>,
}

/// Event on its way.
#[derive(Debug)]
struct EventInTransit {
    arrival: Instant,
    interruptions: u64,
    event: Event,
}

impl NodeLink {
    /// Creates the connection of a node to a server, whose events arrive at `events`.
    pub fn new(cluster: &SimulatedCluster, node: usize, server: usize, events: mpsc::Sender<Event>) -> Self {
        let (queue, transit) = mpsc::unbounded_channel();
        tokio::spawn(carry(cluster.clone(), node, transit, events));
        Self {
            server,
            event_server: server,
            connected: true,
            silent: false,
            frozen: false,
            interruptions: 0,
            wanted: BTreeSet::new(),
            active: BTreeSet::new(),
            last_arrival: Instant::now(),
            queue,
        }
    }

    /// Sends an event that arrives after those before it, and not before `arrival`.
    pub fn send(&mut self, event: Event, arrival: Instant) {
        self.last_arrival = self.last_arrival.max(arrival);
        let transit = EventInTransit { arrival: self.last_arrival, interruptions: self.interruptions, event };
        drop(self.queue.send(transit));
    }

    /// Interrupts the subscriptions.
    pub fn cut(&mut self) {
        self.connected = false;
        self.interruptions += 1;
        self.active.clear();
    }

    /// Subscribes again on the server of the operations.
    pub fn reconnect(&mut self, arrival: Instant) {
        (self.connected, self.silent, self.event_server) = (true, false, self.server);
        self.active = self.wanted.clone();
        self.send(Event::Resubscribed(self.wanted.iter().cloned().collect()), arrival);
    }
}

async fn carry(
    cluster: SimulatedCluster,
    node: usize,
    mut transit: mpsc::UnboundedReceiver<EventInTransit>,
    events: mpsc::Sender<Event>,
) {
    while let Some(next) = transit.recv().await {
        sleep_until(next.arrival).await;
        let current = cluster.with_link(node, |link| link.interruptions) == Some(next.interruptions);
        if current && events.send(next.event).await.is_err() {
            return;
        }
    }
}
