//! A store of a test.

use std::ops::Deref;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::timeout;
use yodel_protocol::{Epoch, Offset, RoomName};

use crate::backplane::redis::finding::Finding;
use crate::backplane::redis::{RedisConfig, RedisStore};
use crate::backplane::shared::store::{Event, Page, Range, Refusal, Store, StoreKey, StoreMessage, StorePublication};

use super::{PATIENCE, RedisProcess};

/// A store with its events and findings.
pub struct TestStore {
    store: RedisStore,
    pub events: mpsc::Receiver<Event>,
    pub findings: Vec<Finding>,
}

impl TestStore {
    pub async fn start(server: &RedisProcess) -> Self {
        Self::connect(config(&server.url())).await
    }

    pub async fn connect(config: RedisConfig) -> Self {
        let (store, events, findings) = RedisStore::connect(config).await.unwrap();
        Self { store, events, findings }
    }

    pub async fn generation_of(&self, room: &RoomName) -> u64 {
        self.generation(self.partition(room)).await.unwrap()
    }

    /// Publishes a message in the current generation.
    pub async fn publish_one(&self, message: StoreMessage) -> Result<StorePublication, Refusal> {
        let generation = self.generation_of(&message.room).await;
        self.publish_in(generation, vec![message]).await.remove(0)
    }

    /// Publishes messages of rooms of one partition.
    pub async fn publish_in(
        &self,
        generation: u64,
        messages: Vec<StoreMessage>,
    ) -> Vec<Result<StorePublication, Refusal>> {
        self.publish(self.partition(&messages[0].room), generation, messages).await.unwrap()
    }

    /// Publishes messages with the payloads `1`, `2` and so on, and returns the offset of the last one.
    pub async fn publish_numbers(&self, room: &RoomName, count: u64) -> Offset {
        let messages = (1..=count).map(|number| message(room, number.to_string())).collect();
        let published = self.publish_in(self.generation_of(room).await, messages).await;
        published.last().unwrap().as_ref().unwrap().position.offset
    }

    pub async fn read_range(&self, room: &RoomName, range: Range) -> Page {
        self.read(room, &Epoch::new("proposed").unwrap(), range).await.unwrap()
    }

    pub async fn read_all(&self, room: &RoomName) -> Page {
        self.read_range(room, Range::After(Offset(0), 10_000)).await
    }

    /// Receives the next event.
    pub async fn event(&mut self) -> Event {
        timeout(PATIENCE, self.events.recv()).await.expect("an event").unwrap()
    }
}

impl Deref for TestStore {
    type Target = RedisStore;

    fn deref(&self) -> &RedisStore {
        &self.store
    }
}

/// Returns settings with a deadline that slow machines do not reach.
pub fn config(url: &str) -> RedisConfig {
    RedisConfig { prefix: "test".into(), partitions: 4, deadline: Duration::from_secs(20), ..RedisConfig::new(url) }
}

pub fn room(name: &str) -> RoomName {
    RoomName::new(name).unwrap()
}

pub fn message(room: &RoomName, payload: impl Into<Bytes>) -> StoreMessage {
    StoreMessage { room: room.clone(), key: None, payload: payload.into(), new_epoch: Epoch::new("epoch").unwrap() }
}

pub fn message_with_key(room: &RoomName, key: &'static [u8], digest: u64) -> StoreMessage {
    let key = Some(StoreKey { name: Bytes::from_static(key), digest });
    StoreMessage { key, ..message(room, digest.to_string()) }
}
