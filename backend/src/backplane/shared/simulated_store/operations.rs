//! Operations of a simulated store.

use bytes::Bytes;
use tokio::time::{Instant, sleep};
use yodel_protocol::{Epoch, RoomName, UserId};

use super::link::NodeLink;
use super::server::SimulatedServer;
use super::{Defect, SimulatedStore};
use crate::backplane::shared::store::{
    Check, Event, Lease, Page, Partition, PresenceRecord, Range, Refusal, RoomRecord, Store, StoreError, StoreMessage,
    StorePublication, UserRecord,
};

impl Store for SimulatedStore {
    const NAME: &'static str = "simulated";

    fn is_available(&self) -> bool {
        true
    }

    fn partitions(&self) -> Partition {
        self.cluster.0.partitions
    }

    async fn generation(&self, partition: Partition) -> Result<u64, StoreError> {
        self.call_server("generation", move |server| server.generation(partition)).await
    }

    async fn publish(
        &self,
        partition: Partition,
        generation: u64,
        messages: Vec<StoreMessage>,
    ) -> Result<Vec<Result<StorePublication, Refusal>>, StoreError> {
        let node = self.node;
        self.check_publish_fault(true)?;
        self.call("publish", move |cluster| cluster.publish(node, partition, generation, &messages)).await
    }

    async fn probe(&self, _: Partition, generation: Option<u64>) -> Result<(), StoreError> {
        self.check_publish_fault(generation.is_some())
    }

    async fn read(&self, room: &RoomName, new_epoch: &Epoch, range: Range) -> Result<Page, StoreError> {
        let (room, new_epoch) = (room.clone(), new_epoch.clone());
        self.call_server("read", move |server| server.read(&room, &new_epoch, range)).await
    }

    async fn check(&self, partition: Partition, number: u64, lease: Lease<'_>) -> Result<Check, StoreError> {
        let (node, time) = (lease.node.to_owned(), lease.time);
        self.call_server("check", move |server| server.check(partition, number, &node, time)).await
    }

    async fn keep(&self, _: Partition, rooms: Vec<RoomName>) -> Result<(), StoreError> {
        self.call_server("keep", move |server| server.keep(&rooms)).await
    }

    async fn subscribe(&self, room: &RoomName) -> Result<(), StoreError> {
        let (node, room) = (self.node, room.clone());
        self.cluster.with_link(node, |link| link.wanted.insert(room.clone()));
        let subscribed = self.call("subscribe", move |cluster| {
            let subscribe = |link: &mut NodeLink| {
                let possible = link.connected && link.wanted.contains(&room);
                possible && (link.active.contains(&room) || link.active.insert(room))
            };
            cluster.with_link(node, subscribe) == Some(true)
        });
        let subscribed = subscribed.await?;
        subscribed.then_some(()).ok_or_else(|| StoreError("the subscriptions are interrupted".to_owned()))
    }

    fn unsubscribe(&self, room: &RoomName) {
        let (cluster, node, room) = (self.cluster.clone(), self.node, room.clone());
        cluster.with_link(node, |link| link.wanted.remove(&room));
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            sleep(cluster.latency()).await;
            cluster.with_link(node, |link| {
                if !link.wanted.contains(&room) {
                    link.active.remove(&room);
                }
            });
        });
    }

    async fn signal(&self, signal: Bytes) -> Result<(), StoreError> {
        self.call("signal", move |cluster| {
            let mut state = cluster.0.state.lock();
            let now = Instant::now();
            let times = if state.copy.defect == Some(Defect::RepeatsSignals) { 2 } else { 1 };
            for link in state.links.values_mut().filter(|link| link.connected) {
                (0..times).for_each(|_| link.send(Event::Signal(signal.clone()), now));
            }
        })
        .await
    }

    async fn set_presence(
        &self,
        room: &RoomName,
        node: &str,
        entries: Vec<(Bytes, Option<Bytes>)>,
    ) -> Result<(), StoreError> {
        let (number, room, node) = (self.node, room.clone(), node.to_owned());
        self.call("set_presence", move |cluster| {
            let mut state = cluster.0.state.lock();
            let server = state.links[&number].server;
            state.servers[server].set_presence(&room, &node, &entries);
            let event = Event::Presence { room: room.clone(), node, entries };
            cluster.send(&mut state, server, &room, &event);
        })
        .await
    }

    async fn presence(&self, room: &RoomName) -> Result<Vec<PresenceRecord>, StoreError> {
        let room = room.clone();
        self.call_server("presence", move |server| server.presence(&room)).await
    }

    async fn set_connections(
        &self,
        user: &UserId,
        node: &str,
        list: Option<Bytes>,
    ) -> Result<Vec<UserRecord>, StoreError> {
        let (user, node) = (user.clone(), node.to_owned());
        self.call_server("set_connections", move |server| server.connections(&user, Some((node, list)))).await
    }

    async fn connections(&self, user: &UserId) -> Result<Vec<UserRecord>, StoreError> {
        let user = user.clone();
        self.call_server("connections", move |server| server.connections(&user, None)).await
    }

    async fn rooms(
        &self,
        partition: Partition,
        node: &str,
        after: Option<&RoomName>,
        limit: usize,
    ) -> Result<Vec<RoomRecord>, StoreError> {
        let (node, after) = (node.to_owned(), after.cloned());
        let list = move |server: &mut SimulatedServer| server.rooms(partition, &node, after.as_ref(), limit);
        self.call_server("rooms", list).await
    }

    async fn room(&self, room: &RoomName, node: &str) -> Result<Option<RoomRecord>, StoreError> {
        let (room, node) = (room.clone(), node.to_owned());
        self.call_server("room", move |server| server.room(&room, &node)).await
    }
}
