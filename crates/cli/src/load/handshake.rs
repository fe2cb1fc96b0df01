//! `yodel load handshake`: connections that open and close.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tokio::task::JoinSet;

use super::crowd::finished;
use super::error::LoadError;
use super::latency::Latency;
use super::options;
use super::progress::Progress;
use super::report::{Report, Unit};
use super::run::{Run, make_room};
use super::target::Target;

/// A number of handshakes.
struct Handshakes {
    target: Arc<Target>,
    /// How many there are to be.
    total: u64,
    /// The next one.
    next: AtomicU64,
    /// Whether any server took compressed messages.
    compressed: std::sync::atomic::AtomicBool,
    latency: Latency,
    progress: Arc<Progress>,
}

/// Measures handshakes.
pub async fn run(run: &Run, options: &options::Handshake) -> Result<Report, LoadError> {
    make_room(options.concurrency.get())?;
    let total = options.connections.get();
    let warmup = options.warmup.unwrap_or(total / 5);

    let before = run.meter.mark();
    let warming = Handshakes::new(run, warmup).all(options.concurrency.get());
    run.progress.stage("handshakes to warm up", warmup, warming).await?;
    let measured = Handshakes::new(run, total);
    let all = Arc::clone(&measured).all(options.concurrency.get());
    let result = run.measure("handshakes", total, all).await?;
    let after = run.meter.mark();

    let mut report = Report::new("handshake", Unit::Handshake, &options.common, &result);
    report.connections = total;
    report.concurrency = Some(options.concurrency.get());
    report.compression = options.common.compression.then_some(measured.compressed.load(Ordering::Relaxed));
    report.latency = measured.latency.quantiles();
    report.set_memory(before.resident(), after.resident());
    Ok(report)
}

impl Handshakes {
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

    /// Does them, so many at once.
    async fn all(self: Arc<Self>, at_once: u64) -> Result<(), LoadError> {
        let mut tasks: JoinSet<_> = (0..at_once.min(self.total)).map(|_| Arc::clone(&self).some()).collect();
        while let Some(task) = tasks.join_next().await {
            finished(task)?;
        }
        Ok(())
    }

    /// One after the other, as long as there are more.
    async fn some(self: Arc<Self>) -> Result<(), LoadError> {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.total {
                return Ok(());
            }
            let begin = Instant::now();
            let socket = self.target.open(usize::try_from(number).unwrap_or(0)).await?;
            self.latency.record(begin.elapsed(), 1);
            self.compressed.fetch_or(socket.compressed, Ordering::Relaxed);
            socket.close().await?;
            self.progress.add(1);
        }
    }
}
