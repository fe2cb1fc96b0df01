//! The interface of a journal.

use std::sync::Arc;
use std::time::Duration;

use yodel_protocol::{Offset, Position, RoomName};

use crate::backplane::message::{Message, MessageKey, Sender};
use crate::backplane::unavailable::Unavailable;

/// Receiver of the fate of a message: `Ok` when it is durable. After an error it is not in the journal, and the offset
/// may be used again.
pub type Receipt = Box<dyn FnOnce(Result<(), Unavailable>) + Send>;

/// Keeper of the rooms on a disk. Every call returns at once; a thread of the journal writes.
pub trait Journal: Send + Sync {
    /// Returns whether messages can be appended.
    fn is_available(&self) -> bool;

    /// Returns by how much the records exceed what the bound of the folder allows.
    fn excess(&self) -> Excess;

    /// Appends a message, whose position is the next one of its room. Called under the lock of the room, so that the order
    /// of the calls is that of the offsets.
    ///
    /// Receipts are called in the order of the calls, on the thread of the journal and without a lock of the journal. After
    /// one has failed, all earlier appends with a receipt have failed as well before another append is accepted.
    ///
    /// # Errors
    /// Returns an error if the journal is unavailable or its queue is full; then `receipt` was not called.
    fn append(
        &self,
        message: &Arc<Message>,
        key: Option<&MessageKey>,
        receipt: Option<Receipt>,
    ) -> Result<(), Unavailable>;

    /// Records which messages and keys of a room are kept. The others are removed from the disk.
    fn trim(&self, room: &RoomName, kept: Kept);

    /// Records the position of a new room.
    fn begin(&self, room: &RoomName, position: &Position);

    /// Removes a room that has ended.
    fn end(&self, room: &RoomName);
}

/// Size of a journal beyond the bound of its folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Excess {
    /// Bytes of records beyond the bound when nothing waited for its removal; 0 if they were within it.
    pub bytes: u64,
    /// Number of the write after which this was measured.
    pub measured: u64,
    /// Number of the last write that has begun. What is removed now is in the measurements of later ones.
    pub begun: u64,
}

/// Messages and idempotency keys that a room keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Offset of the first message that is kept. Greater than the offset of the room if none is.
    pub messages: Offset,
    /// Offset of the message of the first key that is kept. Greater than the offset of the room if none is.
    pub keys: Offset,
}

/// A room that was read from a disk.
#[derive(Debug)]
pub struct StoredRoom {
    /// Name of the room.
    pub name: RoomName,
    /// Position of the room.
    pub position: Position,
    /// Messages with their ages, oldest first, with contiguous offsets up to that of the room.
    pub messages: Vec<(Arc<Message>, Duration)>,
    /// Idempotency keys, oldest first.
    pub keys: Vec<StoredKey>,
}

/// An idempotency key that was read from a disk.
#[derive(Debug)]
pub struct StoredKey {
    /// The key.
    pub key: MessageKey,
    /// Sender of its message; `None` for the server itself.
    pub from: Option<Arc<Sender>>,
    /// Offset of its message.
    pub offset: Offset,
    /// Age of its message.
    pub age: Duration,
}
