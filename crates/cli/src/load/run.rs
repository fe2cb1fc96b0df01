//! What every kind of load works with.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::common::Common;
use super::crowd::Crowd;
use super::error::LoadError;
use super::meter::{Meter, Usage};
use super::progress::Progress;
use super::target::Target;
use crate::file_limit;

/// How much longer than what is sent a message may be that comes, in bytes: room for a prefix, and
/// for a message of the server's own.
const SLACK: usize = 1024 * 1024;

/// Files that are open besides connections: standard streams, what tokio waits with, /proc.
const OTHERS: u64 = 32;

/// A run: the server, the clocks, and how far it is.
pub struct Run {
    /// The server.
    pub target: Arc<Target>,
    /// The clocks.
    pub meter: Meter,
    /// How far it is.
    pub progress: Arc<Progress>,
}

/// What came of the stage that is measured.
pub struct Measured<T> {
    /// What it used.
    pub usage: Usage,
    /// How many came.
    pub count: u64,
    /// What it returned; nothing when somebody interrupted it.
    pub value: Option<T>,
}

impl Run {
    /// Looks up the server and its process. Messages are of `size` bytes.
    pub async fn new(
        common: &Common,
        size: usize,
        patience: Duration,
        stop: CancellationToken,
    ) -> Result<Self, LoadError> {
        Ok(Self {
            target: Arc::new(Target::find(common, size + SLACK).await?),
            meter: Meter::new(common.pid, common.threads)?,
            progress: Arc::new(Progress::new(patience, stop)),
        })
    }

    /// Opens so many connections.
    pub async fn open(&self, connections: NonZeroU64) -> Result<Crowd, LoadError> {
        make_room(connections.get())?;
        let count = usize::try_from(connections.get()).unwrap_or(usize::MAX);
        let opening = Crowd::open(&self.target, count, &self.progress);
        self.progress.stage("connections", connections.get(), opening).await
    }

    /// Measures a stage; what was measured until an interruption counts.
    pub async fn measure<T>(
        &self,
        what: &'static str,
        total: u64,
        work: impl Future<Output = Result<T, LoadError>>,
    ) -> Result<Measured<T>, LoadError> {
        let before = self.meter.mark();
        let result = self.progress.stage(what, total, work).await;
        let usage = self.meter.since(&before, &self.meter.mark());
        let value = match result {
            Ok(value) => Some(value),
            Err(LoadError::Interrupted(_)) if self.progress.done() > 0 => None,
            Err(error) => return Err(error),
        };
        Ok(Measured { usage, count: self.progress.done(), value })
    }
}

/// Makes room for so many connections.
pub fn make_room(connections: u64) -> Result<(), LoadError> {
    let needed = connections.saturating_add(OTHERS);
    match file_limit::raise_limit() {
        Ok(allowed) if allowed < needed => Err(LoadError::Files { connections, needed, allowed }),
        // A system that refuses to raise it says so at the first socket that it refuses.
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_connections_than_files_are_refused_with_the_limit() {
        assert!(make_room(1).is_ok());
        let Some(most) = file_limit::raise_limit().ok().filter(|&most| most < u64::MAX) else { return };
        let error = make_room(most).expect_err("no file is left for anything else").to_string();
        assert!(error.contains(&format!("{most} is the limit")), "{error}");
    }
}
