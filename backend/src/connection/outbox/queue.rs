//! What waits in an outbox: chunks in their order, counted.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::Bytes;

use crate::connection::stats::ConnectionStats;

/// How many chunks go into one write.
pub(super) const MAX_SLICES: usize = 16;

/// What a chunk costs beside its bytes, in bytes: its place, and what keeps it. Without it a flood of
/// the smallest messages would take many times the memory that it may.
pub(super) const CHUNK_OVERHEAD: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Queue {
    pub(super) chunks: VecDeque<Chunk>,
    /// What was delivered and waits, in bytes.
    pub(super) bytes: usize,
    /// How many replies wait.
    pub(super) replies: usize,
    /// Where a reply will be put that is not written yet.
    pub(super) reserved: Option<usize>,
    pub(super) state: QueueState,
    pub(super) sent: ConnectionStats,
}

#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) bytes: Bytes,
    /// Asked for by the peer.
    pub(super) reply: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum QueueState {
    #[default]
    Open,
    /// The connection has lost its membership, and does not know yet.
    Overflowed,
    /// Only the task may add something now: a close frame.
    Closing,
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.chunks.is_empty() && self.reserved.is_none()
    }

    pub(super) fn push_delivery(&mut self, bytes: Bytes, limit: usize) {
        let queued = self.chunks.len() - self.replies;
        if queued > 0 && self.bytes + bytes.len() + (queued + 1) * CHUNK_OVERHEAD > limit {
            // The first chunk may be half written; a close frame can only follow its end.
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

    /// Keeps what is left of the slices once `written` bytes are connection_lost. In one piece: a frame must not
    /// lose its end.
    pub(super) fn push_unwritten(&mut self, slices: &[IoSlice<'_>], mut written: usize) {
        let mut unwritten = Vec::new();
        for slice in slices {
            let connection_lost = written.min(slice.len());
            written -= connection_lost;
            unwritten.extend_from_slice(&slice[connection_lost..]);
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
            let connection_lost = length.min(bytes.len());
            length -= connection_lost;
            if !*reply {
                self.bytes -= connection_lost;
            }
            if connection_lost < bytes.len() {
                let _ = bytes.split_to(connection_lost);
                return;
            }
            self.replies -= usize::from(*reply);
            self.chunks.pop_front();
        }
        // An idle connection holds nothing.
        self.chunks = VecDeque::new();
    }
}
