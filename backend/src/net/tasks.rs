//! Tasks of a running server. A shutdown waits for them, and then drops the remaining ones.

use std::future::Future;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Tasks of one server; a handle that is cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct ServerTasks {
    tracker: TaskTracker,
    /// Tasks of connections accepted during a drain, which does not wait for them.
    late: TaskTracker,
    /// Canceled when the drain times out; I/O tasks are dropped.
    expired: CancellationToken,
    /// Canceled at the end; all tasks except connections are dropped.
    ended: CancellationToken,
}

impl ServerTasks {
    /// Returns a handle for connections accepted during a drain, which does not wait for their tasks.
    pub fn late(&self) -> Self {
        Self { tracker: self.late.clone(), ..self.clone() }
    }

    /// Spawns a task that may continue after the drain, to complete its bookkeeping.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let ended = self.ended.clone();
        self.tracker.spawn(async move { ended.run_until_cancelled_owned(task).await });
    }

    /// Spawns an I/O task, which is dropped when the drain times out.
    pub fn spawn_io(&self, task: impl Future<Output: Send> + Send + 'static) {
        let expired = self.expired.clone();
        self.tracker.spawn(async move { expired.run_until_cancelled_owned(task).await });
    }

    /// Spawns the task of a connection, which ends by itself after a close command. It is not wrapped, because
    /// a wrapper would cost memory for each idle connection.
    pub fn spawn_connection(&self, connection: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn(connection);
    }

    /// Runs a future until the drain times out; returns `None` if it was dropped.
    pub async fn run_until_expired<F: Future>(&self, future: F) -> Option<F::Output> {
        self.expired.run_until_cancelled(future).await
    }

    /// Waits until all tasks except the late ones have ended. Tasks may be spawned meanwhile. Cancellation-safe.
    pub async fn drained(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// Drops all I/O tasks.
    pub fn expire(&self) {
        self.expired.cancel();
    }

    /// Drops all tasks except connections.
    pub fn end(&self) {
        self.expire();
        self.ended.cancel();
    }

    /// Waits until all tasks have ended, including the late ones. Cancellation-safe.
    pub async fn ended(&self) {
        self.drained().await;
        self.late.close();
        self.late.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::Arc;

    use futures_util::FutureExt;

    use super::*;

    /// Returns a task that never completes and holds `guard`.
    fn endless(guard: &Arc<()>) -> impl Future<Output = ()> + Send + use<> {
        let guard = Arc::clone(guard);
        async move {
            pending::<()>().await;
            drop(guard);
        }
    }

    #[tokio::test]
    async fn a_drain_waits_for_all_tasks_except_late_ones() {
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
    async fn bookkeeping_continues_after_the_drain() {
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
    async fn drops_a_future_when_the_drain_times_out() {
        let tasks = ServerTasks::default();
        assert_eq!(tasks.run_until_expired(async { 5 }).await, Some(5));
        tasks.expire();
        assert_eq!(tasks.run_until_expired(pending::<()>()).await, None);
    }
}
