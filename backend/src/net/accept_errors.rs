//! Errors of the accept loop: which of them pause it, and how often they are logged.

use std::io;
use std::time::Duration;

use rustix::io::Errno;
use tokio::time::Instant;
use tracing::error;

/// Pause after an error that lasts until files or memory are released.
const PAUSE: Duration = Duration::from_millis(50);

/// Minimum time between two log lines.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// Handler of accept errors.
#[derive(Debug, Default)]
pub struct AcceptErrors {
    logged_at: Option<Instant>,
    /// Number of errors since the last log line.
    count: u64,
}

impl AcceptErrors {
    /// Logs an error, at most once in 10 seconds and with the number of errors since the last line. Then pauses if the
    /// process or the system is out of files or memory. Any other error concerns a single connection, which its client
    /// has abandoned.
    ///
    /// Cancellation-safe.
    pub async fn handle(&mut self, error: &io::Error) {
        self.log(error);
        if is_exhausted(error) {
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Returns the count in the log line, if one was written.
    fn log(&mut self, error: &io::Error) -> Option<u64> {
        self.count += 1;
        if self.logged_at.is_some_and(|logged_at| logged_at.elapsed() < LOG_INTERVAL) {
            return None;
        }
        self.logged_at = Some(Instant::now());
        let count = std::mem::take(&mut self.count);
        error!(%error, count, "cannot accept connections; retrying");
        Some(count)
    }
}

/// Returns whether the process or the system is out of files or memory.
fn is_exhausted(error: &io::Error) -> bool {
    matches!(Errno::from_io_error(error), Some(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_only_when_files_or_memory_are_exhausted() {
        let mut errors = AcceptErrors::default();
        for (errno, pause) in [
            (Errno::MFILE, PAUSE),
            (Errno::NFILE, PAUSE),
            (Errno::NOBUFS, PAUSE),
            (Errno::NOMEM, PAUSE),
            (Errno::CONNABORTED, Duration::ZERO),
            (Errno::PROTO, Duration::ZERO),
            (Errno::INTR, Duration::ZERO),
        ] {
            let start = Instant::now();
            errors.handle(&errno.into()).await;
            assert_eq!(start.elapsed(), pause, "{errno}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn logs_once_in_ten_seconds_with_a_count() {
        let (mut errors, error) = (AcceptErrors::default(), io::Error::from(Errno::CONNABORTED));
        let logged = [errors.log(&error), errors.log(&error), errors.log(&error)];
        assert_eq!(logged, [Some(1), None, None]);
        tokio::time::advance(LOG_INTERVAL).await;
        assert_eq!(errors.log(&error), Some(3));
    }
}
