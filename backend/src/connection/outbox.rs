//! The outbox of a connection: frames that wait for its socket, bounded in bytes. An empty outbox allocates
//! nothing.
//!
//! A publisher writes directly to the socket if nothing is queued: a member that keeps up needs neither a
//! queue nor a wake-up of its task. Bytes that the socket does not accept are queued, and the task of the
//! connection writes them.

mod queue;

use std::io::{self, IoSlice};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use super::memory_budget::MemoryBudget;
use super::stats::ConnectionStats;
use super::tcp::Tcp;
use super::transport::Transport;
use crate::encode::{SharedPayload, WireFormat};
use bytes::Bytes;
use futures_util::task::AtomicWaker;
use parking_lot::Mutex;
use queue::{Chunk, ChunkKind, MAX_SLICES, OutboxQueue, QueueState};

pub use queue::Piece;

/// The error of an outbox whose queue exceeded its limit. The connection has to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;

/// The outbox of a connection, shared by its task and by publishers. The lock of the queue is held during
/// non-blocking socket writes, so that frames keep their order; no method waits for the socket.
#[derive(Debug)]
pub struct Outbox {
    queue: Mutex<OutboxQueue>,
    /// True if the queue has chunks or a reserved place; readable without the lock.
    has_queued: AtomicBool,
    task: AtomicWaker,
    /// The socket, for writes by publishers. Empty before the end of the handshake and for transports that
    /// only the task can use.
    socket: OnceLock<Tcp>,
    /// The compression window of the peer in bits, if it accepts compressed messages.
    window: Option<u8>,
    format: WireFormat,
    limit: u32,
    budget: MemoryBudget,
}

impl Outbox {
    /// Creates an empty outbox. At most `limit` bytes may be queued, but a single batch is always accepted. What is
    /// queued counts in the budget.
    pub fn new(format: WireFormat, window: Option<u8>, limit: usize, budget: MemoryBudget) -> Self {
        // At most 4 GiB: a larger type would take 8 bytes more in each connection.
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let (queue, has_queued, task) = (Mutex::default(), AtomicBool::new(false), AtomicWaker::new());
        Self { queue, has_queued, task, socket: OnceLock::new(), window, format, limit, budget }
    }

    /// Returns the wire format of the connection.
    pub fn format(&self) -> WireFormat {
        self.format
    }

    /// Returns the budget in which the memory of the connection counts.
    pub fn budget(&self) -> &MemoryBudget {
        &self.budget
    }

    /// Lets publishers write directly to the socket.
    pub fn attach_socket(&self, socket: Tcp) {
        // Set only once, at the end of the handshake.
        let _ = self.socket.set(socket);
    }

    /// Returns the socket, for the task of the connection.
    pub fn socket(&self) -> Option<&Tcp> {
        self.socket.get()
    }

    /// Registers the task to be woken when there is something to do.
    pub fn register(&self, context: &Context<'_>) {
        self.task.register(context.waker());
    }

    /// Wakes the task.
    pub fn wake(&self) {
        self.task.wake();
    }

    /// Delivers messages of a room: writes them to the socket if nothing is queued, and queues the rest.
    /// Never blocks.
    pub fn deliver(&self, payload: &SharedPayload) {
        self.deliver_as(ChunkKind::Delivery, payload);
    }

    /// Delivers a direct message unless direct messages would take more than half of the limit. They do not count
    /// against the limit of other deliveries, because their sender must not cost the receiver its connection. Returns
    /// whether it was delivered.
    pub fn offer(&self, payload: &SharedPayload) -> bool {
        self.deliver_as(ChunkKind::Direct, payload)
    }

    fn deliver_as(&self, kind: ChunkKind, payload: &SharedPayload) -> bool {
        let batch = payload.batch(self.format);
        let frames = batch.frames(self.window);
        if frames.is_empty() {
            return true; // The encoding of the peer has no frame for this content.
        }
        let mut queue = self.queue.lock();
        let accepted = kind != ChunkKind::Direct || queue.accepts_direct(frames.len(), self.limit as usize / 2);
        if queue.state != QueueState::Open || !accepted {
            return false;
        }
        let written = match self.socket.get() {
            Some(socket) if queue.is_empty() => socket.try_write(frames).unwrap_or(0),
            _ => 0,
        };
        queue.sent.add(batch.messages(), batch.payload());
        if written == frames.len() {
            return true;
        }
        let chunk = Chunk::shared(frames, written, kind, &self.budget);
        if kind == ChunkKind::Direct {
            queue.push(chunk);
        } else {
            queue.push_delivery(chunk, self.limit as usize);
        }
        self.update_has_queued(&queue);
        drop(queue);
        self.task.wake();
        true
    }

