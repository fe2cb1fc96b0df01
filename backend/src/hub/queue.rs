//! What waits for one member: bounded in bytes, and nothing allocated while it is empty.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;
use parking_lot::Mutex;

use crate::message::Message;

/// More was waiting than the queue may hold: its owner loses its seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;

/// Messages for one member, from many publishers to one reader.
#[derive(Debug)]
pub struct Queue {
    waiting: Mutex<Waiting>,
    reader: AtomicWaker,
    limit: usize,
}

#[derive(Debug, Default)]
struct Waiting {
    messages: VecDeque<Message>,
    bytes: usize,
    overflowed: bool,
}

impl Queue {
    /// A queue for at most `limit` bytes. A single message always fits.
    pub fn new(limit: usize) -> Self {
        Self { waiting: Mutex::default(), reader: AtomicWaker::new(), limit }
    }

    /// Adds a message, or ends the queue when there is no room for it.
    pub fn push(&self, message: Message) {
        self.waiting.lock().push(message, self.limit);
        self.reader.wake();
    }

    /// Moves what waits into `batch`, until `most` bytes are in it; waits while there is nothing to
    /// move, and with `most` 0 only for an overflow.
    ///
    /// # Errors
    /// When the queue has overflowed; then what waited is gone.
    pub async fn take(&self, batch: &mut Vec<Message>, most: usize) -> Result<(), Overflow> {
        poll_fn(|context| self.poll_take(context, batch, most)).await
    }

    fn poll_take(&self, context: &Context<'_>, batch: &mut Vec<Message>, most: usize) -> Poll<Result<(), Overflow>> {
        // Registered before the look, or a message that comes in between would wake nobody.
        self.reader.register(context.waker());
        let mut waiting = self.waiting.lock();
        if waiting.overflowed {
            return Poll::Ready(Err(Overflow));
        }
        waiting.take(batch, most).map(Ok)
    }
}

impl Waiting {
    fn push(&mut self, message: Message, limit: usize) {
        let cost = message.cost();
        if self.overflowed || (!self.messages.is_empty() && self.bytes + cost > limit) {
            *self = Self { overflowed: true, ..Self::default() };
            return;
        }
        self.bytes += cost;
        self.messages.push_back(message);
    }

    fn take(&mut self, batch: &mut Vec<Message>, most: usize) -> Poll<()> {
        if self.messages.is_empty() || most == 0 {
            return Poll::Pending;
        }
        let mut taken = 0;
        while taken < most
            && let Some(message) = self.messages.pop_front()
        {
            taken += message.cost();
            batch.push(message);
        }
        self.bytes -= taken;
        if self.messages.is_empty() {
            self.messages = VecDeque::new();
        }
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::poll;
    use std::pin::pin;

    #[tokio::test]
    async fn a_reader_waits_until_something_comes() {
        let queue = Queue::new(100);
        let mut batch = Vec::new();
        {
            let mut take = pin!(queue.take(&mut batch, usize::MAX));
            assert!(poll!(take.as_mut()).is_pending());
            queue.push(Message::text("hello"));
            assert_eq!(take.await, Ok(()));
        }
        assert_eq!(batch, [Message::text("hello")]);
    }

    #[tokio::test]
    async fn a_batch_is_bounded_and_the_rest_stays() {
        let queue = Queue::new(10_000);
        for letter in ["a", "b", "c"] {
            queue.push(Message::text(letter.repeat(100)));
        }
        let mut batch = Vec::new();
        queue.take(&mut batch, 1).await.unwrap();
        assert_eq!(batch, [Message::text("a".repeat(100))]);
        queue.take(&mut batch, usize::MAX).await.unwrap();
        assert_eq!(batch.len(), 3);
    }

    #[tokio::test]
    async fn a_flood_of_empty_messages_overflows_too() {
        let queue = Queue::new(1024);
        for _ in 0..1024 {
            queue.push(Message::text(""));
        }
        assert_eq!(queue.take(&mut Vec::new(), 0).await, Err(Overflow));
    }

    #[tokio::test]
    async fn one_message_always_fits() {
        let queue = Queue::new(10);
        queue.push(Message::text("x".repeat(100)));
        let mut batch = Vec::new();
        assert_eq!(queue.take(&mut batch, usize::MAX).await, Ok(()));
        assert_eq!(batch.len(), 1);
    }
}
