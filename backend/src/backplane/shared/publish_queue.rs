//! Queue of the messages of a partition that wait to be published.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::config::SharedConfig;
use super::metrics::SharedMetrics;
use super::store::StoreMessage;
use crate::backplane::PublishAnswer;
use crate::backplane::answer::Answer;
use crate::backplane::publish::{PublishError, PublishOutcome};
use crate::backplane::publish_order::PublishOrder;
use crate::backplane::unavailable::Unavailable;

/// Estimated memory of a queued message in bytes, without its payload and key.
const OVERHEAD: usize = 256;

/// Sending half of the queue of a partition. The receiving half is taken once.
#[derive(Debug)]
pub struct PublishQueue {
    sender: mpsc::Sender<QueuedMessage>,
    receiver: Mutex<Option<mpsc::Receiver<QueuedMessage>>>,
}

/// Message that waits to be published. Dropping it answers that the store is unavailable.
#[derive(Debug)]
pub struct QueuedMessage {
    /// The message.
    pub message: StoreMessage,
    /// Time at which the message is answered as unavailable.
    pub deadline: Instant,
    order: Option<PublishOrder>,
    answer: oneshot::Sender<Result<PublishOutcome, PublishError>>,
    memory: QueuedMemory,
}

/// Memory of a queued message; no longer counted when this is dropped.
#[derive(Debug)]
struct QueuedMemory {
    metrics: Arc<SharedMetrics>,
    bytes: usize,
}

impl PublishQueue {
    /// Creates an empty queue.
    pub fn new(config: &SharedConfig) -> Self {
        let (sender, receiver) = mpsc::channel(config.queue_messages.max(1));
        Self { sender, receiver: Mutex::new(Some(receiver)) }
    }

    /// Takes the receiving half; `None` if it was taken before.
    pub fn take_receiver(&self) -> Option<mpsc::Receiver<QueuedMessage>> {
        self.receiver.lock().take()
    }

    /// Appends a message. A queue that is full, or that no publisher reads any more, answers at once.
    pub fn push(
        &self,
        message: StoreMessage,
        order: Option<PublishOrder>,
        config: &SharedConfig,
        metrics: &Arc<SharedMetrics>,
    ) -> PublishAnswer {
        let memory = QueuedMemory::new(&message, metrics);
        if metrics.queued_bytes.get() > config.queue_bytes as u64 {
            return unavailable(metrics);
        }
        let (answer, later) = Answer::later();
        let deadline = Instant::now() + config.publish_timeout;
        match self.sender.try_send(QueuedMessage { message, deadline, order, answer, memory }) {
            Ok(()) => later,
            Err(_) => unavailable(metrics),
        }
    }
}

fn unavailable(metrics: &SharedMetrics) -> PublishAnswer {
    metrics.unavailable.increment();
    Answer::ready(Err(Unavailable.into()))
}

impl QueuedMessage {
    /// Returns the estimated memory, in bytes.
    pub fn bytes(&self) -> usize {
        self.memory.bytes
    }

    /// Returns whether an earlier publish of the connection has failed since this one began.
    pub fn has_failure_before(&self) -> bool {
        self.order.as_ref().is_some_and(PublishOrder::has_failure_before)
    }

    /// Answers the publish. Nothing happens if nobody waits for the answer.
    pub fn answer(self, result: Result<PublishOutcome, PublishError>) {
        let is_repeated = self.message.key.is_some() && result.as_ref().is_err_and(|error| error.is_temporary());
        match &result {
            Ok(outcome) if !outcome.duplicate => self.memory.metrics.published.increment(),
            Err(PublishError::Unavailable(_)) => self.memory.metrics.unavailable.increment(),
            _ => {}
        }
        // The sender of the message may be gone.
        drop(self.answer.send(result));
        if let Some(order) = self.order.filter(|_| is_repeated) {
            order.note_failure();
        }
    }
}

impl QueuedMemory {
    fn new(message: &StoreMessage, metrics: &Arc<SharedMetrics>) -> Self {
        let key = message.key.as_ref().map_or(0, |key| key.name.len());
        let bytes = message.payload.len() + key + OVERHEAD;
        metrics.queued.increment();
        metrics.queued_bytes.add(bytes);
        Self { metrics: Arc::clone(metrics), bytes }
    }
}

impl Drop for QueuedMemory {
    fn drop(&mut self) {
        self.metrics.queued.subtract(1);
        self.metrics.queued_bytes.subtract(self.bytes);
    }
}
