//! `yodel load echo`: the server returns each message to its sender.

use std::sync::Arc;
use std::time::Instant;

use super::error::LoadError;
use super::latency::Latency;
use super::options;
use super::outgoing::RepeatedFrame;
use super::payload::Payload;
use super::pool::Pool;
use super::progress::Progress;
use super::report::{Report, Unit};
use super::run::Run;
use super::socket::Socket;
use super::window::Window;

/// A phase of the load: all connections send messages and receive their echoes.
pub struct EchoPhase {
    /// The messages.
    pub payload: Arc<Payload>,
    /// Messages in flight per connection.
    pub outstanding: u64,
    /// Measured latencies.
    pub latency: Latency,
    /// Counter of received echoes.
    pub progress: Arc<Progress>,
}

/// Runs the load and returns the report.
pub async fn run(run: &Run, options: &options::EchoFlags) -> Result<Report, LoadError> {
    let payload = Arc::new(Payload::new(options.size, &options.common));
    let phase = || {
        let (payload, progress) = (Arc::clone(&payload), Arc::clone(&run.progress));
        Arc::new(EchoPhase { payload, outstanding: options.outstanding.get(), latency: Latency::new(), progress })
    };
    let messages = options.messages.get();
    let warmup = options.warmup.unwrap_or(messages / 5);

    let before = run.resources.snapshot();
    let pool = run.open(options.connections).await?;
    let compressed = pool.is_compressed();
    let warmup_run = phase().run(pool, warmup);
    let pool = run.progress.run_phase("warm-up messages", warmup, warmup_run).await?;
    let measured = phase();
    let result = run.measure("messages", messages, Arc::clone(&measured).run(pool, messages)).await?;
    let after = run.resources.snapshot();

    let mut report = Report::new("echo", Unit::Message, &options.common, &result);
    report.connections = options.connections.get();
    report.outstanding = Some(options.outstanding.get());
    report.size = Some(options.size);
    report.compression = options.common.compression.then_some(compressed);
    report.latency = measured.latency.quantiles();
    report.set_memory(before.resident(), after.resident());
    if let Some(pool) = result.value {
        pool.close().await;
    }
    Ok(report)
}

impl EchoPhase {
    /// Sends `messages` messages, distributed over the connections.
    ///
    /// # Errors
    /// Returns the first error of a connection, or an error if the server sends more messages than were sent to it.
    pub async fn run(self: Arc<Self>, pool: Pool, messages: u64) -> Result<Pool, LoadError> {
        let connections = pool.len() as u64;
        let share = |index: usize| messages / connections + u64::from((index as u64) < messages % connections);
        let tasks = pool.spawn(|index, socket| Arc::clone(&self).run_one(socket, share(index)));
        Pool::gather(tasks).await
    }

    async fn run_one(self: Arc<Self>, mut socket: Socket, messages: u64) -> Result<Socket, LoadError> {
        let mut window = Window::new(self.outstanding, messages);
        let mut frames =
            RepeatedFrame::new(self.payload.frame(socket.compressed), socket.key, self.outstanding.min(messages));
        let mut now = Instant::now();
        while !window.is_done() {
            frames.allow(window.take_sendable(now));
            let mut received = 0;
            let count = |message: &[u8]| {
                received += 1;
                self.payload.check(message)
            };
            socket.write_and_read(&mut frames, count).await?;
            if received > window.in_flight() {
                return Err(LoadError::TooManyMessages);
            }
            now = Instant::now();
            self.latency.record_all(window.record_replies(received, now));
            self.progress.add(received);
        }
        Ok(socket)
    }
}
