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
    /// Generation that the next batch expects; `None` if the store has to be asked.
    generation: Option<u64>,
}

/// Result of sending a batch once.
enum Attempt {
    /// The store does not answer, and has not received the messages.
    NotSent,
    /// The store may have published the messages, or not.
    Unknown,
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
        Self { backplane, partition, queue, generation: None }
    }

    /// Publishes until the queue is closed.
    pub async fn run(mut self) {
        while let Some(first) = self.queue.recv().await {
            let batch = self.collect(first);
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
            let Ok(attempt) = attempt else { return self.give_up(batch) };
            self.backplane.publish_health(self.partition).note_publish(matches!(attempt, Attempt::Answered(_)));
            let (unanswered, pause) = self.settle(batch, attempt);
            batch = unanswered;
            self.renew_epochs(&mut batch);
            if pause && !batch.is_empty() {
                let delay = backoff.next(&*self.backplane.random);
                if timeout_at(deadline, sleep(delay)).await.is_err() {
                    return self.give_up(batch);
                }
            }
        }
    }

    async fn send(&mut self, batch: &[QueuedMessage]) -> Attempt {
        let generation = match self.generation {
            Some(generation) => generation,
            None => match self.backplane.store.generation(self.partition).await {
                Ok(generation) => *self.generation.insert(generation),
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
            Attempt::Answered(results) => self.answer(batch, results),
        }
    }

    /// Answers messages without a key as unavailable: a repetition could publish them twice.
    fn keep_keyed(&self, batch: Vec<QueuedMessage>) -> Vec<QueuedMessage> {
        let (keyed, others): (Vec<_>, Vec<_>) = batch.into_iter().partition(|queued| queued.message.key.is_some());
        for queued in others {
            queued.answer(Err(Unavailable.into()));
        }
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
        let pause = generation.is_some_and(|generation| !self.adopt(generation));
        self.backplane.metrics.repeated.add(refused.len());
        (refused, pause)
    }

    /// Expects a later generation from now on. A server with an earlier one has been replaced: what it publishes will be
    /// lost. Returns false in this case.
    fn adopt(&mut self, generation: u64) -> bool {
        self.backplane.metrics.stale_generations.increment();
        let later = self.generation.is_none_or(|expected| generation > expected);
        if later {
            self.generation = Some(generation);
            self.backplane.catch_up_partition(self.partition);
        } else {
            warn!(
                partition = self.partition,
                generation,
                expected = self.generation,
                "the store has an old generation"
            );
        }
        later
    }

    /// Answers a batch and the messages queued behind it as unavailable.
    fn give_up(&mut self, batch: Vec<QueuedMessage>) {
        self.backplane.publish_health(self.partition).note_publish(false);
        let queued = self.queue.len();
        warn!(partition = self.partition, messages = batch.len() + queued, "publishing timed out");
        let behind: Vec<_> = (0..queued).map_while(|_| self.queue.try_recv().ok()).collect();
        for queued in batch.into_iter().chain(behind) {
            queued.answer(Err(Unavailable.into()));
        }
        // If every server that still exists has an earlier generation, the next batch accepts it.
        self.generation = None;
    }
}
