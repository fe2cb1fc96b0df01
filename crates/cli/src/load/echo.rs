//! `yodel load echo`: messages that come back to their sender.

use std::sync::Arc;
use std::time::Instant;

use super::crowd::Crowd;
use super::error::LoadError;
use super::latency::Latency;
use super::options;
use super::outgoing::Row;
use super::payload::Payload;
use super::progress::Progress;
use super::report::{Report, Unit};
use super::run::Run;
use super::socket::Socket;
use super::window::Window;

/// A number of messages that all connections send and get back.
pub struct Exchange {
    /// What they send.
    pub payload: Arc<Payload>,
    /// How many each has on their way at once.
    pub outstanding: u64,
    /// How long they took.
    pub latency: Latency,
    /// How many came back.
    pub progress: Arc<Progress>,
}

/// Measures echoes.
pub async fn run(run: &Run, options: &options::Echo) -> Result<Report, LoadError> {
    let payload = Arc::new(Payload::new(options.size, &options.common));
    let exchange = || {
        let (payload, progress) = (Arc::clone(&payload), Arc::clone(&run.progress));
        Arc::new(Exchange { payload, outstanding: options.outstanding.get(), latency: Latency::new(), progress })
    };
    let messages = options.messages.get();
    let warmup = options.warmup.unwrap_or(messages / 5);

    let before = run.meter.mark();
    let crowd = run.open(options.connections).await?;
    let compressed = crowd.is_compressed();
    let warming = exchange().all(crowd, warmup);
    let crowd = run.progress.stage("messages to warm up", warmup, warming).await?;
    let measured = exchange();
    let result = run.measure("messages", messages, Arc::clone(&measured).all(crowd, messages)).await?;
    let after = run.meter.mark();

    let mut report = Report::new("echo", Unit::Message, &options.common, &result);
    report.connections = options.connections.get();
    report.outstanding = Some(options.outstanding.get());
    report.size = Some(options.size);
    report.compression = options.common.compression.then_some(compressed);
    report.latency = measured.latency.quantiles();
    report.set_memory(before.resident(), after.resident());
    if let Some(crowd) = result.value {
        crowd.leave().await;
    }
    Ok(report)
}

impl Exchange {
    /// Lets each connection send its share.
    pub async fn all(self: Arc<Self>, crowd: Crowd, messages: u64) -> Result<Crowd, LoadError> {
        let connections = crowd.len() as u64;
        let share = |index: usize| messages / connections + u64::from((index as u64) < messages % connections);
        let tasks = crowd.spawn(|index, socket| Arc::clone(&self).one(socket, share(index)));
        Crowd::gather(tasks).await
    }

    async fn one(self: Arc<Self>, mut socket: Socket, messages: u64) -> Result<Socket, LoadError> {
        let mut window = Window::new(self.outstanding, messages);
        let mut row = Row::new(self.payload.form(socket.compressed), socket.key, self.outstanding.min(messages));
        let mut now = Instant::now();
        while !window.is_done() {
            row.allow(window.ask(now));
            let mut came = 0;
            let count = |message: &[u8]| {
                came += 1;
                self.payload.check(message)
            };
            socket.turn(&mut row, count).await?;
            if came > window.waiting() {
                return Err(LoadError::TooMany);
            }
            now = Instant::now();
            self.latency.record_all(window.answer(came, now));
            self.progress.add(came);
        }
        Ok(socket)
    }
}
