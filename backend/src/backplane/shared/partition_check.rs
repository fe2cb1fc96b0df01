//! Checks of a partition: whether messages were missed, and whether they can be published; the lease of this node.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tracing::{info, warn};
use yodel_protocol::{Position, RoomName};

use super::SharedBackplane;
use super::store::{Check, Lease, Partition, Store, StoreError};
use crate::backplane::shared::replica::FollowingReplica;

/// Checks of a partition.
pub(super) struct PartitionCheck<R, S> {
    backplane: Arc<SharedBackplane<R, S>>,
    partition: Partition,
    /// Number of changes at the last successful check; 0 before.
    number: u64,
    /// Generation at the last successful check.
    generation: Option<u64>,
    /// Time at which the last successful check was sent.
    renewed: Option<Instant>,
    /// Rooms that were behind at the last check. The message may have been on its way.
    suspects: Vec<(RoomName, Position)>,
    /// Nodes with a valid lease at the last successful check.
    nodes: BTreeSet<String>,
    failing: bool,
}

impl<R: FollowingReplica, S: Store> PartitionCheck<R, S> {
    /// Creates the checks of a partition.
    pub fn new(backplane: Arc<SharedBackplane<R, S>>, partition: Partition) -> Self {
        Self {
            backplane,
            partition,
            number: 0,
            generation: None,
            renewed: None,
            suspects: Vec::new(),
            nodes: BTreeSet::new(),
            failing: false,
        }
    }

    /// Checks for ever.
    pub async fn run(mut self) {
        let period = self.backplane.config.check_interval.max(Duration::from_millis(1));
        let partitions = u32::from(self.backplane.store.partitions().max(1));
        // Spread, so that the store does not get all checks at once.
        let start = Instant::now() + period * u32::from(self.partition) / partitions;
        let mut ticks = interval_at(start, period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // At once: without a lease, the presence of this node does not count.
        self.check().await;
        loop {
            ticks.tick().await;
            self.check().await;
        }
    }

    async fn check(&mut self) {
        let suspects = std::mem::take(&mut self.suspects);
        let sent = Instant::now();
        let node = Arc::clone(&self.backplane.config.node);
        let lease = Lease { node: &node, time: self.backplane.config.lease };
        let check = self.backplane.store.check(self.partition, self.number, lease);
        let (checked, ()) = tokio::join!(check, self.probe());
        match checked {
            Ok(check) => self.apply(check, sent),
            Err(error) => self.failed(&error),
        }
        for (room, position) in suspects {
            self.catch_up_to(&room, &position);
        }
        // Here, because checks are frequent, and at another time in each partition.
        self.backplane.recheck_users(self.partition);
    }

    /// Finds out whether messages can be published, which a check does not: a store that is full still renews leases.
    async fn probe(&self) {
        let (partition, health) = (self.partition, self.backplane.publish_health(self.partition));
        let written = self.generation.filter(|_| health.begin_probe());
        let probed = self.backplane.store.probe(partition, written).await;
        let changed = health.note_probe(written.is_some(), probed.is_ok());
        match probed {
            Err(error) if changed => warn!(partition, %error, "publishes are refused; trying again every second"),
            Ok(()) if changed => info!(partition, "publishes are accepted again"),
            _ => {}
        }
    }

    fn failed(&mut self, error: &StoreError) {
        self.backplane.metrics.failed_checks.increment();
        if !std::mem::replace(&mut self.failing, true) {
            warn!(partition = self.partition, %error, "cannot check a partition; trying again every second");
        }
    }

    fn apply(&mut self, check: Check, sent: Instant) {
        if std::mem::take(&mut self.failing) {
            info!(partition = self.partition, "a partition answers checks again");
        }
        let lapsed = self.renewed.is_some_and(|renewed| renewed.elapsed() > self.backplane.config.lease);
        let replaced = self.generation.is_some_and(|generation| generation != check.generation);
        let went_back = check.number < self.number;
        self.compare_nodes(check.nodes.into_iter().collect());
        if lapsed || replaced || went_back {
            // The others may have forgotten the users of this one, and the store forgets them with a generation.
            self.backplane.renew_presence(self.partition);
        }
        if lapsed || replaced || went_back || self.generation.is_none() {
            // Without a lease, the others have removed them.
            self.backplane.renew_users(self.partition);
        }
        match check.changed {
            Some(changed) if !lapsed && !replaced && !went_back => self.compare(changed),
            _ => self.backplane.catch_up_partition(self.partition),
        }
        (self.number, self.generation, self.renewed) = (check.number, Some(check.generation), Some(sent));
    }

    /// Forgets the users of nodes whose leases have ended.
    fn compare_nodes(&mut self, nodes: BTreeSet<String>) {
        let ended: BTreeSet<String> = self.nodes.difference(&nodes).cloned().collect();
        if !ended.is_empty() {
            info!(partition = self.partition, ?ended, "leases of nodes have ended");
            self.backplane.forget_nodes(self.partition, &ended);
        }
        self.nodes = nodes;
    }

    /// Remembers the followed rooms that are not at the position that they have in the store.
    fn compare(&mut self, changed: Vec<(RoomName, Position)>) {
        let rooms = &self.backplane.rooms;
        let behind = |room: &RoomName, position: &Position| {
            rooms.get(self.partition, room).is_some_and(|room| room.differs_from(position))
        };
        self.suspects = changed.into_iter().filter(|(room, position)| behind(room, position)).collect();
    }

    /// Reads what a room has missed, unless it has reached a position in the meantime.
    fn catch_up_to(&self, name: &RoomName, position: &Position) {
        let Some(room) = self.backplane.rooms.get(self.partition, name) else { return };
        if room.differs_from(position) {
            self.backplane.metrics.gaps.increment();
            warn!(room = %name, offset = position.offset.0, "a message was not received; reading it");
            self.backplane.doubt(room);
        }
    }
}
