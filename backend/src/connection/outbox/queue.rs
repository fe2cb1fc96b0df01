//! The queue of an outbox.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::Bytes;

use crate::connection::memory_budget::{BufferMemory, MemoryBudget, MemoryPart};
use crate::connection::stats::ConnectionStats;

/// Maximum number of chunks in one vectored write.
pub(super) const MAX_SLICES: usize = 16;

/// Memory per chunk in addition to its bytes, in bytes. Counted against the limit; otherwise a flood of tiny
/// messages would use a multiple of it.
pub(super) const CHUNK_OVERHEAD: usize = 96;

#[derive(Debug, Default)]
pub(super) struct OutboxQueue {
    pub(super) chunks: VecDeque<Chunk>,
    /// Memory of the queued deliveries, direct messages and replies.
    pub(super) memory: QueueMemory,
    /// Number of queued replies.
    pub(super) replies: u32,
    /// Index of a reply that is not written yet.
    pub(super) reserved: Option<u32>,
    pub(super) state: QueueState,
    pub(super) sent: ConnectionStats,
}

/// Memory of the chunks of a queue by kind, in bytes, with their overhead. A chunk counts with its whole buffer until
/// its last byte is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct QueueMemory {
    pub(super) deliveries: usize,
    pub(super) direct: usize,
    pub(super) replies: usize,
}

#[derive(Debug)]
pub(super) struct Chunk {
    /// Dropped before the bytes, whose address it uses.
    memory: BufferMemory,
    pub(super) bytes: Bytes,
    pub(super) kind: ChunkKind,
}

