//! Who hears what: the lobby of all broadcast connections. Knows no sockets, no frames and no HTTP.

mod room;

use std::sync::Arc;
use std::task::{Context, Poll};

use room::Room;

/// Messages in a row, as they are handed to members.
pub trait Batch: Clone + Send + Sync + 'static {
    /// What it costs to keep, in bytes.
    fn cost(&self) -> usize;

    /// Several as one, in order; there is at least one.
    fn join(batches: &[Self]) -> Self;
}

/// Somebody who hears.
pub trait Member<B>: Send + Sync {
    /// Takes a batch, at once: nobody waits for a member that cannot.
    fn deliver(&self, batch: &B);
}

/// The lobby; a handle that is cheap to clone.
#[derive(Debug)]
pub struct Hub<B> {
    lobby: Arc<Room<B>>,
}

/// A place in the lobby; dropping it leaves.
#[derive(Debug)]
pub struct Seat<B> {
    room: Arc<Room<B>>,
    key: usize,
}

impl<B> Clone for Hub<B> {
    fn clone(&self) -> Self {
        Self { lobby: Arc::clone(&self.lobby) }
    }
}

impl<B: Batch> Hub<B> {
    /// An empty lobby, where publishers have to wait once `limit` bytes were not yet handed out.
    pub fn new(limit: usize) -> Self {
        Self { lobby: Arc::new(Room::new(limit)) }
    }

    /// Takes a seat: from now on everything that is published is delivered.
    pub fn join(&self, member: Arc<dyn Member<B>>) -> Seat<B> {
        Seat { room: Arc::clone(&self.lobby), key: self.lobby.enter(member) }
    }

    /// Has a batch delivered to every member, for all in the same order, whoever else publishes.
    /// What is published while others are being served goes out together.
    pub fn publish(&self, batch: B) {
        if self.lobby.push(batch) {
            tokio::spawn(Arc::clone(&self.lobby).serve());
        }
    }
}

impl<B: Batch> Seat<B> {
    /// Ready when a publisher may go on.
    pub fn poll_room(&self, context: &Context<'_>) -> Poll<()> {
        self.room.poll_room(context)
    }

    /// How many batches were published so far.
    pub fn published(&self) -> u64 {
        self.room.published()
    }

    /// Ready when so many batches were delivered.
    pub fn poll_delivered(&self, batches: u64, context: &Context<'_>) -> Poll<()> {
        self.room.poll_delivered(batches, context)
    }
}

impl<B> Drop for Seat<B> {
    fn drop(&mut self) {
        self.room.leave(self.key);
    }
}