    /// Writes after all queued chunks, and queues what the transport does not accept. Returns whether nothing
    /// is queued.
    ///
    /// # Errors
    /// Returns an error if the connection is lost.
    pub fn write(
        &self,
        transport: &mut Transport,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> io::Result<bool> {
        let mut queue = self.queue.lock();
        check_writable(&queue)?;
        let mut written = 0;
        if queue.chunks.is_empty()
            && let Poll::Ready(result) = transport.poll_write(self.socket(), context, slices)
        {
            written = result?;
        }
        queue.push_unwritten(slices, written, &self.budget);
        Ok(self.update_has_queued(&queue))
    }

    /// Writes the queued chunks. Ready when the queue is empty. Sets `written` to true if the transport
    /// accepted any byte.
    ///
    /// # Errors
    /// Returns an error if the connection is lost.
    pub fn poll_flush(
        &self,
        transport: &mut Transport,
        context: &mut Context<'_>,
        written: &mut bool,
    ) -> Poll<io::Result<()>> {
        if self.is_empty() {
            return transport.poll_flush(context);
        }
        let mut queue = self.queue.lock();
        check_writable(&queue)?;
        while !queue.chunks.is_empty() {
            let mut slices = [IoSlice::new(&[]); MAX_SLICES];
            let gathered = queue.gather(&mut slices);
            let length = std::task::ready!(transport.poll_write(self.socket(), context, gathered))?;
            *written |= length > 0;
            queue.consume(length);
        }
        self.update_has_queued(&queue);
        drop(queue);
        transport.poll_flush(context)
    }

    /// Takes at most `max` bytes of the first chunk, for event streams, which are written by HTTP.
    pub fn take(&self, max: usize) -> Option<Piece> {
        if self.is_empty() {
            return None;
        }
        let mut queue = self.queue.lock();
        let piece = queue.take(max, &self.budget);
        self.update_has_queued(&queue);
        piece
    }

    /// Updates the flag that is readable without the lock, and returns whether the queue is empty.
    fn update_has_queued(&self, queue: &OutboxQueue) -> bool {
        let empty = queue.is_empty() && queue.state != QueueState::Discarded;
        self.has_queued.store(!empty, Ordering::Release);
        empty
    }

    /// Checks that the queue is within its limit.
    ///
    /// # Errors
    /// Returns an error if the queue has exceeded its limit.
    pub fn check_overflow(&self) -> Result<(), Overflow> {
        if self.queue.lock().state == QueueState::Overflowed { Err(Overflow) } else { Ok(()) }
    }

    /// Rejects further deliveries. Queued chunks are still written.
    pub fn close(&self) {
        let mut queue = self.queue.lock();
        if queue.state != QueueState::Discarded {
            queue.state = QueueState::Closing;
        }
    }

    /// Discards everything that is queued, perhaps in the middle of a frame. Afterwards nothing can be written. Returns
    /// false if it was discarded before.
    pub fn discard(&self) -> bool {
        let mut queue = self.queue.lock();
        let is_first = std::mem::replace(&mut queue.state, QueueState::Discarded) != QueueState::Discarded;
        queue.truncate(0);
        queue.reserved = None;
        // The flag stays set, so that the task looks at the state before it writes.
        self.has_queued.store(true, Ordering::Release);
        is_first
    }

    /// Returns whether nothing is queued or reserved. Takes no lock.
    pub fn is_empty(&self) -> bool {
        !self.has_queued.load(Ordering::Acquire)
    }

    /// Returns the number of queued replies.
    pub fn queued_replies(&self) -> usize {
        if self.is_empty() { 0 } else { self.queue.lock().replies as usize }
    }

    /// Returns the memory of everything that is queued, in bytes.
    pub fn memory(&self) -> usize {
        if self.is_empty() { 0 } else { self.queue.lock().memory.total() }
    }

    /// Reserves the place of a reply, which the task [fills in](Self::fill_reserved) later. Later deliveries
    /// are queued behind it.
    pub fn reserve(&self) {
        let mut queue = self.queue.lock();
        queue.reserved = Some(u32::try_from(queue.chunks.len()).unwrap_or(u32::MAX));
        self.update_has_queued(&queue);
    }

    /// Inserts a reply at the reserved place.
    pub fn fill_reserved(&self, frames: Bytes) {
        let mut queue = self.queue.lock();
        let index = queue.reserved.take().map_or(usize::MAX, |index| index as usize);
        if !frames.is_empty() && queue.state != QueueState::Discarded {
            queue.insert(index, Chunk::reply(frames, &self.budget));
        }
        self.update_has_queued(&queue);
    }

    /// Queues a reply from another task, and wakes the task of the connection.
    pub fn push_reply(&self, frames: Bytes) {
        let mut queue = self.queue.lock();
        if queue.state == QueueState::Open {
            queue.push(Chunk::reply(frames, &self.budget));
            self.update_has_queued(&queue);
        }
        drop(queue);
        self.task.wake();
    }

    /// Returns the messages and payload bytes delivered so far.
    pub fn sent(&self) -> ConnectionStats {
        self.queue.lock().sent
    }
}

/// Checks that the queue was not discarded.
fn check_writable(queue: &OutboxQueue) -> io::Result<()> {
    if queue.state == QueueState::Discarded { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
