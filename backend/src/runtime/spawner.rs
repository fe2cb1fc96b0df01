//! Spawner of the hub's tasks on a tokio runtime.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use parking_lot::RwLock;
use tokio::runtime::Handle;

use crate::environment::{Spawner, Task};

/// Spawner that can be used on any thread, also before the runtime starts.
///
/// Tasks run on the attached runtime. Without an attachment they run on the current runtime, if there is one.
/// Otherwise they are queued until the first attachment, or dropped after the last one, when no connection is
/// left.
#[derive(Debug, Default)]
pub struct TokioSpawner(RwLock<SpawnerState>);

#[derive(Debug)]
enum SpawnerState {
    Waiting(Vec<Task>),
    Attached { runtime: Handle, attachment: u64 },
    Detached { attachment: u64 },
}

/// Attachment of a spawner to a runtime. Dropping it detaches the spawner.
#[derive(Debug)]
pub struct Attachment {
    spawner: Arc<TokioSpawner>,
    number: u64,
}

impl Default for SpawnerState {
    fn default() -> Self {
        Self::Waiting(Vec::new())
    }
}

impl TokioSpawner {
    /// Attaches to the current runtime, which replaces an earlier attachment, and spawns the queued tasks.
    ///
    /// # Panics
    /// If called outside of a tokio runtime.
    pub fn attach(self: &Arc<Self>) -> Attachment {
        let runtime = Handle::current();
        let mut state = self.0.write();
        let number = match &*state {
            SpawnerState::Waiting(_) => 0,
            SpawnerState::Attached { attachment, .. } | SpawnerState::Detached { attachment } => attachment + 1,
        };
        let attached = SpawnerState::Attached { runtime: runtime.clone(), attachment: number };
        let before = std::mem::replace(&mut *state, attached);
        drop(state);
        if let SpawnerState::Waiting(tasks) = before {
            for task in tasks {
                runtime.spawn(task);
            }
        }
        Attachment { spawner: Arc::clone(self), number }
    }

    fn detach(&self, number: u64) {
        let mut state = self.0.write();
        // A later attachment stays in effect.
        if matches!(&*state, SpawnerState::Attached { attachment, .. } if *attachment == number) {
            *state = SpawnerState::Detached { attachment: number };
        }
    }

    /// Queues a task until the first attachment. Spawns or drops it if the spawner was attached in the meantime.
    fn queue(&self, task: Task) {
        let mut state = self.0.write();
        match &mut *state {
            SpawnerState::Waiting(tasks) => tasks.push(task),
            SpawnerState::Attached { runtime, .. } => drop(runtime.spawn(task)),
            SpawnerState::Detached { .. } => drop(task),
        }
    }
}

impl Spawner for Arc<TokioSpawner> {
    fn spawn(&self, task: Task) {
        if let SpawnerState::Attached { runtime, .. } = &*self.0.read() {
            runtime.spawn(task);
            return;
        }
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(task)),
            Err(_) => self.queue(task),
        }
    }

    fn defer(&self, waker: &Waker) {
        // The first poll passes the waker to the runtime, which wakes it after polling for I/O.
        let poll = pin!(tokio::task::yield_now()).poll(&mut Context::from_waker(waker));
        debug_assert!(poll.is_pending(), "the first poll of a yield is pending");
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        self.spawner.detach(self.number);
    }
}

#[cfg(test)]
mod tests;
