//! Who hears what: the lobby of all broadcast connections. Knows no sockets and no HTTP.

mod queue;

use std::sync::Arc;

use parking_lot::Mutex;
use slab::Slab;

use crate::message::Message;

pub use queue::{Overflow, Queue};

/// The lobby; a handle that is cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub {
    members: Arc<Mutex<Slab<Arc<Queue>>>>,
    max_queue: usize,
}

/// A place in the lobby; dropping it leaves.
#[derive(Debug)]
pub struct Seat {
    hub: Hub,
    key: usize,
    queue: Arc<Queue>,
}

impl Hub {
    /// An empty lobby, whose members may each leave `max_queue` bytes unread.
    pub fn new(max_queue: usize) -> Self {
        Self { members: Arc::default(), max_queue }
    }

    /// Takes a seat: from now on every message arrives in its queue.
    pub fn join(&self) -> Seat {
        let queue = Arc::new(Queue::new(self.max_queue));
        let key = self.members.lock().insert(Arc::clone(&queue));
        Seat { hub: self.clone(), key, queue }
    }

    /// Puts a message into every queue, for all in the same order, whoever else publishes. A member
    /// whose queue is full loses its seat; nobody waits for it.
    pub fn publish(&self, message: &Message) {
        for (_, queue) in self.members.lock().iter() {
            queue.push(message.clone());
        }
    }
}

impl Seat {
    /// What waits for this member.
    pub fn queue(&self) -> &Queue {
        &self.queue
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.members.lock().remove(self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn heard(seat: &Seat) -> Vec<Message> {
        let mut batch = Vec::new();
        seat.queue().take(&mut batch, usize::MAX).await.unwrap();
        batch
    }

    #[tokio::test]
    async fn everybody_hears_everything_in_order() {
        let hub = Hub::new(1024);
        let (ana, bo) = (hub.join(), hub.join());
        hub.publish(&Message::text("one"));
        hub.publish(&Message::text("two"));
        for seat in [&ana, &bo] {
            assert_eq!(heard(seat).await, [Message::text("one"), Message::text("two")]);
        }
    }

    #[tokio::test]
    async fn dropping_the_seat_leaves() {
        let hub = Hub::new(1024);
        let (ana, bo) = (hub.join(), hub.join());
        drop(ana);
        assert_eq!(hub.members.lock().len(), 1);
        hub.publish(&Message::text("still here"));
        assert_eq!(heard(&bo).await, [Message::text("still here")]);
    }

    #[tokio::test]
    async fn a_full_queue_costs_its_owner_the_seat_and_nobody_else() {
        let hub = Hub::new(1024);
        let (reader, stalled) = (hub.join(), hub.join());
        let large = Message::text("x".repeat(700));
        hub.publish(&large);
        assert_eq!(heard(&reader).await.len(), 1);
        hub.publish(&large);
        assert_eq!(heard(&reader).await.len(), 1);
        assert_eq!(stalled.queue().take(&mut Vec::new(), usize::MAX).await, Err(Overflow));
    }
}
