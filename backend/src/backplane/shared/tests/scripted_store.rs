//! Store whose answers a test writes.

use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};
use yodel_protocol::{Epoch, Offset, Position, RoomName, UserId};

use crate::backplane::message::Body;
use crate::backplane::shared::store::{
    Check, Lease, Page, Partition, PresenceRecord, Range, Refusal, RoomRecord, Store, StoreError, StoreMessage,
    StorePublication, UserRecord,
};
use crate::backplane::shared::stored_message::StoredMessage;

/// Answer to a batch.
type BatchAnswer = Result<Vec<Result<StorePublication, Refusal>>, StoreError>;

/// Store with one partition, whose batches a test answers.
#[derive(Debug)]
pub struct ScriptedStore {
    batches: mpsc::UnboundedSender<ScriptedBatch>,
    generation: Mutex<u64>,
}

/// Batch that waits for its answer. Dropping it never answers.
#[derive(Debug)]
pub struct ScriptedBatch {
    /// Expected generation.
    pub generation: u64,
    /// Texts of the messages.
    pub texts: Vec<String>,
    /// Epochs that the messages propose.
    pub epochs: Vec<Epoch>,
    answer: oneshot::Sender<BatchAnswer>,
}

impl ScriptedStore {
    /// Creates a store of a generation, and the receiver of its batches.
    pub fn new(generation: u64) -> (Arc<Self>, mpsc::UnboundedReceiver<ScriptedBatch>) {
        let (batches, receiver) = mpsc::unbounded_channel();
        (Arc::new(Self { batches, generation: Mutex::new(generation) }), receiver)
    }

    /// Changes the generation that a node reads.
    pub fn set_generation(&self, generation: u64) {
        *self.generation.lock() = generation;
    }
}

impl ScriptedBatch {
    /// Answers each message.
    pub fn answer(self, results: Vec<Result<StorePublication, Refusal>>) {
        drop(self.answer.send(Ok(results)));
    }

    /// Publishes all messages from an offset on.
    pub fn publish(self, first: u64) {
        let results = (first..).zip(&self.texts).map(|(offset, _)| Ok(published(offset, false))).collect();
        self.answer(results);
    }

    /// Refuses all messages because of their generation.
    pub fn refuse(self, generation: u64) {
        let results = self.texts.iter().map(|_| Err(Refusal::Generation(generation))).collect();
        self.answer(results);
    }

    /// Fails.
    pub fn fail(self) {
        drop(self.answer.send(Err(StoreError("no answer".to_owned()))));
    }
}

/// Returns a publication.
pub fn published(offset: u64, duplicate: bool) -> StorePublication {
    StorePublication { position: Position { epoch: Epoch::new("e").unwrap(), offset: Offset(offset) }, duplicate }
}

fn text(message: &StoreMessage) -> String {
    match StoredMessage::decode(&message.payload).map(|stored| stored.message.body) {
        Ok(Body::Text(text)) => text.into_string(),
        other => panic!("{other:?}"),
    }
}

impl Store for ScriptedStore {
    const NAME: &'static str = "scripted";

    fn is_available(&self) -> bool {
        true
    }

    fn partitions(&self) -> Partition {
        1
    }

    async fn generation(&self, _: Partition) -> Result<u64, StoreError> {
        Ok(*self.generation.lock())
    }

    async fn publish(&self, _: Partition, generation: u64, messages: Vec<StoreMessage>) -> BatchAnswer {
        let (answer, later) = oneshot::channel();
        let epochs = messages.iter().map(|message| message.new_epoch.clone()).collect();
        let batch = ScriptedBatch { generation, texts: messages.iter().map(text).collect(), epochs, answer };
        drop(self.batches.send(batch));
        match later.await {
            Ok(answer) => answer,
            Err(_) => std::future::pending().await,
        }
    }

    async fn probe(&self, _: Partition, _: Option<u64>) -> Result<(), StoreError> {
        std::future::pending().await
    }

    async fn read(&self, _: &RoomName, _: &Epoch, _: Range) -> Result<Page, StoreError> {
        std::future::pending().await
    }

    async fn check(&self, _: Partition, _: u64, _: Lease<'_>) -> Result<Check, StoreError> {
        std::future::pending().await
    }

    async fn keep(&self, _: Partition, _: Vec<RoomName>) -> Result<(), StoreError> {
        std::future::pending().await
    }

    async fn subscribe(&self, _: &RoomName) -> Result<(), StoreError> {
        std::future::pending().await
    }

    fn unsubscribe(&self, _: &RoomName) {}

    async fn signal(&self, _: Bytes) -> Result<(), StoreError> {
        std::future::pending().await
    }

    async fn set_presence(&self, _: &RoomName, _: &str, _: Vec<(Bytes, Option<Bytes>)>) -> Result<(), StoreError> {
        std::future::pending().await
    }

    async fn presence(&self, _: &RoomName) -> Result<Vec<PresenceRecord>, StoreError> {
        std::future::pending().await
    }

    async fn set_connections(&self, _: &UserId, _: &str, _: Option<Bytes>) -> Result<Vec<UserRecord>, StoreError> {
        std::future::pending().await
    }

    async fn connections(&self, _: &UserId) -> Result<Vec<UserRecord>, StoreError> {
        std::future::pending().await
    }

    async fn rooms(
        &self,
        _: Partition,
        _: &str,
        _: Option<&RoomName>,
        _: usize,
    ) -> Result<Vec<RoomRecord>, StoreError> {
        std::future::pending().await
    }

    async fn room(&self, _: &RoomName, _: &str) -> Result<Option<RoomRecord>, StoreError> {
        std::future::pending().await
    }
}
