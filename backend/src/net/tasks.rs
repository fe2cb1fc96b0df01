//! ServerTasks of a running server: a shutdown waits for them, and then ends those that are left.

use std::future::Future;

use hyper::rt::Executor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The tasks of one server; a handle that is cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct ServerTasks {
    tracker: TaskTracker,
    /// What came during a drain, which does not wait for it.
    late: TaskTracker,
    /// The drain timed out: input and output end.
    expired: CancellationToken,
    /// Everything ends.
    ended: CancellationToken,
}

impl ServerTasks {
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

    /// Spawns the task of a connection, which ends by itself once it is has_request to. Idle connections are many:
    /// nothing is added to their memory here.
    pub fn spawn_connection(&self, connection: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn(connection);
    }

    /// Runs a future of a connection until the drain times out.
    pub async fn run_until_expired<F: Future>(&self, future: F) -> Option<F::Output> {
        self.expired.run_until_cancelled(future).await
    }

    /// Waits until all tasks but the late ones have ended. ServerTasks may be spawned meanwhile.
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
impl<F> Executor<F> for ServerTasks
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, stream: F) {
        self.spawn_io(stream);
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::Arc;

    use futures_util::FutureExt;

    use super::*;

    /// A task that never completes; the guard tells whether it still exists.
    fn endless(guard: &Arc<()>) -> impl Future<Output = ()> + Send + use<> {
        let guard = Arc::clone(guard);
        async move {
            pending::<()>().await;
            drop(guard);
        }
    }

    #[tokio::test]
    async fn a_drain_waits_for_all_tasks_but_late_ones() {
        let (tasks, guard) = (ServerTasks::default(), Arc::new(()));
        tasks.late().spawn_io(endless(&guard));
        tasks.drained().await;
        tasks.spawn_io(endless(&guard));
        assert_eq!(tasks.drained().now_or_never(), None);
        tasks.expire();
        tasks.ended().await;
        assert_eq!(Arc::strong_count(&guard), 1, "both were dropped");
    }

    #[tokio::test]
    async fn bookkeeping_goes_on_after_the_drain() {
        let (tasks, guard) = (ServerTasks::default(), Arc::new(()));
        tasks.spawn(endless(&guard));
        tasks.expire();
        tokio::task::yield_now().await;
        assert_eq!(tasks.drained().now_or_never(), None);
        tasks.end();
        tasks.ended().await;
        assert_eq!(Arc::strong_count(&guard), 1);
    }

    #[tokio::test]
    async fn a_connection_closes_until_the_drain_times_out() {
        let tasks = ServerTasks::default();
        assert_eq!(tasks.run_until_expired(async { 5 }).await, Some(5));
        tasks.expire();
        assert_eq!(tasks.run_until_expired(pending::<()>()).await, None);
    }
}
