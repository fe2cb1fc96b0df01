//! Operations of the store.

use ::redis::Pipeline;
use bytes::Bytes;
use yodel_protocol::{Epoch, RoomName, UserId};

use crate::backplane::shared::store::{
    Check, Lease, Page, Partition, PresenceRecord, Range, Refusal, RoomRecord, Store, StoreError, StoreMessage,
    StorePublication, UserRecord,
};

use super::context::RedisContext;
use super::fault::Fault;
use super::operation::Operation;
use super::reply::ScriptReply;
use super::rooms::RoomSelection;
use super::script::Script;
use super::store::RedisStore;
use super::subscriptions::Channel;
use super::{check, keep, presence, probe, publish, read};

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

    async fn probe(&self, partition: Partition, generation: Option<u64>) -> Result<(), StoreError> {
        let operation = if generation.is_some() { Operation::ProbeWrite } else { Operation::Probe };
        let call = probe::call(&self.context.keys, partition, generation);
        Ok(probe::parse(self.run_one(operation, partition, call).await?, generation)?)
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

    async fn set_connections(
        &self,
        user: &UserId,
        node: &str,
        list: Option<Bytes>,
    ) -> Result<Vec<UserRecord>, StoreError> {
        presence::check_node(node)?;
        self.access_user(user, Some((node, list))).await
    }

    async fn connections(&self, user: &UserId) -> Result<Vec<UserRecord>, StoreError> {
        self.access_user(user, None).await
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
