//! Tasks of the streams of one HTTP/2 connection, and the time without progress of their responses.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body, Frame, SizeHint};
use hyper::rt::Executor;
use parking_lot::Mutex;
use tokio::time::{Instant, sleep, sleep_until};

use super::tasks::ServerTasks;

/// Spawns the streams of one HTTP/2 connection as I/O tasks, and counts them. A stream whose client accepts no data
/// of the response is reset after a time limit.
#[derive(Clone, Debug)]
pub struct StreamTasks {
    tasks: ServerTasks,
    counts: Arc<StreamCounts>,
    write_timeout: Duration,
}

#[derive(Debug, Default)]
struct StreamCounts {
    open: AtomicUsize,
    started: AtomicUsize,
}

/// An open stream, which is counted until this is dropped.
struct OpenStream(Arc<StreamCounts>);

/// Progress of the response of one stream.
#[derive(Debug, Default)]
struct Progress {
    /// Since when the client accepts no further data; `None` while the response waits for its source.
    blocked_since: Mutex<Option<Instant>>,
}

tokio::task_local! {
    /// Progress of the stream whose task runs.
    static PROGRESS: Arc<Progress>;
}

impl StreamTasks {
    /// Creates the tasks of a connection. They are spawned on `tasks`.
    pub fn new(tasks: ServerTasks, write_timeout: Duration) -> Self {
        Self { tasks, counts: Arc::default(), write_timeout }
    }

    /// Waits until no stream was open for `timeout`. Takes at most twice the time. Cancellation-safe.
    pub async fn idle(&self, timeout: Duration) {
        let StreamCounts { open, started } = &*self.counts;
        loop {
            let before = started.load(Ordering::Relaxed);
            let was_idle = open.load(Ordering::Relaxed) == 0;
            sleep(timeout).await;
            if was_idle && started.load(Ordering::Relaxed) == before {
                return;
            }
        }
    }
}

impl OpenStream {
    fn new(counts: &Arc<StreamCounts>) -> Self {
        counts.open.fetch_add(1, Ordering::Relaxed);
        counts.started.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(counts))
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<F> Executor<F> for StreamTasks
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let (open, progress, timeout) = (OpenStream::new(&self.counts), Arc::default(), self.write_timeout);
        self.tasks.spawn_io(async move {
            tokio::select! {
                _ = PROGRESS.scope(Arc::clone(&progress), stream) => {}
                () = progress.blocked_for(timeout) => {} // Dropping the stream resets it.
            }
            drop(open);
        });
    }
}

impl Progress {
    /// Waits until the client has accepted no data for `timeout`.
    async fn blocked_for(&self, timeout: Duration) {
        let mut deadline = Instant::now() + timeout;
        loop {
            sleep_until(deadline).await;
            deadline = self.blocked_since.lock().unwrap_or_else(Instant::now) + timeout;
            if deadline <= Instant::now() {
                return;
            }
        }
    }
}

/// Body of a response, which records the progress of its stream. HTTP/2 polls for the next frame when the client has
/// accepted the previous one.
#[derive(Debug)]
pub struct TrackedBody<B>(pub B);

impl<B: Body + Unpin> Body for TrackedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        set_blocked(None);
        let frame = ready!(Pin::new(&mut self.0).poll_frame(context));
        set_blocked(Some(Instant::now()));
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

fn set_blocked(since: Option<Instant>) {
    // Outside the task of a stream there is nothing to record.
    let _ = PROGRESS.try_with(|progress| *progress.blocked_since.lock() = since);
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::{pending, poll_fn};

    use bytes::Bytes;
    use futures_util::FutureExt;
    use tokio::sync::oneshot;

    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(10);

    /// A body that has one frame, or none yet.
    struct Frames(Option<Bytes>);

    impl Body for Frames {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            self.0.take().map_or(Poll::Pending, |bytes| Poll::Ready(Some(Ok(Frame::data(bytes)))))
        }
    }

    /// Runs a stream that polls a body this often, and then waits forever. The receiver fails when it was dropped.
    fn start(tasks: &StreamTasks, polls: usize) -> oneshot::Receiver<()> {
        let (alive, ended) = oneshot::channel::<()>();
        tasks.execute(async move {
            let mut body = TrackedBody(Frames(Some(Bytes::from_static(b"x"))));
            for _ in 0..polls {
                let _ = poll_fn(|context| Poll::Ready(Pin::new(&mut body).poll_frame(context))).await;
            }
            pending::<()>().await;
            drop(alive);
        });
        ended
    }

    #[tokio::test(start_paused = true)]
    async fn resets_a_stream_whose_client_accepts_no_data() {
        let tasks = StreamTasks::new(ServerTasks::default(), TIMEOUT);
        let (blocked, waiting) = (start(&tasks, 1), start(&tasks, 2));
        assert!(tokio::time::timeout(TIMEOUT * 3, blocked).await.expect("the stream was reset").is_err());
        sleep(TIMEOUT * 3).await;
        assert!(waiting.now_or_never().is_none(), "a response that waits for its source has no time limit");
    }

    #[tokio::test(start_paused = true)]
    async fn is_idle_only_without_streams() {
        let tasks = StreamTasks::new(ServerTasks::default(), TIMEOUT);
        let (finish, finished) = oneshot::channel::<()>();
        tasks.execute(finished);
        assert!(tokio::time::timeout(TIMEOUT * 5, tasks.idle(TIMEOUT)).await.is_err());
        drop(finish);
        assert!(tokio::time::timeout(TIMEOUT * 5, tasks.idle(TIMEOUT)).await.is_ok());
    }
}
