//! `yodel load handshake`: opens and closes connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tokio::task::JoinSet;

use super::error::LoadError;
use super::latency::Latency;
use super::options;
use super::pool::join_result;
use super::progress::Progress;
use super::report::{Report, Unit};
use super::run::{Run, ensure_file_limit};
use super::target::Target;

/// A phase of the load: a number of handshakes.
struct HandshakePhase {
    target: Arc<Target>,
    /// Number of handshakes.
    total: u64,
    /// Number of the next handshake.
    next: AtomicU64,
    /// Set when the server accepts compression.
    compressed: std::sync::atomic::AtomicBool,
    latency: Latency,
    progress: Arc<Progress>,
}

/// Runs the load and returns the report.
pub async fn run(run: &Run, options: &options::HandshakeFlags) -> Result<Report, LoadError> {
    ensure_file_limit(options.concurrency.get())?;
    let total = options.connections.get();
    let warmup = options.warmup.unwrap_or(total / 5);

    let before = run.resources.snapshot();
    let warmup_run = HandshakePhase::new(run, warmup).run(options.concurrency.get());
    run.progress.run_phase("warm-up handshakes", warmup, warmup_run).await?;
    let measured = HandshakePhase::new(run, total);
    let all = Arc::clone(&measured).run(options.concurrency.get());
    let result = run.measure("handshakes", total, all).await?;
    let after = run.resources.snapshot();

    let mut report = Report::new("handshake", Unit::Handshake, &options.common, &result);
    report.connections = total;
    report.concurrency = Some(options.concurrency.get());
    report.compression = options.common.compression.then_some(measured.compressed.load(Ordering::Relaxed));
    report.latency = measured.latency.quantiles();
    report.set_memory(before.resident(), after.resident());
    Ok(report)
}

impl HandshakePhase {
    fn new(run: &Run, total: u64) -> Arc<Self> {
        Arc::new(Self {
            target: Arc::clone(&run.target),
            total,
            next: AtomicU64::new(0),
            compressed: false.into(),
            latency: Latency::new(),
            progress: Arc::clone(&run.progress),
        })
    }

    /// Performs all handshakes, `concurrency` at once.
    async fn run(self: Arc<Self>, concurrency: u64) -> Result<(), LoadError> {
        let mut tasks: JoinSet<_> = (0..concurrency.min(self.total)).map(|_| Arc::clone(&self).run_one()).collect();
        while let Some(task) = tasks.join_next().await {
            join_result(task)?;
        }
        Ok(())
    }

    /// Opens and closes connections one after the other until none is left.
    async fn run_one(self: Arc<Self>) -> Result<(), LoadError> {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.total {
                return Ok(());
            }
            let start = Instant::now();
            let socket = self.target.open(usize::try_from(number).unwrap_or(0)).await?;
            self.latency.record(start.elapsed(), 1);
            self.compressed.fetch_or(socket.compressed, Ordering::Relaxed);
            socket.close().await?;
            self.progress.add(1);
        }
    }
}
