//! The queue of an outbox.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::Bytes;

use crate::connection::stats::ConnectionStats;

/// Maximum number of chunks in one vectored write.
pub(super) const MAX_SLICES: usize = 16;

/// Memory per chunk in addition to its bytes, in bytes. Counted against the limit; otherwise a flood of tiny
/// messages would use a multiple of it.
pub(super) const CHUNK_OVERHEAD: usize = 64;

#[derive(Debug, Default)]
pub(super) struct OutboxQueue {
    pub(super) chunks: VecDeque<Chunk>,
    /// Size of the queued deliveries, in bytes; replies do not count.
    pub(super) bytes: usize,
    /// Number of queued replies.
    pub(super) replies: usize,
    /// Index of a reply that is not written yet.
    pub(super) reserved: Option<usize>,
    pub(super) state: QueueState,
    pub(super) sent: ConnectionStats,
}

#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) bytes: Bytes,
    /// True for a reply to the peer, false for a delivery.
    pub(super) reply: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum QueueState {
    #[default]
    Open,
    /// The limit was exceeded; the task has to close the connection.
    Overflowed,
    /// Only the task may add a chunk, the close frame.
    Closing,
}

impl OutboxQueue {
    pub(super) fn is_empty(&self) -> bool {
        self.chunks.is_empty() && self.reserved.is_none()
    }

    pub(super) fn push_delivery(&mut self, bytes: Bytes, limit: usize) {
        let queued = self.chunks.len() - self.replies;
        if queued > 0 && self.bytes + bytes.len() + (queued + 1) * CHUNK_OVERHEAD > limit {
            // The first chunk may be partly written: it must be completed before a close frame.
            self.chunks.truncate(1);
            self.recount();
            self.state = QueueState::Overflowed;
            return;
        }
        self.bytes += bytes.len();
        self.chunks.push_back(Chunk { bytes, reply: false });
    }

    pub(super) fn recount(&mut self) {
        self.replies = self.chunks.iter().filter(|chunk| chunk.reply).count();
        self.bytes = self.chunks.iter().filter(|chunk| !chunk.reply).map(|chunk| chunk.bytes.len()).sum();
    }

    /// Queues the rest of the slices after `written` bytes, as one chunk, so that an overflow cannot cut a
    /// frame.
    pub(super) fn push_unwritten(&mut self, slices: &[IoSlice<'_>], mut written: usize) {
        let mut unwritten = Vec::new();
        for slice in slices {
            let length = written.min(slice.len());
            written -= length;
            unwritten.extend_from_slice(&slice[length..]);
        }
        if !unwritten.is_empty() {
            self.chunks.push_back(Chunk { bytes: unwritten.into(), reply: true });
            self.replies += 1;
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
        while let Some(Chunk { bytes, reply }) = self.chunks.front_mut() {
            let consumed = length.min(bytes.len());
            length -= consumed;
            if !*reply {
                self.bytes -= consumed;
            }
            if consumed < bytes.len() {
                let _ = bytes.split_to(consumed);
                return;
            }
            self.replies -= usize::from(*reply);
            self.chunks.pop_front();
        }
        // Free the memory: an idle connection holds none.
        self.chunks = VecDeque::new();
    }
}
