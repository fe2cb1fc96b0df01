//! The thread that writes.

use std::io;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use tracing::error;

use super::engine::{Engine, Step};
use super::entry::Entry;
use super::fault::Fault;
use super::queue::Queue;
use crate::backplane::unavailable::Unavailable;

/// Thread of an engine.
#[derive(Debug)]
pub struct Writer {
    queue: Arc<Queue>,
    thread: JoinHandle<Result<(), Fault>>,
}

/// Refuses everything if the thread ends in disorder.
struct RefuseOnPanic(Arc<Queue>);

impl Writer {
    /// Starts the thread of an engine, which collects entries for `collect` before it writes them.
    ///
    /// # Errors
    /// Returns an error if the system has no thread.
    pub fn start(engine: Engine, collect: Duration) -> io::Result<Self> {
        let queue = engine.queue();
        let thread = Builder::new().name("yodel-disk".to_owned()).spawn(move || run(engine, collect))?;
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

fn run(mut engine: Engine, collect: Duration) -> Result<(), Fault> {
    let queue = engine.queue();
    let _guard = RefuseOnPanic(Arc::clone(&queue));
    loop {
        let stops = match engine.step() {
            Step::Wrote => queue.wait(Some(Duration::ZERO), collect),
            Step::Idle(timeout) => queue.wait(timeout, collect),
            Step::Closed(timeout) => queue.pause(timeout),
        };
        if stops {
            return engine.finish();
        }
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
