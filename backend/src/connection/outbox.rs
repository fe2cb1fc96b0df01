//! What waits to be written to one connection: bounded in bytes, and nothing allocated while it is
//! empty.
//!
//! Where it can, a publisher writes straight to the socket: a member that keeps up needs neither a
//! queue nor a task that wakes up. What the socket does not take is queued, and the connection's own
//! task goes on with it.

mod queue;

use std::io::{self, IoSlice};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use super::stats::ConnectionStats;
use super::tcp::Tcp;
use super::transport::Transport;
use crate::encode::{Language, Push};
use bytes::Bytes;
use futures_util::task::AtomicWaker;
use parking_lot::Mutex;
use queue::{Chunk, MAX_SLICES, Queue, QueueState};

/// More was queue than may: the connection loses its membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;

/// The way out of one connection, shared by its task and those who publish.
#[derive(Debug)]
pub struct Outbox {
    queue: Mutex<Queue>,
    /// Something waits: what the task looks at before it takes the lock.
    has_queued: AtomicBool,
    task: AtomicWaker,
    /// For writing straight to it; none before the handshake is over, or where only the task can.
    socket: OnceLock<Tcp>,
    /// The peer's window, when it takes compressed messages.
    window: Option<u8>,
    language: Language,
    limit: usize,
}

impl Outbox {
    /// An empty outbox, in which at most `limit` bytes may wait. A single batch always fits.
    pub fn new(language: Language, window: Option<u8>, limit: usize) -> Self {
        let (queue, has_queued, task) = (Mutex::default(), AtomicBool::new(false), AtomicWaker::new());
        Self { queue, has_queued, task, socket: OnceLock::new(), window, language, limit }
    }

    /// From now on others may write straight to the socket.
    pub fn attach_socket(&self, socket: Tcp) {
        // Once: the handshake is over once.
        let _ = self.socket.set(socket);
    }

    /// The socket, for the task's own use.
    pub fn socket(&self) -> Option<&Tcp> {
        self.socket.get()
    }

    /// The task is to be woken when something has to be done.
    pub fn register(&self, context: &Context<'_>) {
        self.task.register(context.waker());
    }

    /// Wakes the task.
    pub fn wake(&self) {
        self.task.wake();
    }

    /// Writes, after what waits; keeps what the transport does not take, and says whether it took all.
    ///
    /// # Errors
    /// When the peer is connection_lost.
    pub fn write(
        &self,
        transport: &mut Transport,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> io::Result<bool> {
        let mut queue = self.queue.lock();
        let mut written = 0;
        if queue.chunks.is_empty()
            && let Poll::Ready(result) = transport.poll_write(self.socket(), context, slices)
        {
            written = result?;
        }
        queue.push_unwritten(slices, written);
        Ok(self.update_has_queued(&queue))
    }

    /// Writes what waits; ready when nothing does any more. Says whether the peer took any of it.
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

    /// Takes out the next of what waits, for one who writes it elsewhere.
    pub fn pop(&self) -> Option<Bytes> {
        if self.is_empty() {
            return None;
        }
        let mut queue = self.queue.lock();
        let bytes = queue.chunks.front()?.bytes.clone();
        queue.consume(bytes.len());
        self.update_has_queued(&queue);
        Some(bytes)
    }

    /// Says whether nothing waits, also to those without the lock.
    fn update_has_queued(&self, queue: &Queue) -> bool {
        let empty = queue.is_empty();
        self.has_queued.store(!empty, Ordering::Release);
        empty
    }

    /// Whether the connection still has its membership.
    ///
    /// # Errors
    /// When too much was queue.
    pub fn check_overflow(&self) -> Result<(), Overflow> {
        if self.queue.lock().state == QueueState::Overflowed { Err(Overflow) } else { Ok(()) }
    }

    /// Takes no more batches. What is there still goes out.
    pub fn close(&self) {
        self.queue.lock().state = QueueState::Closing;
    }

    /// Whether anything waits.
    pub fn is_empty(&self) -> bool {
        !self.has_queued.load(Ordering::Acquire)
    }

    /// How many replies wait.
    pub fn queued_replies(&self) -> usize {
        if self.is_empty() { 0 } else { self.queue.lock().replies }
    }

    /// How many bytes wait that were delivered.
    pub fn queued_bytes(&self) -> usize {
        if self.is_empty() { 0 } else { self.queue.lock().bytes }
    }

    /// Keeps a index for a reply, which the task will [fill](Self::fill): what is delivered from now on
    /// comes after it.
    pub fn reserve(&self) {
        let mut queue = self.queue.lock();
        queue.reserved = Some(queue.chunks.len());
        self.update_has_queued(&queue);
    }

    /// Puts a reply in the index that was kept for it.
    pub fn fill_reserved(&self, frames: Bytes) {
        let mut queue = self.queue.lock();
        let index = queue.reserved.take().unwrap_or(usize::MAX).min(queue.chunks.len());
        if !frames.is_empty() {
            queue.chunks.insert(index, Chunk { bytes: frames, reply: true });
            queue.replies += 1;
        }
        self.update_has_queued(&queue);
    }

    /// Adds a reply that comes from elsewhere.
    pub fn push_reply(&self, frames: Bytes) {
        let mut queue = self.queue.lock();
        if queue.state == QueueState::Open {
            queue.chunks.push_back(Chunk { bytes: frames, reply: true });
            queue.replies += 1;
            self.update_has_queued(&queue);
        }
        drop(queue);
        self.task.wake();
    }

    /// What was delivered here.
    pub fn sent(&self) -> ConnectionStats {
        self.queue.lock().sent
    }
}

impl Outbox {
    /// Takes what a room hands out, at once.
    pub fn deliver(&self, push: &Push) {
        let batch = push.batch(self.language);
        let frames = batch.frames(self.window);
        if frames.is_empty() {
            return; // Nothing that the peer understands.
        }
        let mut queue = self.queue.lock();
        if queue.state != QueueState::Open {
            return;
        }
        let written = match self.socket.get() {
            Some(socket) if queue.is_empty() => socket.try_write(frames).unwrap_or(0),
            _ => 0,
        };
        queue.sent.add(batch.messages(), batch.payload());
        if written == frames.len() {
            return;
        }
        queue.push_delivery(frames.slice(written..), self.limit);
        self.update_has_queued(&queue);
        drop(queue);
        self.task.wake();
    }
}

#[cfg(test)]
mod tests;