/// Bytes that were taken from the first chunk.
#[derive(Debug)]
pub struct Piece {
    /// The bytes; not empty.
    pub bytes: Bytes,
    /// `true` if nothing is left of the chunk.
    pub is_last: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChunkKind {
    /// Message of a room.
    Delivery,
    /// Direct message. Does not count against the limit of deliveries, because its sender must not cost the receiver
    /// its connection.
    Direct,
    /// Reply to the peer.
    Reply,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum QueueState {
    #[default]
    Open,
    /// The limit was exceeded; the task has to close the connection.
    Overflowed,
    /// Only the task may add a chunk, the close frame.
    Closing,
    /// The chunks were discarded, perhaps in the middle of a frame: nothing can be written any more.
    Discarded,
}

impl Chunk {
    /// Creates the chunk of what is left of `frames`, which others may use as well, after `written` bytes.
    pub(super) fn shared(frames: &Bytes, written: usize, kind: ChunkKind, budget: &MemoryBudget) -> Self {
        Self { bytes: frames.slice(written..), kind, memory: budget.share(MemoryPart::Queues, frames, CHUNK_OVERHEAD) }
    }

    /// Creates the chunk of a reply.
    pub(super) fn reply(bytes: Bytes, budget: &MemoryBudget) -> Self {
        let memory = budget.own(MemoryPart::Replies, bytes.len() + CHUNK_OVERHEAD);
        Self { bytes, kind: ChunkKind::Reply, memory }
    }

    /// Returns the memory of the chunk in bytes.
    pub(super) fn cost(&self) -> usize {
        self.memory.bytes()
    }

    /// Returns whether nothing was removed from its buffer.
    fn is_whole(&self) -> bool {
        self.bytes.len() + CHUNK_OVERHEAD == self.cost()
    }
}

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl QueueMemory {
    fn of(&mut self, kind: ChunkKind) -> &mut usize {
        match kind {
            ChunkKind::Delivery => &mut self.deliveries,
            ChunkKind::Direct => &mut self.direct,
            ChunkKind::Reply => &mut self.replies,
        }
    }

    pub(super) fn total(self) -> usize {
        self.deliveries + self.direct + self.replies
    }
}

impl OutboxQueue {
    pub(super) fn is_empty(&self) -> bool {
        self.chunks.is_empty() && self.reserved.is_none()
    }

    /// Appends a chunk, or inserts it before `index`.
    pub(super) fn insert(&mut self, index: usize, chunk: Chunk) {
        self.replies += u32::from(chunk.kind == ChunkKind::Reply);
        *self.memory.of(chunk.kind) += chunk.cost();
        self.chunks.insert(index.min(self.chunks.len()), chunk);
    }

    pub(super) fn push(&mut self, chunk: Chunk) {
        self.insert(self.chunks.len(), chunk);
    }

    /// Appends a delivery. If the limit is exceeded, discards the queue instead, except for its first chunk.
    pub(super) fn push_delivery(&mut self, chunk: Chunk, limit: usize) {
        if self.memory.deliveries > 0 && self.memory.deliveries + chunk.cost() > limit {
            // The first chunk may be partly written: it must be completed before a close frame.
            self.truncate(1);
            self.state = QueueState::Overflowed;
            return;
        }
        self.push(chunk);
    }

    /// Returns whether another direct message of `length` bytes may be queued. One is always accepted.
    pub(super) fn accepts_direct(&self, length: usize, limit: usize) -> bool {
        self.memory.direct == 0 || self.memory.direct + length + CHUNK_OVERHEAD <= limit
    }

    /// Removes all chunks after the first `length` ones.
    pub(super) fn truncate(&mut self, length: usize) {
        while self.chunks.len() > length {
            let removed = self.chunks.pop_back();
            self.forget(removed.as_ref());
        }
        if self.chunks.is_empty() {
            self.chunks = VecDeque::new();
        }
    }

    /// Queues the rest of the slices after `written` bytes, as one chunk, so that an overflow cannot cut a
    /// frame.
    pub(super) fn push_unwritten(&mut self, slices: &[IoSlice<'_>], mut written: usize, budget: &MemoryBudget) {
        let mut unwritten = Vec::new();
        unwritten.reserve_exact(slices.iter().map(|slice| slice.len()).sum::<usize>() - written);
        for slice in slices {
            let length = written.min(slice.len());
            written -= length;
            unwritten.extend_from_slice(&slice[length..]);
        }
        if !unwritten.is_empty() {
            self.push(Chunk::reply(unwritten.into(), budget));
        }
    }

    pub(super) fn gather<'a, 'c>(&'c self, slices: &'a mut [IoSlice<'c>; MAX_SLICES]) -> &'a [IoSlice<'c>] {
        let count = self.chunks.len().min(MAX_SLICES);
        for (slice, chunk) in slices.iter_mut().zip(&self.chunks) {
            *slice = IoSlice::new(&chunk.bytes);
        }
        &slices[..count]
    }

    pub(super) fn consume(&mut self, mut length: usize) {
        while let Some(Chunk { bytes, .. }) = self.chunks.front_mut() {
            let consumed = length.min(bytes.len());
            length -= consumed;
            if consumed < bytes.len() {
                let _ = bytes.split_to(consumed);
                return;
            }
            let written = self.chunks.pop_front();
            self.forget(written.as_ref());
        }
        // Free the memory: an idle connection holds none.
        self.chunks = VecDeque::new();
    }

    /// Removes at most `max` bytes of the first chunk. They count in the budget until they are dropped.
    pub(super) fn take(&mut self, max: usize, budget: &MemoryBudget) -> Option<Piece> {
        let first = self.chunks.front()?;
        let (length, is_last) = (first.bytes.len().min(max), first.bytes.len() <= max);
        let taken = if is_last && first.is_whole() {
            let first = self.chunks.pop_front();
            self.forget(first.as_ref());
            if self.chunks.is_empty() {
                self.chunks = VecDeque::new();
            }
            first?
        } else {
            // A copy: a slice would keep the whole buffer in memory.
            let piece = Chunk::reply(Bytes::copy_from_slice(&first.bytes[..length]), budget);
            self.consume(length);
            piece
        };
        Some(Piece { bytes: Bytes::from_owner(taken), is_last })
    }

    fn forget(&mut self, removed: Option<&Chunk>) {
        let Some(chunk) = removed else { return };
        self.replies -= u32::from(chunk.kind == ChunkKind::Reply);
        *self.memory.of(chunk.kind) -= chunk.cost();
    }
}
