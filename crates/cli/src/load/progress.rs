//! How far a run is: for people who wait, and to see when nothing comes any more.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::error::LoadError;

/// How often the line on the terminal is renewed.
const SECOND: Duration = Duration::from_secs(1);

/// How much of a stage is done.
#[derive(Debug)]
pub struct Progress {
    done: AtomicU64,
    /// How long nothing may come.
    patience: Duration,
    /// Ctrl-C.
    interrupted: CancellationToken,
}

impl Progress {
    /// Of nothing yet.
    pub fn new(patience: Duration, interrupted: CancellationToken) -> Self {
        Self { done: AtomicU64::new(0), patience, interrupted }
    }

    /// So many more came.
    pub fn add(&self, count: u64) {
        self.done.fetch_add(count, Ordering::Relaxed);
    }

    /// How many of the present stage, or of the last one, came.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Does some work that calls [`add`](Self::add) `total` times or for so many; ends it when that
    /// stalls, and when somebody interrupts.
    pub async fn stage<T>(
        &self,
        what: &'static str,
        total: u64,
        work: impl Future<Output = Result<T, LoadError>>,
    ) -> Result<T, LoadError> {
        self.done.store(0, Ordering::Relaxed);
        let result = tokio::select! {
            biased;
            () = self.interrupted.cancelled() => Err(LoadError::Interrupted(false)),
            result = work => result,
            stalled = self.watch(what, total) => Err(stalled),
        };
        clear();
        result
    }

    /// Does nothing for a time, unless something ends it; says whether that was an interruption.
    pub async fn pause(&self, time: Duration, end: impl Future<Output = LoadError>) -> Result<bool, LoadError> {
        tokio::select! {
            biased;
            () = self.interrupted.cancelled() => Ok(true),
            error = end => Err(error),
            () = tokio::time::sleep(time) => Ok(false),
        }
    }

    async fn watch(&self, what: &'static str, total: u64) -> LoadError {
        let (mut seen, mut since) = (0, Instant::now());
        loop {
            tokio::time::sleep(SECOND.min(self.patience)).await;
            let done = self.done();
            if done > seen {
                show(what, total, done, done - seen);
                (seen, since) = (done, Instant::now());
            } else if since.elapsed() >= self.patience {
                return LoadError::Stalled { patience: self.patience, done, total, what };
            }
        }
    }
}

/// On a terminal only: a file of such lines is of no use to anybody.
fn show(what: &str, total: u64, done: u64, new: u64) {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr(), "\r{done} of {total} {what}, {new} a second\x1b[K");
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

    const PATIENCE: Duration = Duration::from_secs(3);

    fn progress() -> Progress {
        Progress::new(PATIENCE, CancellationToken::new())
    }

    #[tokio::test]
    async fn a_stage_counts_from_zero() {
        let progress = progress();
        for count in [5, 7] {
            let work = async {
                progress.add(count);
                Ok(count)
            };
            assert_eq!(progress.stage("messages", count, work).await.expect("done"), count);
            assert_eq!(progress.done(), count);
        }
    }

    #[tokio::test]
    async fn an_interruption_ends_a_stage_and_a_pause() {
        let progress = progress();
        progress.interrupted.cancel();
        let ended = progress.stage("messages", 1, pending::<Result<(), _>>()).await;
        assert!(matches!(ended, Err(LoadError::Interrupted(false))));
        assert!(progress.pause(Duration::from_secs(86_400), pending()).await.expect("an interruption"));
    }

    #[tokio::test]
    async fn a_stage_that_stalls_says_how_far_it_came() {
        let progress = Progress::new(Duration::from_millis(20), CancellationToken::new());
        progress.stage("connections", 1, async { Ok(()) }).await.expect("done");
        let work = async {
            progress.add(3);
            pending::<Result<(), _>>().await
        };
        let error = progress.stage("messages", 8, work).await.expect_err("it stalls").to_string();
        assert_eq!(error, "gave up: nothing came for 20ms after 3 of 8 messages");
    }
}
