//! Connections of each user, and their limit across nodes.
//!
//! Each node writes the list of its own connections of a user whenever it has changed, and again now and then. A list
//! counts while its node has a valid lease. So the number of connections is known about a second after a change, and too
//! high for as long as the lease of a dead node is valid. For that reason a limit is enforced only when it has been
//! exceeded for a whole lease.

use std::sync::Arc;

use bytes::Bytes;
use tokio::time::sleep;
use tracing::{debug, info, warn};
use yodel_protocol::{ClientId, UserId};

use super::SharedBackplane;
use super::backoff::Backoff;
use super::config::SharedConfig;
use super::replica::FollowingReplica;
use super::store::{Partition, Store, StoreError, UserRecord, partition_of};
use super::user_registry::UserRegistry;
use crate::backplane::listing::UserConnection;

/// Maximum number of connections in the list of a node. The newest ones are left out.
const MAX_LISTED: usize = 1000;

impl<R: FollowingReplica, S: Store> SharedBackplane<R, S> {
    /// Writes the lists of a partition, one after the other, for ever.
    pub(super) async fn run_users(self: Arc<Self>, partition: Partition) {
        let registry = self.user_registry(partition);
        let mut backoff = Backoff::new();
        loop {
            let user = registry.next().await;
            match self.write_connections(registry, &user).await {
                Ok(records) => {
                    backoff = Backoff::new();
                    self.limit_connections(registry, &user, records);
                }
                Err(error) => {
                    debug!(%user, %error, "cannot write the connections of a user; trying again");
                    registry.fail_write(user);
                    sleep(backoff.next(&*self.random)).await;
                }
            }
            self.forget_unlisted(registry);
        }
    }

    /// Queues a user whose connections to this node have changed.
    pub(super) fn connections_changed(&self, user: &UserId) {
        self.user_registry(self.partition_of_user(user)).add([user.clone()]);
    }

    /// Queues all users of a partition: the store may have lost their lists.
    pub(super) fn renew_users(&self, partition: Partition) {
        self.user_registry(partition).add_listed();
    }

    /// Queues the users that have to be looked at again.
    pub(super) fn recheck_users(&self, partition: Partition) {
        let SharedConfig { lease, presence_interval, room_lifetime, .. } = self.config;
        self.user_registry(partition).add_due(lease, presence_interval, room_lifetime / 3);
    }

    /// Returns the connections of a user to all nodes, the oldest ones first.
    pub(super) async fn list_connections(&self, user: &UserId) -> Result<Vec<UserConnection>, StoreError> {
        let records = self.store.connections(user).await?;
        let elsewhere = records.iter().filter(|record| *record.node != *self.config.node).flat_map(decode);
        let mut all: Vec<UserConnection> = self.node.connections_here(user).into_iter().chain(elsewhere).collect();
        all.sort_unstable_by(by_age);
        Ok(all)
    }

    /// Forgets users that came and went without a list in the store.
    fn forget_unlisted(&self, registry: &UserRegistry) {
        let unlisted = registry.take_unlisted();
        if !unlisted.is_empty() {
            registry.add_kept(unlisted.into_iter().filter(|user| !self.node.connections_here(user).is_empty()));
        }
    }

    async fn write_connections(&self, registry: &UserRegistry, user: &UserId) -> Result<Vec<UserRecord>, StoreError> {
        let mut here = self.node.connections_here(user);
        here.sort_unstable_by(by_age);
        here.truncate(MAX_LISTED);
        let list = (!here.is_empty()).then(|| Bytes::from(serde_json::to_vec(&here).unwrap_or_default())); // Always serializes.
        let has_list = list.is_some();
        if !registry.begin_write(user, has_list) {
            return Ok(Vec::new());
        }
        let records = self.store.set_connections(user, &self.config.node, list).await?;
        registry.end_write(user, has_list);
        Ok(records)
    }

    /// Closes connections to this node beyond the limit: the newest ones of all nodes.
    fn limit_connections(&self, registry: &UserRegistry, user: &UserId, records: Vec<UserRecord>) {
        let excess = self.excess(records);
        if registry.note_excess(user, !excess.is_empty(), self.config.lease) {
            info!(%user, connections = excess.len(), "a user has too many connections to all nodes; closing the newest");
            self.node.close_excess(&excess);
        }
    }

    /// Returns the connections to this node beyond the limit.
    fn excess(&self, records: Vec<UserRecord>) -> Vec<ClientId> {
        let limit = usize::try_from(self.config.per_user).unwrap_or(usize::MAX);
        let listed = |record: UserRecord| decode(&record).into_iter().map(move |listed| (record.node.clone(), listed));
        let mut all: Vec<(String, UserConnection)> = records.into_iter().flat_map(listed).collect();
        all.sort_unstable_by(|(_, a), (_, b)| by_age(a, b));
        let newest = all.into_iter().skip(limit).filter(|(node, _)| **node == *self.config.node);
        newest.map(|(_, connection)| connection.client).collect()
    }

    fn user_registry(&self, partition: Partition) -> &UserRegistry {
        &self.users[usize::from(partition) % self.users.len()]
    }

    fn partition_of_user(&self, user: &UserId) -> Partition {
        partition_of(user.as_str(), self.store.partitions())
    }
}

/// Decodes the list of a node; one that this version cannot read is empty.
fn decode(record: &UserRecord) -> Vec<UserConnection> {
    serde_json::from_slice(&record.connections).unwrap_or_else(|error| {
        warn!(node = record.node, %error, "ignored a list of connections that cannot be read");
        Vec::new()
    })
}

/// Compares connections so that all nodes have the same order.
fn by_age(a: &UserConnection, b: &UserConnection) -> std::cmp::Ordering {
    (a.since, a.client.as_str()).cmp(&(b.since, b.client.as_str()))
}
