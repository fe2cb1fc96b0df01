//! Delivery tasks, and the runtime that polls them.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// Runtime that polls the hub's tasks.
pub trait Spawner: Send + Sync {
    /// Starts a task. Must not poll it before returning: the caller holds the lock of a room.
    fn spawn(&self, task: Task);

    /// Wakes the current task once other tasks that are ready have had a turn.
    fn defer(&self, waker: &Waker);
}

/// Work that is resumed until it is done. The state stays with the work, so a task that is dropped
/// early loses nothing: the next one continues there.
pub trait Work: Send + Sync {
    /// Continues the work; ready when nothing is left.
    fn poll_work(&self, context: &Context<'_>) -> Poll<()>;

    /// Called when a task is dropped before its work was done.
    fn abandon(&self);
}

/// Task of the hub: a future of a fixed size, so that spawning it allocates no box.
pub struct Task {
    work: Arc<dyn Work>,
    done: bool,
}

impl Task {
    /// Creates the task that polls `work` until it is done.
    pub fn new(work: Arc<dyn Work>) -> Self {
        Self { work, done: false }
    }
}

impl Future for Task {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let poll = self.work.poll_work(context);
        self.done = poll.is_ready();
        poll
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if !self.done {
            self.work.abandon();
        }
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("done", &self.done).finish_non_exhaustive()
    }
}
