//! Publisher of a partition.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::time::{sleep, timeout_at};
use tracing::{debug, warn};

use super::SharedBackplane;
use super::backoff::Backoff;
use super::metrics::InFlightMessages;
use super::publish_queue::QueuedMessage;
use super::store::{Partition, Refusal, Store, StorePublication};
use crate::backplane::publish::{PublishError, PublishOutcome};
use crate::backplane::shared::replica::FollowingReplica;
use crate::backplane::unavailable::Unavailable;
use crate::environment::random_epoch;

/// Maximum number of messages in a batch.
const BATCH_MESSAGES: usize = 128;

/// Size of a batch, in bytes, above which nothing is added to it.
const BATCH_BYTES: usize = 1 << 20;

/// Publisher of a partition. Sends one batch at a time, so that the order of the queue is that of the store.
pub(super) struct Publisher<R, S> {
    backplane: Arc<SharedBackplane<R, S>>,
    partition: Partition,
    queue: mpsc::Receiver<QueuedMessage>,
    /// Generation in which the queued messages may be published; `None` before the first message.
    generation: Option<u64>,
    /// True if the store has to be asked for its generation before the next batch.
    asks: bool,
}

/// Result of sending a batch once.
enum Attempt {
    /// The store does not answer, and has not received the messages.
    NotSent,
    /// The store may have published the messages, or not.
    Unknown,
    /// The store has another generation than when the messages were queued, and has not received them.
    Replaced(u64),
    /// One result per message.
    Answered(Vec<Result<StorePublication, Refusal>>),
}

impl<R: FollowingReplica, S: Store> Publisher<R, S> {
    /// Creates the publisher of a queue.
    pub fn new(
        backplane: Arc<SharedBackplane<R, S>>,
        partition: Partition,
        queue: mpsc::Receiver<QueuedMessage>,
    ) -> Self {
        Self { backplane, partition, queue, generation: None, asks: true }
    }

    /// Publishes until the queue is closed.
    pub async fn run(mut self) {
        while let Some(first) = self.queue.recv().await {
            let batch = without_overtaking(self.collect(first));
            self.publish(batch).await;
        }
    }

    fn collect(&mut self, first: QueuedMessage) -> Vec<QueuedMessage> {
        let (mut bytes, mut batch) = (first.bytes(), vec![first]);
        while batch.len() < BATCH_MESSAGES && bytes < BATCH_BYTES {
            let Ok(next) = self.queue.try_recv() else { break };
            bytes += next.bytes();
            batch.push(next);
        }
        batch
    }

    /// Sends a batch until each message is answered. When the first one times out, those behind it must not overtake its
    /// repetition, so they are answered as unavailable as well.
    async fn publish(&mut self, mut batch: Vec<QueuedMessage>) {
        let mut backoff = Backoff::new();
        while let Some(deadline) = batch.first().map(|first| first.deadline) {
            let attempt = timeout_at(deadline, self.send(&batch)).await;
            let Ok(attempt) = attempt else { return self.time_out(batch) };
            self.backplane.publish_health(self.partition).note_publish(matches!(attempt, Attempt::Answered(_)));
            let (unanswered, pause) = self.settle(batch, attempt);
            batch = unanswered;
            self.renew_epochs(&mut batch);
            if pause && !batch.is_empty() {
                let delay = backoff.next(&*self.backplane.random);
                if timeout_at(deadline, sleep(delay)).await.is_err() {
                    return self.time_out(batch);
                }
            }
        }
    }

    async fn send(&mut self, batch: &[QueuedMessage]) -> Attempt {
        let generation = match self.generation.filter(|_| !self.asks) {
            Some(generation) => generation,
            None => match self.backplane.store.generation(self.partition).await {
                Ok(generation) if self.generation.is_some_and(|expected| generation != expected) => {
                    return Attempt::Replaced(generation);
                }
                Ok(generation) => self.expect(generation),
                Err(error) => {
                    debug!(partition = self.partition, %error, "cannot read the generation; trying again");
                    return Attempt::NotSent;
                }
            },
        };
        let messages = batch.iter().map(|queued| queued.message.clone()).collect();
        let _in_flight = InFlightMessages::new(&self.backplane.metrics, batch.len());
        match self.backplane.store.publish(self.partition, generation, messages).await {
            Ok(results) if results.len() == batch.len() => Attempt::Answered(results),
            Ok(results) => {
                warn!(sent = batch.len(), answered = results.len(), "the store did not answer each message");
                Attempt::Unknown
            }
            Err(error) => {
                debug!(partition = self.partition, %error, "a batch may not be published; repeating its keyed messages");
                Attempt::Unknown
            }
        }
    }

