//! The store.

use std::sync::Arc;

use ::redis::{Cmd, Pipeline, Value};
use bytes::Bytes;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, timeout};
use yodel_protocol::UserId;

use crate::backplane::shared::store::{Event, Partition, RoomRecord, Store, StoreError, UserRecord};

use super::config::RedisConfig;
use super::context::RedisContext;
use super::dialer::Dialer;
use super::executor::Executor;
use super::fault::Fault;
use super::finding::Finding;
use super::keys::Keys;
use super::metrics::{RedisMetrics, RedisSnapshot};
use super::operation::Operation;
use super::rooms::RoomSelection;
use super::router::Router;
use super::subscriptions::{Channel, Subscriptions};
use super::url::{RedisUrl, Topology};
use super::{rooms, users};

/// Store in Redis or Valkey. Dropping it closes all connections.
///
/// Besides the errors of its server, an operation fails if the deadline of the settings passes, or if there has been no
/// connection for that long. A subscription that failed is tried again until it is ended.
pub struct RedisStore {
    pub(super) context: Arc<RedisContext>,
    pub(super) executor: Executor,
}

impl RedisStore {
    /// Connects to all servers of the store. Returns it with the receiver of its events, and with what was found about
    /// the servers that weakens the guarantees.
    ///
    /// # Errors
    /// Returns an error if the settings are invalid, a server cannot be used or does not answer, or the data in the
    /// store have another number of partitions.
    pub async fn connect(config: RedisConfig) -> Result<(Self, mpsc::Receiver<Event>, Vec<Finding>), StoreError> {
        config.validate()?;
        let url = RedisUrl::parse(&config.url).map_err(|error| StoreError(error.to_string()))?;
        let (events, receiver) = mpsc::channel(config.queue);
        let context = Arc::new(RedisContext {
            keys: Keys::new(&config.prefix, config.partitions, url.database),
            dialer: Dialer::new(&url, config.deadline)?,
            is_cluster: matches!(url.topology, Topology::Cluster(_)),
            metrics: RedisMetrics::default(),
            subscriptions: Subscriptions::default(),
            events,
            refresh: Notify::new(),
            config,
        });
        let router = Router::start(&context, url.topology).await?;
        let mut findings = Vec::new();
        for server in router.servers() {
            findings.extend_from_slice(server.link.first_connection().await?.findings());
        }
        let store = Self { executor: Executor::new(Arc::clone(&context), router), context };
        store.subscribe_to(0, Channel::Signal).await?;
        Ok((store, receiver, findings))
    }
    /// Returns the counters and the states of the servers.
    pub fn metrics(&self) -> RedisSnapshot {
        let servers = self.executor.router().servers();
        self.context.metrics.snapshot(servers.iter().map(|server| server.status()).collect())
    }

    pub(super) async fn run_one(
        &self,
        operation: Operation,
        partition: Partition,
        call: Cmd,
    ) -> Result<Value, StoreError> {
        let mut calls = Pipeline::with_capacity(1);
        calls.add_command(call);
        let replies = self.run(operation, partition, &calls).await?;
        replies.into_iter().next().ok_or_else(|| Fault::malformed("nothing").into())
    }

    pub(super) async fn run(
        &self,
        operation: Operation,
        partition: Partition,
        calls: &Pipeline,
    ) -> Result<Vec<Value>, StoreError> {
        if partition >= self.partitions() {
            return Err(StoreError(format!("partition {partition} is not less than {}", self.partitions())));
        }
        self.executor.run(operation, partition, calls).await
    }

    pub(super) async fn access_user(
        &self,
        user: &UserId,
        set: Option<(&str, Option<Bytes>)>,
    ) -> Result<Vec<UserRecord>, StoreError> {
        let RedisContext { keys, config, .. } = &*self.context;
        let call = users::call(keys, config, user, set);
        Ok(users::parse(self.run_one(Operation::Users, keys.partition_of_user(user), call).await?)?)
    }

    pub(super) async fn list_rooms(
        &self,
        partition: Partition,
        selection: RoomSelection<'_>,
        node: &str,
    ) -> Result<Vec<RoomRecord>, StoreError> {
        let RedisContext { keys, config, .. } = &*self.context;
        let call = rooms::call(keys, config, partition, selection, node);
        Ok(rooms::parse(self.run_one(Operation::Rooms, partition, call).await?)?)
    }

    pub(super) async fn subscribe_to(&self, partition: Partition, channel: Channel) -> Result<(), StoreError> {
        let Some(confirmation) = self.context.subscriptions.add(channel.clone()) else { return Ok(()) };
        match self.executor.router().server(partition) {
            Some(server) => server.changed_channels.notify(channel),
            None => self.context.refresh.notify_one(),
        }
        let (deadline, started) = (self.context.config.deadline, Instant::now());
        let metrics = &self.context.metrics;
        let Ok(result) = timeout(deadline, confirmation).await else {
            metrics.add_deadline_miss(Operation::Subscribe);
            return Err(StoreError(format!("Redis did not confirm a subscription within {deadline:?}")));
        };
        metrics.add_operation(Operation::Subscribe, started.elapsed(), result.is_ok());
        result.map_err(|_| StoreError("the subscription was ended before Redis confirmed it".into()))
    }
}
