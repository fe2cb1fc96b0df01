//! What waits to be written to one connection: bounded in bytes, and nothing allocated while it is
//! empty.
//!
//! Where it can, a publisher writes straight to the socket: a member that keeps up needs neither a
//! queue nor a task that wakes up. What the socket does not take is queued, and the connection's own
//! task goes on with it.

mod waiting;

use std::io::{self, IoSlice};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use super::tcp::Tcp;
use super::traffic::Count;
use super::transport::Transport;
use crate::encode::{SharedPayload, WireFormat};
use bytes::Bytes;
use futures_util::task::AtomicWaker;
use parking_lot::Mutex;
use waiting::{Chunk, GATHERED, State, Waiting};

/// More was waiting than may: the connection loses its seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;

/// The way out of one connection, shared by its task and those who publish.
#[derive(Debug)]
pub struct Outbox {
    waiting: Mutex<Waiting>,
    /// Something waits: what the task looks at before it takes the lock.
    filled: AtomicBool,
    task: AtomicWaker,
    /// For writing straight to it; none before the handshake is over, or where only the task can.
    socket: OnceLock<Tcp>,
    /// The peer's window, when it takes compressed messages.
    window: Option<u8>,
    language: WireFormat,
    limit: usize,
}

impl Outbox {
    /// An empty outbox, in which at most `limit` bytes may wait. A single batch always fits.
    pub fn new(language: WireFormat, window: Option<u8>, limit: usize) -> Self {
        let (waiting, filled, task) = (Mutex::default(), AtomicBool::new(false), AtomicWaker::new());
        Self { waiting, filled, task, socket: OnceLock::new(), window, language, limit }
    }

    /// From now on others may write straight to the socket.
    pub fn open(&self, socket: Tcp) {
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
    /// When the peer is gone.
    pub fn write(
        &self,
        transport: &mut Transport,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> io::Result<bool> {
        let mut waiting = self.waiting.lock();
        let mut written = 0;
        if waiting.chunks.is_empty()
            && let Poll::Ready(result) = transport.poll_write(self.socket(), context, slices)
        {
            written = result?;
        }
        waiting.keep(slices, written);
        Ok(self.note(&waiting))
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
        let mut waiting = self.waiting.lock();
        while !waiting.chunks.is_empty() {
            let mut slices = [IoSlice::new(&[]); GATHERED];
            let gathered = waiting.gather(&mut slices);
            let length = std::task::ready!(transport.poll_write(self.socket(), context, gathered))?;
            *written |= length > 0;
            waiting.written(length);
        }
        self.note(&waiting);
        drop(waiting);
        transport.poll_flush(context)
    }

    /// Takes out the next of what waits, for one who writes it elsewhere.
    pub fn take(&self) -> Option<Bytes> {
        if self.is_empty() {
            return None;
        }
        let mut waiting = self.waiting.lock();
        let bytes = waiting.chunks.front()?.bytes.clone();
        waiting.written(bytes.len());
        self.note(&waiting);
        Some(bytes)
    }

    /// Says whether nothing waits, also to those without the lock.
    fn note(&self, waiting: &Waiting) -> bool {
        let empty = waiting.is_empty();
        self.filled.store(!empty, Ordering::Release);
        empty
    }

    /// Whether the connection still has its seat.
    ///
    /// # Errors
    /// When too much was waiting.
    pub fn check(&self) -> Result<(), Overflow> {
        if self.waiting.lock().state == State::Overflowed { Err(Overflow) } else { Ok(()) }
    }

    /// Takes no more batches. What is there still goes out.
    pub fn close(&self) {
        self.waiting.lock().state = State::Closing;
    }

    /// Whether anything waits.
    pub fn is_empty(&self) -> bool {
        !self.filled.load(Ordering::Acquire)
    }

    /// How many replies wait.
    pub fn replies(&self) -> usize {
        if self.is_empty() { 0 } else { self.waiting.lock().replies }
    }

    /// How many bytes wait that were delivered.
    pub fn bytes(&self) -> usize {
        if self.is_empty() { 0 } else { self.waiting.lock().bytes }
    }

    /// Keeps a place for a reply, which the task will [fill](Self::fill): what is delivered from now on
    /// comes after it.
    pub fn reserve(&self) {
        let mut waiting = self.waiting.lock();
        waiting.reserved = Some(waiting.chunks.len());
        self.note(&waiting);
    }

    /// Puts a reply in the place that was kept for it.
    pub fn fill(&self, frames: Bytes) {
        let mut waiting = self.waiting.lock();
        let place = waiting.reserved.take().unwrap_or(usize::MAX).min(waiting.chunks.len());
        if !frames.is_empty() {
            waiting.chunks.insert(place, Chunk { bytes: frames, reply: true });
            waiting.replies += 1;
        }
        self.note(&waiting);
    }

    /// Adds a reply that comes from elsewhere.
    pub fn post(&self, frames: Bytes) {
        let mut waiting = self.waiting.lock();
        if waiting.state == State::Open {
            waiting.chunks.push_back(Chunk { bytes: frames, reply: true });
            waiting.replies += 1;
            self.note(&waiting);
        }
        drop(waiting);
        self.task.wake();
    }

    /// What was delivered here.
    pub fn sent(&self) -> Count {
        self.waiting.lock().sent
    }
}

impl Outbox {
    /// Takes what a room hands out, at once.
    pub fn deliver(&self, push: &SharedPayload) {
        let batch = push.batch(self.language);
        let frames = batch.frames(self.window);
        if frames.is_empty() {
            return; // Nothing that the peer understands.
        }
        let mut waiting = self.waiting.lock();
        if waiting.state != State::Open {
            return;
        }
        let written = match self.socket.get() {
            Some(socket) if waiting.is_empty() => socket.try_write(frames).unwrap_or(0),
            _ => 0,
        };
        waiting.sent.add(batch.messages(), batch.payload());
        if written == frames.len() {
            return;
        }
        waiting.queue(frames.slice(written..), self.limit);
        self.note(&waiting);
        drop(waiting);
        self.task.wake();
    }
}

#[cfg(test)]
mod tests;
