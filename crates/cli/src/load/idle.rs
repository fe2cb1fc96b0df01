//! `yodel load idle`: open connections without traffic.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use super::echo::EchoPhase;
use super::error::LoadError;
use super::latency::Latency;
use super::options;
use super::payload::Payload;
use super::pool::{Pool, join_result};
use super::report::{Report, Unit};
use super::run::{Measured, Run};
use super::socket::Socket;

/// Time for the server to release a closed connection.
const CLEANUP_TIME: Duration = Duration::from_millis(200);

/// Runs the load and returns the report.
pub async fn run(run: &Run, options: &options::IdleFlags) -> Result<Report, LoadError> {
    // The first connection makes the server allocate what it allocates only once, so that this is not counted per
    // connection.
    open(run, options, NonZeroU64::MIN).await?.close().await;
    tokio::time::sleep(CLEANUP_TIME).await;

    let before = run.resources.snapshot();
    let pool = open(run, options, options.connections).await?;
    let compressed = pool.is_compressed();
    let start = run.resources.snapshot();
    let mut tasks = pool.spawn(|_, socket| hold_open(socket));
    let end = async {
        match tasks.join_next().await.map(join_result) {
            Some(Err(error)) => error,
            Some(Ok(())) | None => std::future::pending().await,
        }
    };
    let interrupted = run.progress.pause(options.settle, end).await?;
    let after = run.resources.snapshot();

    let usage = run.resources.since(&start, &after);
    let result = Measured { usage, count: options.connections.get(), value: (!interrupted).then_some(()) };
    let mut report = Report::new("idle", Unit::Connection, &options.common, &result);
    report.connections = options.connections.get();
    report.compression = options.common.compression.then_some(compressed);
    report.per_second = None;
    report.set_memory(before.resident(), after.resident());
    report.set_memory_per_connection();
    Ok(report)
}

/// Opens connections and exchanges messages on each, so that the server has allocated its buffers.
async fn open(run: &Run, options: &options::IdleFlags, connections: NonZeroU64) -> Result<Pool, LoadError> {
    let pool = run.open(connections).await?;
    let messages = connections.get() * options.messages;
    let phase = EchoPhase {
        payload: Arc::new(Payload::new(options.size, &options.common)),
        outstanding: 1,
        latency: Latency::new(),
        progress: Arc::clone(&run.progress),
    };
    run.progress.run_phase("messages", messages, Arc::new(phase).run(pool, messages)).await
}

/// Answers pings and discards messages until the connection ends.
async fn hold_open(mut socket: Socket) -> Result<(), LoadError> {
    loop {
        socket.write_and_read(&mut (), |_| Ok(())).await?;
    }
}
