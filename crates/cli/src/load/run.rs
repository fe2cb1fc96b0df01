//! The context of a run, common to all kinds of load.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::common::CommonFlags;
use super::error::LoadError;
use super::pool::Pool;
use super::progress::Progress;
use super::resources::{ResourceMonitor, Usage};
use super::target::Target;
use crate::file_limit;

/// Extra length accepted in received messages, in bytes: for a prefix, and for messages of the server's own.
const EXTRA_LENGTH: usize = 1024 * 1024;

/// Open files besides connections: standard streams, the runtime, /proc.
const OTHER_FILES: u64 = 32;

/// Context of a run.
pub struct Run {
    /// The server to connect to.
    pub target: Arc<Target>,
    /// Monitor of CPU time and memory.
    pub resources: ResourceMonitor,
    /// Progress of the current phase.
    pub progress: Arc<Progress>,
}

/// Result of the measured phase.
pub struct Measured<T> {
    /// Resources used.
    pub usage: Usage,
    /// Number of completed items.
    pub count: u64,
    /// The phase's value; `None` if it was interrupted.
    pub value: Option<T>,
}

impl Run {
    /// Resolves the server's address and finds its process. `size` is the size of a message in bytes.
    ///
    /// # Errors
    /// Returns an error if the host has no address or the process does not exist.
    pub async fn new(
        common: &CommonFlags,
        size: usize,
        timeout: Duration,
        stop: CancellationToken,
    ) -> Result<Self, LoadError> {
        Ok(Self {
            target: Arc::new(Target::resolve(common, size + EXTRA_LENGTH).await?),
            resources: ResourceMonitor::new(common.pid, common.threads)?,
            progress: Arc::new(Progress::new(timeout, stop)),
        })
    }

    /// Opens connections.
    ///
    /// # Errors
    /// Returns an error if the limit of open files is too low or if a connection fails.
    pub async fn open(&self, connections: NonZeroU64) -> Result<Pool, LoadError> {
        ensure_file_limit(connections.get())?;
        let count = usize::try_from(connections.get()).unwrap_or(usize::MAX);
        let opening = Pool::open(&self.target, count, &self.progress);
        self.progress.run_phase("connections", connections.get(), opening).await
    }

    /// Runs and measures a phase. If the phase is interrupted, the result covers the part until then.
    ///
    /// # Errors
    /// Returns the error of the phase.
    pub async fn measure<T>(
        &self,
        items: &'static str,
        total: u64,
        work: impl Future<Output = Result<T, LoadError>>,
    ) -> Result<Measured<T>, LoadError> {
        let before = self.resources.snapshot();
        let result = self.progress.run_phase(items, total, work).await;
        let usage = self.resources.since(&before, &self.resources.snapshot());
        let value = match result {
            Ok(value) => Some(value),
            Err(LoadError::Interrupted(_)) if self.progress.done() > 0 => None,
            Err(error) => return Err(error),
        };
        Ok(Measured { usage, count: self.progress.done(), value })
    }
}

/// Raises the limit of open files for this number of connections.
///
/// # Errors
/// Returns [`LoadError::FileLimit`] if the hard limit is too low.
pub fn ensure_file_limit(connections: u64) -> Result<(), LoadError> {
    let needed = connections.saturating_add(OTHER_FILES);
    match file_limit::raise_limit() {
        Ok(limit) if limit < needed => Err(LoadError::FileLimit { connections, needed, limit }),
        // If the limit cannot be raised, the first socket above it fails with a clear error.
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_more_connections_than_open_files() {
        assert!(ensure_file_limit(1).is_ok());
        let Some(limit) = file_limit::raise_limit().ok().filter(|&limit| limit < u64::MAX) else { return };
        let error = ensure_file_limit(limit).expect_err("other files exceed the limit").to_string();
        assert!(error.contains(&format!("the limit is {limit}")), "{error}");
    }
}
