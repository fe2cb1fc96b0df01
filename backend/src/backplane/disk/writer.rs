//! The thread that writes.

use std::io;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use tracing::error;

use super::engine::{Engine, Step};
use super::entry::Entry;
use super::fault::Fault;
use super::queue::Queue;
use crate::backplane::unavailable::Unavailable;

/// Longest time of [`Queue::gather`].
const GATHER: Duration = Duration::from_millis(5);

/// When a group is written.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// This long after its first entry.
    Interval(Duration),
    /// When the group before it has been committed, and the senders of its messages have had at most as long for the next
    /// ones. A message alone does not wait.
    Commits,
}

/// Thread of an engine.
#[derive(Debug)]
pub struct Writer {
    queue: Arc<Queue>,
    thread: JoinHandle<Result<(), Fault>>,
}

/// Refuses everything if the thread ends in disorder.
struct RefuseOnPanic(Arc<Queue>);

impl Writer {
    /// Starts the thread of an engine.
    ///
    /// # Errors
    /// Returns an error if the system has no thread.
    pub fn start(engine: Engine, pace: Pace) -> io::Result<Self> {
        let queue = engine.queue();
        let thread = Builder::new().name("yodel-disk".to_owned()).spawn(move || run(engine, pace))?;
        Ok(Self { queue, thread })
    }

    /// Writes what waits, ends the run in order, and waits for the thread. Blocks.
    ///
    /// # Errors
    /// Returns an error if that failed. The next start finds what is then on the disk.
    pub fn stop(self) -> Result<(), Fault> {
        self.queue.stop();
        self.thread.join().unwrap_or_else(|_| Err(Fault::Panic("the thread of the data folder".to_owned())))
    }
}

fn run(mut engine: Engine, pace: Pace) -> Result<(), Fault> {
    let queue = engine.queue();
    let _guard = RefuseOnPanic(Arc::clone(&queue));
    loop {
        let start = Instant::now();
        let stops = match engine.step() {
            Step::Wrote => pace.wait(&queue, start.elapsed()),
            Step::Idle(timeout) => queue.wait(timeout, pace.interval()),
            Step::Closed(timeout) => queue.pause(timeout),
        };
        if stops {
            return engine.finish();
        }
    }
}

impl Pace {
    /// Waits for the next group after one whose commit has taken `commit`. Returns whether the queue stops.
    fn wait(self, queue: &Queue, commit: Duration) -> bool {
        if matches!(self, Self::Commits) {
            queue.gather(commit.min(GATHER));
        }
        queue.wait(Some(Duration::ZERO), self.interval())
    }

    fn interval(self) -> Duration {
        if let Self::Interval(interval) = self { interval } else { Duration::ZERO }
    }
}

impl Drop for RefuseOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            error!("the thread of the data folder ended; refusing messages until the server is started again");
        }
        for entry in self.0.close() {
            if let Entry::Append(append) = entry
                && let Some(receipt) = append.receipt
            {
                receipt(Err(Unavailable));
            }
        }
    }
}
