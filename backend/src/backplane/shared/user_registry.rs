//! Registry of the connections of each user, and their limit across nodes.
//!
//! Each node writes the list of its own connections of a user whenever it has changed, and again now and then. A list
//! counts while its node has a valid lease. So the number of connections is known about a second after a change, and too
//! high for as long as the lease of a dead node is valid. For that reason a limit is enforced only when it has been
//! exceeded for a whole lease.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};
use tracing::{debug, info, warn};
use yodel_protocol::{ClientId, UserId};

use super::SharedBackplane;
use super::backoff::Backoff;
use super::replica::FollowingReplica;
use super::store::{Partition, Store, StoreError, UserRecord, partition_of};
use crate::backplane::listing::UserConnection;

/// Maximum number of connections in the list of a node. The newest ones are left out.
const MAX_LISTED: usize = 1000;

/// Users of a partition whose lists have to be written.
#[derive(Debug, Default)]
pub(super) struct UserRegistry {
    state: Mutex<RegistryState>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct RegistryState {
    changed: BTreeSet<UserId>,
    /// Users whose list in the store may be an older one, and since when.
    doubtful: BTreeMap<UserId, Instant>,
    /// Users with connections beyond the limit to this node, and since when.
    excessive: BTreeMap<UserId, Instant>,
    /// Time at which all lists were written.
    renewed: Option<Instant>,
}

impl UserRegistry {
    /// Adds users whose connections to this node have changed.
    pub fn add(&self, users: impl IntoIterator<Item = UserId>) {
        self.state.lock().changed.extend(users);
        self.changed.notify_one();
    }

    /// Returns the number of users whose lists have to be written.
    pub fn len(&self) -> usize {
        self.state.lock().changed.len()
    }

    async fn next(&self) -> UserId {
        loop {
            let changed = self.changed.notified();
            if let Some(user) = self.state.lock().changed.pop_first() {
                return user;
            }
            changed.await;
        }
    }
}

impl<R: FollowingReplica, S: Store> SharedBackplane<R, S> {
    /// Writes the lists of a partition, one after the other, for ever.
    pub(super) async fn run_users(self: Arc<Self>, partition: Partition) {
        let registry = self.user_registry(partition);
        let mut backoff = Backoff::new();
        loop {
            let user = registry.next().await;
            match self.write_connections(&user).await {
                Ok(records) => {
                    backoff = Backoff::new();
                    self.limit_connections(registry, &user, records);
                }
                Err(error) => {
                    debug!(%user, %error, "cannot write the connections of a user; trying again");
                    // The failed one may be carried out later than its repetition.
                    registry.state.lock().doubtful.insert(user.clone(), Instant::now());
                    registry.add([user]);
                    sleep(backoff.next(&*self.random)).await;
                }
            }
        }
    }

    /// Queues a user whose connections to this node have changed.
    pub(super) fn connections_changed(&self, user: &UserId) {
        self.user_registry(self.partition_of_user(user)).add([user.clone()]);
    }

    /// Queues all users of a partition: the store may have lost their lists.
    pub(super) fn renew_users(&self, partition: Partition) {
        let mut users = self.node.users_here();
        users.retain(|user| self.partition_of_user(user) == partition);
        let registry = self.user_registry(partition);
        registry.state.lock().renewed = Some(Instant::now());
        registry.add(users);
    }

    /// Queues the users that have to be looked at again.
    pub(super) fn recheck_users(&self, partition: Partition) {
        let registry = self.user_registry(partition);
        let (mut due, renews) = {
            let mut state = registry.state.lock();
            let lease = self.config.lease;
            let excessive = state.excessive.iter().filter(|(_, since)| since.elapsed() >= lease);
            let mut due: Vec<UserId> = excessive.map(|(user, _)| user.clone()).collect();
            let interval = self.config.presence_interval;
            let doubtful = state.doubtful.iter().filter(|(_, since)| since.elapsed() >= interval);
            due.extend(doubtful.map(|(user, _)| user.clone()));
            state.doubtful.retain(|_, since| since.elapsed() < interval);
            let renewed = *state.renewed.get_or_insert_with(Instant::now);
            (due, renewed.elapsed() >= self.config.room_lifetime / 3)
        };
        registry.add(due.drain(..));
        if renews {
            self.renew_users(partition);
        }
    }

    /// Returns the connections of a user to all nodes, the oldest ones first.
    pub(super) async fn list_connections(&self, user: &UserId) -> Result<Vec<UserConnection>, StoreError> {
        let records = self.store.connections(user).await?;
        let elsewhere = records.iter().filter(|record| *record.node != *self.config.node).flat_map(decode);
        let mut all: Vec<UserConnection> = self.node.connections_here(user).into_iter().chain(elsewhere).collect();
        all.sort_unstable_by(by_age);
        Ok(all)
    }

    async fn write_connections(&self, user: &UserId) -> Result<Vec<UserRecord>, StoreError> {
        let mut here = self.node.connections_here(user);
        here.sort_unstable_by(by_age);
        here.truncate(MAX_LISTED);
        let list = (!here.is_empty()).then(|| Bytes::from(serde_json::to_vec(&here).unwrap_or_default())); // Always serializes.
        self.store.set_connections(user, &self.config.node, list).await
    }

    /// Closes connections to this node beyond the limit: the newest ones of all nodes.
    fn limit_connections(&self, registry: &UserRegistry, user: &UserId, records: Vec<UserRecord>) {
        let excess = self.excess(records);
        let is_due = {
            let mut state = registry.state.lock();
            if excess.is_empty() {
                state.excessive.remove(user);
                return;
            }
            let since = *state.excessive.entry(user.clone()).or_insert_with(Instant::now);
            let is_due = since.elapsed() >= self.config.lease;
            if is_due {
                state.excessive.remove(user);
            }
            is_due
        };
        if is_due {
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
