//! Tasks of a running server: a shutdown waits for them, and then ends those that are left.

use std::future::Future;

use hyper::rt::Executor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The tasks of one server; a handle that is cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    /// What came during a drain, which does not wait for it.
    late: TaskTracker,
    /// The drain timed out: input and output end.
    expired: CancellationToken,
    /// Everything ends.
    ended: CancellationToken,
}

impl Tasks {
    /// Returns a handle for what comes during a drain: its tasks are dropped when the drain is over.
    pub fn late(&self) -> Self {
        Self { tracker: self.late.clone(), ..self.clone() }
    }

    /// Spawns a task that may go on after the drain, for as long as it takes to finish its bookkeeping.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let ended = self.ended.clone();
        self.tracker.spawn(async move { ended.run_until_cancelled_owned(task).await });
    }

    /// Spawns a task that reads or writes; it is dropped when the drain times out.
    pub fn spawn_io(&self, task: impl Future<Output: Send> + Send + 'static) {
        let expired = self.expired.clone();
        self.tracker.spawn(async move { expired.run_until_cancelled_owned(task).await });
    }

    /// Spawns the task of a connection, which ends by itself once it is asked to. Idle connections are many:
    /// nothing is added to their memory here.
    pub fn spawn_connection(&self, connection: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn(connection);
    }

    /// Runs a future of a connection until the drain times out.
    pub async fn until_expired<F: Future>(&self, future: F) -> Option<F::Output> {
        self.expired.run_until_cancelled(future).await
    }

    /// Waits until all tasks but the late ones have ended. Tasks may be spawned meanwhile.
    pub async fn drained(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// Drops what reads or writes.
    pub fn expire(&self) {
        self.expired.cancel();
    }

    /// Drops all tasks but connections.
    pub fn end(&self) {
        self.expire();
        self.ended.cancel();
    }

    /// Waits until all tasks have ended.
    pub async fn ended(&self) {
        self.drained().await;
        self.late.close();
        self.late.wait().await;
    }
}

/// Runs the streams of HTTP/2 connections.
impl<F> Executor<F> for Tasks
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, stream: F) {
        self.spawn_io(stream);
    }
}
