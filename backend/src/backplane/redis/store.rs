//! The store.

use std::sync::Arc;

use ::redis::{Cmd, Pipeline, Value};
use bytes::Bytes;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, timeout};
use yodel_protocol::{Epoch, RoomName};

use crate::backplane::shared::store::{
    Check, Event, Lease, Page, Partition, PresenceRecord, Range, Refusal, RoomRecord, Store, StoreError, StoreMessage,
    StorePublication,
};

use super::config::RedisConfig;
use super::context::RedisContext;
use super::dialer::Dialer;
use super::executor::Executor;
use super::fault::Fault;
use super::finding::Finding;
use super::keys::Keys;
use super::metrics::{Operation, RedisMetrics, RedisSnapshot};
use super::reply::ScriptReply;
use super::rooms::RoomSelection;
use super::router::Router;
use super::script::Script;
use super::subscriptions::{Channel, Subscriptions};
use super::url::{RedisUrl, Topology};
use super::{check, keep, presence, publish, read, rooms};

/// Store in Redis or Valkey. Dropping it closes all connections.
///
/// Besides the errors of its server, an operation fails if the deadline of the settings passes, or if there has been no
/// connection for that long. A subscription that failed is tried again until it is ended.
pub struct RedisStore {
    context: Arc<RedisContext>,
    executor: Executor,
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

    async fn run_one(&self, operation: Operation, partition: Partition, call: Cmd) -> Result<Value, StoreError> {
        let mut calls = Pipeline::with_capacity(1);
        calls.add_command(call);
        let replies = self.run(operation, partition, &calls).await?;
        replies.into_iter().next().ok_or_else(|| Fault::malformed("nothing").into())
    }

    async fn run(
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

    async fn list_rooms(
        &self,
        partition: Partition,
        selection: RoomSelection<'_>,
        node: &str,
    ) -> Result<Vec<RoomRecord>, StoreError> {
        let RedisContext { keys, config, .. } = &*self.context;
        let call = rooms::call(keys, config, partition, selection, node);
        Ok(rooms::parse(self.run_one(Operation::Rooms, partition, call).await?)?)
    }

    async fn subscribe_to(&self, partition: Partition, channel: Channel) -> Result<(), StoreError> {
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

impl Store for RedisStore {
    const NAME: &'static str = "redis";

    fn is_available(&self) -> bool {
        let router = self.executor.router();
        (0..self.partitions()).all(|partition| {
            router.server(partition).is_some_and(|server| {
                let status = server.status();
                status.is_connected && status.is_subscribed
            })
        })
    }

    fn partitions(&self) -> Partition {
        self.context.keys.partitions()
    }

    async fn generation(&self, partition: Partition) -> Result<u64, StoreError> {
        let call = Script::Generation.call(&[self.context.keys.state(partition)]);
        let answer = self.run_one(Operation::Generation, partition, call).await?;
        let (_, mut reply) = ScriptReply::of_script(answer)?;
        Ok(reply.number()?)
    }

    async fn publish(
        &self,
        partition: Partition,
        generation: u64,
        messages: Vec<StoreMessage>,
    ) -> Result<Vec<Result<StorePublication, Refusal>>, StoreError> {
        let RedisContext { keys, config, metrics, .. } = &*self.context;
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        let mut calls = Pipeline::with_capacity(messages.len());
        for message in &messages {
            if keys.partition_of(&message.room) != partition {
                return Err(StoreError(format!("room {} is not in partition {partition}", message.room)));
            }
            calls.add_command(publish::call(keys, config, partition, generation, message));
        }
        metrics.add_published(messages.len());
        let replies = self.run(Operation::Publish, partition, &calls).await?;
        Ok(replies.into_iter().map(publish::parse).collect::<Result<_, Fault>>()?)
    }

    async fn read(&self, room: &RoomName, new_epoch: &Epoch, range: Range) -> Result<Page, StoreError> {
        let RedisContext { keys, config, .. } = &*self.context;
        let partition = keys.partition_of(room);
        let call = read::call(keys, config, partition, room, new_epoch, range);
        Ok(read::parse(self.run_one(Operation::Read, partition, call).await?)?)
    }

    async fn check(&self, partition: Partition, number: u64, lease: Lease<'_>) -> Result<Check, StoreError> {
        presence::check_node(lease.node)?;
        let call = check::call(&self.context.keys, partition, number, lease);
        Ok(check::parse(self.run_one(Operation::Check, partition, call).await?)?)
    }

    async fn keep(&self, partition: Partition, rooms: Vec<RoomName>) -> Result<(), StoreError> {
        let RedisContext { keys, config, .. } = &*self.context;
        if rooms.is_empty() {
            return Ok(());
        }
        self.run(Operation::Keep, partition, &keep::calls(keys, config, partition, &rooms)).await.map(drop)
    }

    async fn subscribe(&self, room: &RoomName) -> Result<(), StoreError> {
        self.subscribe_to(self.partition(room), Channel::Room(room.clone())).await
    }

    fn unsubscribe(&self, room: &RoomName) {
        let channel = Channel::Room(room.clone());
        self.context.subscriptions.remove(&channel);
        if let Some(server) = self.executor.router().server(self.partition(room)) {
            server.changed_channels.notify(channel);
        }
    }

    async fn signal(&self, signal: Bytes) -> Result<(), StoreError> {
        let keys = &self.context.keys;
        let mut call = Script::Signal.call(&[keys.state(0)]);
        call.arg(keys.signal_channel()).arg(&signal[..]);
        self.run_one(Operation::Signal, 0, call).await.map(drop)
    }

    async fn set_presence(
        &self,
        room: &RoomName,
        node: &str,
        entries: Vec<(Bytes, Option<Bytes>)>,
    ) -> Result<(), StoreError> {
        presence::check_node(node)?;
        let RedisContext { keys, config, .. } = &*self.context;
        if entries.is_empty() {
            return Ok(());
        }
        let call = presence::set_call(keys, config, room, node, &entries);
        self.run_one(Operation::SetPresence, keys.partition_of(room), call).await.map(drop)
    }

    async fn presence(&self, room: &RoomName) -> Result<Vec<PresenceRecord>, StoreError> {
        let partition = self.partition(room);
        let call = presence::get_call(&self.context.keys, partition, room);
        Ok(presence::parse(self.run_one(Operation::Presence, partition, call).await?)?)
    }

    async fn rooms(
        &self,
        partition: Partition,
        node: &str,
        after: Option<&RoomName>,
        limit: usize,
    ) -> Result<Vec<RoomRecord>, StoreError> {
        self.list_rooms(partition, RoomSelection::After(after, limit), node).await
    }

    async fn room(&self, room: &RoomName, node: &str) -> Result<Option<RoomRecord>, StoreError> {
        let rooms = self.list_rooms(self.partition(room), RoomSelection::One(room), node).await?;
        Ok(rooms.into_iter().next())
    }
}
