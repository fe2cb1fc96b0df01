//! Streams that make progress, and streams that are reset.

use std::convert::Infallible;
use std::future::{pending, poll_fn};

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
        let mut body = TrackedBody::new(Frames(Some(Bytes::from_static(b"x"))));
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
async fn a_large_file_that_is_read_slowly_makes_progress() {
    let tasks = StreamTasks::new(ServerTasks::default(), TIMEOUT);
    let (finish, finished) = oneshot::channel();
    tasks.execute(async move {
        let mut body = TrackedBody::new(Frames(Some(Bytes::from(vec![0; 4 * MAX_FRAME]))));
        for _ in 0..4 {
            let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await.unwrap().unwrap();
            assert_eq!(frame.into_data().unwrap().len(), MAX_FRAME);
            sleep(TIMEOUT * 2 / 3).await; // The client accepts the frame.
        }
        let _ = finish.send(());
    });
    assert!(finished.await.is_ok(), "the stream was not reset");
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
