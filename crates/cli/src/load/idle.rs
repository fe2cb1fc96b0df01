//! `yodel load idle`: connections that are open and quiet.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use super::crowd::{Crowd, finished};
use super::echo::Exchange;
use super::error::LoadError;
use super::latency::Latency;
use super::options;
use super::payload::Payload;
use super::report::{Report, Unit};
use super::run::{Measured, Run};
use super::socket::Socket;

/// How long a server may take to forget a connection.
const LEAVING: Duration = Duration::from_millis(200);

/// Measures memory.
pub async fn run(run: &Run, options: &options::Idle) -> Result<Report, LoadError> {
    // One visitor first: what a server sets up once is not to be counted for each connection.
    open(run, options, NonZeroU64::MIN).await?.leave().await;
    tokio::time::sleep(LEAVING).await;

    let before = run.meter.mark();
    let crowd = open(run, options, options.connections).await?;
    let compressed = crowd.is_compressed();
    let quiet = run.meter.mark();
    let mut tasks = crowd.spawn(|_, socket| stay(socket));
    let end = async {
        match tasks.join_next().await.map(finished) {
            Some(Err(error)) => error,
            Some(Ok(())) | None => std::future::pending().await,
        }
    };
    let interrupted = run.progress.pause(options.settle, end).await?;
    let after = run.meter.mark();

    let usage = run.meter.since(&quiet, &after);
    let result = Measured { usage, count: options.connections.get(), value: (!interrupted).then_some(()) };
    let mut report = Report::new("idle", Unit::Connection, &options.common, &result);
    report.connections = options.connections.get();
    report.compression = options.common.compression.then_some(compressed);
    report.per_second = None;
    report.set_memory(before.resident(), after.resident());
    report.set_memory_per_connection();
    Ok(report)
}

/// Opens connections, each of which says something: only then has it all that it will need.
async fn open(run: &Run, options: &options::Idle, connections: NonZeroU64) -> Result<Crowd, LoadError> {
    let crowd = run.open(connections).await?;
    let messages = connections.get() * options.messages;
    let exchange = Exchange {
        payload: Arc::new(Payload::new(options.size, &options.common)),
        outstanding: 1,
        latency: Latency::new(),
        progress: Arc::clone(&run.progress),
    };
    run.progress.stage("messages", messages, Arc::new(exchange).all(crowd, messages)).await
}

/// Answers pings, and takes whatever else comes.
async fn stay(mut socket: Socket) -> Result<(), LoadError> {
    loop {
        socket.turn(&mut (), |_| Ok(())).await?;
    }
}
