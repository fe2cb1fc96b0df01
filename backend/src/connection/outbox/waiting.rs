//! What waits in an outbox: chunks in their order, counted.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::Bytes;

use crate::connection::traffic::Count;

/// How many chunks go into one write.
pub(super) const GATHERED: usize = 16;

/// What a chunk costs beside its bytes, in bytes: its place, and what keeps it. Without it a flood of
/// the smallest messages would take many times the memory that it may.
pub(super) const PLACE: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Waiting {
    pub(super) chunks: VecDeque<Chunk>,
    /// What was delivered and waits, in bytes.
    pub(super) bytes: usize,
    /// How many replies wait.
    pub(super) replies: usize,
    /// Where a reply will be put that is not written yet.
    pub(super) reserved: Option<usize>,
    pub(super) state: State,
    pub(super) sent: Count,
}

#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) bytes: Bytes,
    /// Asked for by the peer.
    pub(super) reply: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    #[default]
    Open,
    /// The connection has lost its seat, and does not know yet.
    Overflowed,
    /// Only the task may add something now: a close frame.
    Closing,
}

impl Waiting {
    pub(super) fn is_empty(&self) -> bool {
        self.chunks.is_empty() && self.reserved.is_none()
    }

    pub(super) fn queue(&mut self, bytes: Bytes, limit: usize) {
        let queued = self.chunks.len() - self.replies;
        if queued > 0 && self.bytes + bytes.len() + (queued + 1) * PLACE > limit {
            // The first chunk may be half written; a close frame can only follow its end.
            self.chunks.truncate(1);
            self.count();
            self.state = State::Overflowed;
            return;
        }
        self.bytes += bytes.len();
        self.chunks.push_back(Chunk { bytes, reply: false });
    }

    pub(super) fn count(&mut self) {
        self.replies = self.chunks.iter().filter(|chunk| chunk.reply).count();
        self.bytes = self.chunks.iter().filter(|chunk| !chunk.reply).map(|chunk| chunk.bytes.len()).sum();
    }

    /// Keeps what is left of the slices once `written` bytes are gone. In one piece: a frame must not
    /// lose its end.
    pub(super) fn keep(&mut self, slices: &[IoSlice<'_>], mut written: usize) {
        let mut kept = Vec::new();
        for slice in slices {
            let gone = written.min(slice.len());
            written -= gone;
            kept.extend_from_slice(&slice[gone..]);
        }
        if !kept.is_empty() {
            self.chunks.push_back(Chunk { bytes: kept.into(), reply: true });
            self.replies += 1;
        }
    }

    pub(super) fn gather<'a, 'c>(&'c self, slices: &'a mut [IoSlice<'c>; GATHERED]) -> &'a [IoSlice<'c>] {
        let count = self.chunks.len().min(GATHERED);
        for (slice, chunk) in slices.iter_mut().zip(&self.chunks) {
            *slice = IoSlice::new(&chunk.bytes);
        }
        &slices[..count]
    }

    pub(super) fn written(&mut self, mut length: usize) {
        while let Some(Chunk { bytes, reply }) = self.chunks.front_mut() {
            let gone = length.min(bytes.len());
            length -= gone;
            if !*reply {
                self.bytes -= gone;
            }
            if gone < bytes.len() {
                let _ = bytes.split_to(gone);
                return;
            }
            self.replies -= usize::from(*reply);
            self.chunks.pop_front();
        }
        // An idle connection holds nothing.
        self.chunks = VecDeque::new();
    }
}
