//! Tasks of the hub, and the spawner that runs them.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// Runtime that runs the hub's tasks.
pub trait Spawner: Send + Sync {
    /// Spawns a task. Must not poll it before returning, because the caller holds the lock of a room.
    fn spawn(&self, task: Task);

    /// Wakes the current task after other ready tasks have run.
    fn defer(&self, waker: &Waker);
}

/// Work that is polled until it is done. Its state is not in the task, so a task that is dropped early loses
/// nothing: the next one continues.
pub trait Work: Send + Sync {
    /// Continues the work. Returns ready when nothing is left; otherwise, the implementation wakes the task.
    fn poll_work(&self, context: &Context<'_>) -> Poll<()>;

    /// Records that a task was dropped before its work was done.
    fn abandon(&self);
}

/// Task of the hub. A concrete future type, so that spawning it needs no boxed future.
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
