//! Progress of a run: shown on the terminal, and watched for stalls.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::error::LoadError;

/// Interval of updates on the terminal.
const UPDATE_INTERVAL: Duration = Duration::from_secs(1);

/// Progress of the current phase.
#[derive(Debug)]
pub struct Progress {
    done: AtomicU64,
    /// Time without progress after which a phase fails.
    timeout: Duration,
    /// Canceled by Ctrl-C.
    interrupted: CancellationToken,
}

impl Progress {
    /// Creates the progress of a run that has not started.
    pub fn new(timeout: Duration, interrupted: CancellationToken) -> Self {
        Self { done: AtomicU64::new(0), timeout, interrupted }
    }

    /// Adds completed items.
    pub fn add(&self, count: u64) {
        self.done.fetch_add(count, Ordering::Relaxed);
    }

    /// Returns the number of completed items of the current or last phase.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Runs a phase that is expected to [`add`](Self::add) `total` items.
    ///
    /// # Errors
    /// Returns the error of `work`, [`LoadError::Stalled`] without progress for the timeout, or
    /// [`LoadError::Interrupted`].
    pub async fn run_phase<T>(
        &self,
        items: &'static str,
        total: u64,
        work: impl Future<Output = Result<T, LoadError>>,
    ) -> Result<T, LoadError> {
        self.done.store(0, Ordering::Relaxed);
        let result = tokio::select! {
            biased;
            () = self.interrupted.cancelled() => Err(LoadError::Interrupted(false)),
            result = work => result,
            stalled = self.watch(items, total) => Err(stalled),
        };
        clear();
        result
    }

    /// Sleeps, unless `end` completes first. Returns whether the sleep was interrupted by Ctrl-C.
    ///
    /// # Errors
    /// Returns the error of `end`.
    pub async fn pause(&self, time: Duration, end: impl Future<Output = LoadError>) -> Result<bool, LoadError> {
        tokio::select! {
            biased;
            () = self.interrupted.cancelled() => Ok(true),
            error = end => Err(error),
            () = tokio::time::sleep(time) => Ok(false),
        }
    }

    async fn watch(&self, items: &'static str, total: u64) -> LoadError {
        let (mut last, mut since) = (0, Instant::now());
        loop {
            tokio::time::sleep(UPDATE_INTERVAL.min(self.timeout)).await;
            let done = self.done();
            if done > last {
                show(items, total, done, done - last);
                (last, since) = (done, Instant::now());
            } else if since.elapsed() >= self.timeout {
                return LoadError::Stalled { timeout: self.timeout, done, total, items };
            }
        }
    }
}

/// Shows the progress on a terminal; a log file would fill with such lines.
fn show(items: &str, total: u64, done: u64, new: u64) {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr(), "\r{done} of {total} {items}, {new}/s\x1b[K");
    }
}

fn clear() {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(3);

    fn progress() -> Progress {
        Progress::new(TIMEOUT, CancellationToken::new())
    }

    #[tokio::test]
    async fn counts_each_phase_from_zero() {
        let progress = progress();
        for count in [5, 7] {
            let work = async {
                progress.add(count);
                Ok(count)
            };
            assert_eq!(progress.run_phase("messages", count, work).await.expect("done"), count);
            assert_eq!(progress.done(), count);
        }
    }

    #[tokio::test]
    async fn ends_a_phase_and_a_pause_on_interruption() {
        let progress = progress();
        progress.interrupted.cancel();
        let ended = progress.run_phase("messages", 1, pending::<Result<(), _>>()).await;
        assert!(matches!(ended, Err(LoadError::Interrupted(false))));
        assert!(progress.pause(Duration::from_secs(86_400), pending()).await.expect("an interruption"));
    }

    #[tokio::test]
    async fn reports_the_progress_of_a_stalled_phase() {
        let progress = Progress::new(Duration::from_millis(20), CancellationToken::new());
        progress.run_phase("connections", 1, async { Ok(()) }).await.expect("done");
        let work = async {
            progress.add(3);
            pending::<Result<(), _>>().await
        };
        let error = progress.run_phase("messages", 8, work).await.expect_err("it stalls").to_string();
        assert_eq!(error, "timed out: nothing received for 20ms after 3 of 8 messages");
    }
}
