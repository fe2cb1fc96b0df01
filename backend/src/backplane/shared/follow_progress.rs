//! Progress of a replica in the messages of its room.

use tracing::{debug, warn};
use yodel_protocol::{Epoch, Offset, Position, RoomName};

use super::message_decoder::MessageDecoder;
use super::store::Page;
use crate::backplane::shared::replica::FollowingReplica;

/// Progress of a replica in the messages of its room, and the messages that are known to be missing.
#[derive(Debug)]
pub(super) struct FollowProgress {
    /// Position of the replica.
    position: Position,
    /// Highest offset that is known to exist in the epoch.
    known: Offset,
    /// True if the position in the store has to be read, because the epoch may be another one or messages may be missed.
    doubtful: bool,
    /// The epoch before this one, as far as it is known.
    ended: Option<Epoch>,
}

/// Replica that messages are appended to.
#[derive(Debug)]
pub(super) struct ReplicaSink<'a, R> {
    /// Name of the room.
    pub room: &'a RoomName,
    /// The replica.
    pub replica: &'a R,
    /// Decoder of the messages.
    pub decoder: &'a MessageDecoder,
}

/// The local side of the room is closed.
#[derive(Debug)]
pub(super) struct ReplicaClosed;

impl FollowProgress {
    /// Creates the progress of a replica that has begun at a position.
    pub fn new(position: Position) -> Self {
        let known = position.offset;
        Self { position, known, doubtful: false, ended: None }
    }

    /// Returns the position of the replica.
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Returns whether an epoch is known to be over, so that nothing of it can be recovered.
    pub fn has_ended(&self, epoch: &Epoch) -> bool {
        self.ended.as_ref() == Some(epoch)
    }

    /// Returns whether messages may be missing.
    pub fn is_behind(&self) -> bool {
        self.doubtful || self.known > self.position.offset
    }

    /// Returns whether the replica has yet to reach a position of its epoch.
    pub fn is_before(&self, position: &Position) -> bool {
        position.epoch == self.position.epoch && position.offset > self.position.offset
    }

    /// Records that a position exists in the store.
    pub fn note(&mut self, position: &Position) {
        if position.epoch == self.position.epoch {
            self.known = self.known.max(position.offset);
        } else {
            self.doubtful = true;
        }
    }

    /// Records that messages may be missing.
    pub fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// Appends a message that was received, if it is the next one and there is space.
    pub fn receive<R: FollowingReplica>(&mut self, position: &Position, payload: &[u8], sink: &ReplicaSink<'_, R>) {
        let was_behind = self.is_behind();
        self.note(position);
        let next = position.epoch == self.position.epoch && position.offset == self.position.offset.next();
        if next && !sink.replica.is_full() {
            self.append(position.offset, payload, sink);
        } else if !next && !was_behind && self.is_behind() {
            sink.decoder.metrics.gaps.increment();
            debug!(room = %sink.room, offset = position.offset.0, "messages before a received one are missing");
        }
    }

    /// Returns the position after which messages have to be read, and forgets why. If the read fails, the caller records
    /// a [`doubt`](Self::doubt).
    pub fn begin_read(&mut self) -> Position {
        self.doubtful = false;
        // A message that the store does not return does not exist: an offset that was noted before must not be read
        // again and again.
        self.known = self.position.offset;
        self.position.clone()
    }

    /// Appends the messages of a page that was read after the position `requested`, as long as there is space. The
    /// replica begins anew if the next message is lost.
    ///
    /// # Errors
    /// Returns an error if the local side of the room is closed.
    pub fn apply<R: FollowingReplica>(
        &mut self,
        requested: &Position,
        page: &Page,
        sink: &ReplicaSink<'_, R>,
    ) -> Result<(), ReplicaClosed> {
        let went_back = page.position.epoch == requested.epoch && page.position.offset < requested.offset;
        if page.position.epoch != self.position.epoch || went_back || self.has_lost(page) {
            return self.begin_anew(page.position.clone(), sink);
        }
        self.note(&page.position);
        for (offset, payload) in &page.messages {
            if *offset == self.position.offset.next() && !sink.replica.is_full() {
                self.append(*offset, payload, sink);
            }
        }
        Ok(())
    }

    /// Returns whether the history no longer has the next message.
    fn has_lost(&self, page: &Page) -> bool {
        let first = page.messages.first().map(|(offset, _)| *offset);
        self.is_before(&page.position) && first.is_none_or(|first| first > self.position.offset.next())
    }

    fn append<R: FollowingReplica>(&mut self, offset: Offset, payload: &[u8], sink: &ReplicaSink<'_, R>) {
        self.position.offset = offset;
        match sink.decoder.decode(sink.room, self.position.clone(), payload) {
            Some((message, recipients)) => sink.replica.append(message, recipients),
            // Members must not take the gap for a complete history. A closed replica ends at the next check.
            None => drop(self.begin_anew(self.position.clone(), sink)),
        }
    }

    fn begin_anew<R: FollowingReplica>(
        &mut self,
        position: Position,
        sink: &ReplicaSink<'_, R>,
    ) -> Result<(), ReplicaClosed> {
        warn!(
            room = %sink.room, epoch = %position.epoch, offset = position.offset.0,
            "messages of a room are lost; its members have to join again"
        );
        sink.decoder.metrics.resets.increment();
        if !sink.replica.begin(position.clone()) {
            return Err(ReplicaClosed);
        }
        self.known = self.known_in(&position);
        let before = std::mem::replace(&mut self.position, position);
        if before.epoch != self.position.epoch {
            self.ended = Some(before.epoch);
        }
        Ok(())
    }

    /// Returns the highest offset that is known to exist in the epoch of a position.
    fn known_in(&self, position: &Position) -> Offset {
        if position.epoch == self.position.epoch { self.known.max(position.offset) } else { position.offset }
    }
}

#[cfg(test)]
mod tests;
