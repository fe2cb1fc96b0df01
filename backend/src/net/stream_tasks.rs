//! Tasks of the streams of one HTTP/2 connection, and the time without progress of what they send.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::rt::Executor;
use parking_lot::Mutex;
use tokio::time::{Instant, sleep, sleep_until};

use super::tasks::ServerTasks;

/// Maximum size of one frame of a response, in bytes. A client that accepts one makes progress, so a large file may
/// take longer than the time limit.
const MAX_FRAME: usize = 16 * 1024;

/// Spawns the streams of one HTTP/2 connection as I/O tasks, and counts them. A stream whose client accepts no data
/// of the response, or of the end of a WebSocket, is reset after a time limit.
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

/// Progress of what one stream sends.
#[derive(Debug, Default)]
pub struct Progress {
    /// Time since which the client has accepted no data; `None` while the response waits for its source, and for an
    /// open WebSocket.
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
        // The task of a stream that becomes a WebSocket spawns another one, which sends for it.
        let (open, progress, timeout) = (OpenStream::new(&self.counts), current(), self.write_timeout);
        self.tasks.spawn_io(async move {
            tokio::select! {
                _ = PROGRESS.scope(Arc::clone(&progress), stream) => {}
                () = progress.blocked_for(timeout) => {} // Dropping the stream resets it.
            }
            drop(open);
        });
    }
}

/// Runs a future as a part of the stream whose task runs, if any.
pub fn of_current<F: Future>(future: F) -> impl Future<Output = F::Output> {
    PROGRESS.scope(current(), future)
}

/// Returns the progress of the stream whose task runs; a new one outside of such a task.
pub fn current() -> Arc<Progress> {
    PROGRESS.try_with(Arc::clone).unwrap_or_default()
}

impl Progress {
    /// Records that nothing follows, so that the client has to accept what was sent.
    pub fn end(&self) {
        *self.blocked_since.lock() = Some(Instant::now());
    }

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
pub struct TrackedBody<B> {
    inner: B,
    /// Rest of a frame of the inner body that is larger than [`MAX_FRAME`].
    rest: Bytes,
}

impl<B> TrackedBody<B> {
    /// Wraps the body of a response.
    pub fn new(inner: B) -> Self {
        Self { inner, rest: Bytes::new() }
    }
}

impl<B: Body<Data = Bytes> + Unpin> TrackedBody<B> {
    /// Returns the next frame, of limited size.
    fn poll_inner(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.inner).poll_frame(context)).map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => self.rest = data,
                Some(Ok(Err(trailers))) => return Poll::Ready(Some(Ok(trailers))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        let length = self.rest.len().min(MAX_FRAME);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for TrackedBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        set_blocked(None);
        let frame = ready!(self.poll_inner(context));
        set_blocked(Some(Instant::now()));
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        // Read before the first frame, for the header `Content-Length`.
        self.inner.size_hint()
    }
}

fn set_blocked(since: Option<Instant>) {
    // Outside the task of a stream there is nothing to record.
    let _ = PROGRESS.try_with(|progress| *progress.blocked_since.lock() = since);
}

#[cfg(test)]
mod tests;
