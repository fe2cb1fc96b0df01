//! Places in a room: dropping one leaves.

use std::sync::Arc;

use super::Batch;
use super::fanout::Audience;
use super::presence::Who;
use super::room::Room;

/// A place in a room, as somebody; dropping it leaves.
#[derive(Debug)]
pub struct Seat<B: Batch> {
    pub room: Arc<Room<B>>,
    pub(super) key: usize,
    pub(super) who: Who,
    /// Whether its presence is counted; not any more, when it was given for another seat.
    pub(super) counts: bool,
}

impl<B: Batch> Seat<B> {
    /// Everybody but whoever sits here.
    pub fn others(&self) -> Audience {
        Audience::AllBut(self.key)
    }
}

impl<B: Batch> Drop for Seat<B> {
    fn drop(&mut self) {
        self.room.leave(self.key, self.counts.then_some(&self.who));
    }
}

/// A place among those who are told what is for everybody; dropping it leaves.
#[derive(Debug)]
pub struct Listener<B: Batch> {
    pub(super) room: Arc<Room<B>>,
    pub(super) key: usize,
}

impl<B: Batch> Drop for Listener<B> {
    fn drop(&mut self) {
        self.room.stop_listening(self.key);
    }
}
