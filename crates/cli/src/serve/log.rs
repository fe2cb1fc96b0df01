//! The log of `yodel serve`, written to standard error.

use std::io::{self, IsTerminal};
use std::time::Duration;

use clap::ValueEnum;
use tracing::level_filters::LevelFilter;
use tracing::{error, warn};
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::line_limit::LineLimit;
use crate::color;

/// Maximum number of lines that wait until standard error is read. Further ones are lost, because an unread log must
/// not block the server.
const MAX_WAITING_LINES: usize = 8192;

/// Interval between reports of lost lines.
const REPORT_INTERVAL: Duration = Duration::from_secs(10);

/// Log level: everything at this level and above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// Failures
    Error,
    /// Failures and warnings
    Warn,
    /// Also connections that open and close
    Info,
    /// Also the content of messages
    Debug,
}

/// The installed log; waiting lines are written when it is dropped.
pub struct Log {
    lost_lines: ErrorCounter,
    writer: Option<WorkerGuard>,
}

impl Log {
    /// Returns the counter of lost lines.
    pub fn lost_lines(&self) -> ErrorCounter {
        self.lost_lines.clone()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        // In a thread: if the log is not read, the writer reports that on standard output, and panics if that is
        // closed.
        if let Some(writer) = self.writer.take() {
            let _ = std::thread::spawn(move || drop(writer)).join();
        }
    }
}

/// Installs the global log subscriber.
pub fn start(level: Level) -> Log {
    let filter = match level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
    };
    let targets =
        Targets::new().with_target("yodel", filter).with_target("yodel_server", filter).with_default(LevelFilter::WARN);
    let (writer, guard) =
        NonBlockingBuilder::default().lossy(true).buffered_lines_limit(MAX_WAITING_LINES).finish(io::stderr());
    let lost_lines = writer.error_counter();
    let colored = io::stderr().is_terminal() && color::is_wanted();
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(move || LineLimit(writer.clone()))
        .with_ansi(colored)
        .with_target(false);
    tracing_subscriber::registry().with(targets).with(lines).init();
    // The default hook would block the thread while standard error is not read.
    std::panic::set_hook(Box::new(|panic| error!(%panic, "a task panicked; this is a defect")));
    Log { lost_lines, writer: Some(guard) }
}

/// Logs the number of lost lines, whenever lines were lost. Never returns.
pub async fn report_lost_lines(counter: ErrorCounter) {
    let mut reported = 0;
    loop {
        tokio::time::sleep(REPORT_INTERVAL).await;
        let total = counter.dropped_lines();
        if total > reported {
            // The total, because this line may be lost as well.
            warn!(total, "log lines were lost, because standard error was not read");
            reported = total;
        }
    }
}