    /// Proposes other epochs. A room may have begun with one of those before and may have been removed since then.
    fn renew_epochs(&self, batch: &mut [QueuedMessage]) {
        for queued in batch {
            queued.message.new_epoch = random_epoch(&*self.backplane.random);
        }
    }

    /// Answers what is certain. Returns the messages to send again, in order, and whether to pause before.
    fn settle(&mut self, batch: Vec<QueuedMessage>, attempt: Attempt) -> (Vec<QueuedMessage>, bool) {
        match attempt {
            Attempt::NotSent => (batch, true),
            Attempt::Unknown => (self.keep_keyed(batch), true),
            Attempt::Replaced(generation) => (self.begin(generation, batch), false),
            Attempt::Answered(results) => self.answer(batch, results),
        }
    }

    /// Answers messages without a key as unavailable: a repetition could publish them twice.
    fn keep_keyed(&self, batch: Vec<QueuedMessage>) -> Vec<QueuedMessage> {
        let (keyed, others): (Vec<_>, Vec<_>) = batch.into_iter().partition(|queued| queued.message.key.is_some());
        refuse(others);
        self.backplane.metrics.repeated.add(keyed.len());
        keyed
    }

    fn answer(
        &mut self,
        batch: Vec<QueuedMessage>,
        results: Vec<Result<StorePublication, Refusal>>,
    ) -> (Vec<QueuedMessage>, bool) {
        let (mut refused, mut generation) = (Vec::new(), None);
        for (queued, result) in batch.into_iter().zip(results) {
            match result {
                Ok(StorePublication { position, duplicate }) => {
                    queued.answer(Ok(PublishOutcome { position, duplicate }));
                }
                Err(Refusal::KeyConflict) => queued.answer(Err(PublishError::KeyConflict)),
                Err(Refusal::Generation(current)) => {
                    generation = Some(current);
                    refused.push(queued);
                }
            }
        }
        match generation {
            Some(generation) => self.refused(generation, refused),
            None => (refused, false),
        }
    }

    /// Handles messages that were refused for another generation. A server with an earlier generation has been replaced,
    /// and what it publishes will be lost, so its refusal is only a reason to wait.
    fn refused(&mut self, generation: u64, batch: Vec<QueuedMessage>) -> (Vec<QueuedMessage>, bool) {
        self.backplane.metrics.stale_generations.increment();
        if self.generation.is_none_or(|expected| generation > expected) {
            return (self.begin(generation, batch), false);
        }
        warn!(partition = self.partition, generation, expected = self.generation, "the store has an old generation");
        self.backplane.metrics.repeated.add(batch.len());
        (batch, true)
    }

    /// Expects another generation from now on. Answers everything that waits as unavailable: its client may have
    /// published it through another node since then, with later messages, and the new generation may not know that any
    /// more. Returns no message.
    fn begin(&mut self, generation: u64, batch: Vec<QueuedMessage>) -> Vec<QueuedMessage> {
        self.expect(generation);
        self.backplane.catch_up_partition(self.partition);
        let refused = self.refuse_all(batch);
        warn!(partition = self.partition, generation, refused, "the store may have lost messages");
        Vec::new()
    }

    fn expect(&mut self, generation: u64) -> u64 {
        self.asks = false;
        *self.generation.insert(generation)
    }

    /// Refuses a batch whose first message has timed out, and the messages queued behind it.
    fn time_out(&mut self, batch: Vec<QueuedMessage>) {
        self.backplane.publish_health(self.partition).note_publish(false);
        let messages = self.refuse_all(batch);
        warn!(partition = self.partition, messages, "publishing timed out");
        // If every server that still exists has an earlier generation, the next batch accepts it.
        self.asks = true;
    }

    /// Answers a batch and the messages queued behind it as unavailable, and returns their number.
    fn refuse_all(&mut self, batch: Vec<QueuedMessage>) -> usize {
        let behind: Vec<_> = (0..self.queue.len()).map_while(|_| self.queue.try_recv().ok()).collect();
        let messages = batch.len() + behind.len();
        refuse(batch);
        refuse(behind);
        messages
    }
}

/// Refuses the messages that would overtake the repetition of an earlier one, one after the other: each refusal is itself
/// a failure before the next ones of its connection.
fn without_overtaking(messages: Vec<QueuedMessage>) -> Vec<QueuedMessage> {
    let mut batch = Vec::with_capacity(messages.len());
    for queued in messages {
        if queued.has_failure_before() {
            queued.answer(Err(Unavailable.into()));
        } else {
            batch.push(queued);
        }
    }
    batch
}

fn refuse(messages: Vec<QueuedMessage>) {
    for queued in messages {
        queued.answer(Err(Unavailable.into()));
    }
}
