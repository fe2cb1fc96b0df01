//! `yodel load broadcast`: messages of one connection that come to all of them.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use super::audience::Audience;
use super::crowd::Crowd;
use super::error::LoadError;
use super::join::join_all;
use super::latency::Latency;
use super::options;
use super::outgoing::Outbox;
use super::payload::Payload;
use super::progress::Progress;
use super::report::{Report, Unit};
use super::room::RoomFrames;
use super::run::Run;
use super::socket::Socket;

/// A server may take a moment to count in those whose handshake it has answered.
const ARRIVING: Duration = Duration::from_millis(200);

/// A number of messages that one connection sends and all of them hear.
struct BroadcastRun {
    payload: Arc<Payload>,
    audience: Audience,
    /// Whether the sender hears itself.
    to_sender: bool,
    latency: Latency,
    /// How many messages came that nobody here sent: a greeting, the time.
    others: AtomicU64,
    progress: Arc<Progress>,
}

/// Measures broadcasts.
pub async fn run(run: &Run, options: &options::Broadcast) -> Result<Report, LoadError> {
    let payload = Arc::new(Payload::new(options.size, &options.common).in_room(options.room.as_ref()));
    let listeners = options.connections.get() - u64::from(options.no_self);
    if listeners == 0 {
        return Err(LoadError::NobodyListens);
    }
    let broadcast = |first: u64, messages: u64| {
        Arc::new(BroadcastRun {
            payload: Arc::clone(&payload),
            audience: Audience::new(listeners, options.outstanding.get(), first..first + messages),
            to_sender: !options.no_self,
            latency: Latency::new(),
            others: AtomicU64::new(0),
            progress: Arc::clone(&run.progress),
        })
    };
    let messages = options.messages.get();
    let warmup = options.warmup.unwrap_or(messages / 5);

    let before = run.meter.mark();
    let mut crowd = run.open(options.connections).await?;
    if let Some(room) = &options.room {
        crowd = run.progress.stage("joins", options.connections.get(), join_all(RoomFrames::new(room), crowd)).await?;
    }
    let compressed = crowd.is_compressed();
    tokio::time::sleep(ARRIVING).await;
    let warming = broadcast(0, warmup).all(crowd);
    let crowd = run.progress.stage("deliveries to warm up", warmup * listeners, warming).await?;
    let measured = broadcast(warmup, messages);
    let result = run.measure("deliveries", messages * listeners, Arc::clone(&measured).all(crowd)).await?;
    let after = run.meter.mark();

    let mut report = Report::new("broadcast", Unit::Delivery, &options.common, &result);
    report.connections = options.connections.get();
    report.outstanding = Some(options.outstanding.get());
    report.size = Some(options.size);
    report.compression = options.common.compression.then_some(compressed);
    report.latency = measured.latency.quantiles();
    report.others = Some(measured.others.load(Ordering::Relaxed));
    report.set_memory(before.resident(), after.resident());
    if let Some(crowd) = result.value {
        crowd.leave().await;
    }
    Ok(report)
}

impl BroadcastRun {
    async fn all(self: Arc<Self>, crowd: Crowd) -> Result<Crowd, LoadError> {
        let tasks = crowd.spawn(|index, socket| {
            let broadcast = Arc::clone(&self);
            async move { if index == 0 { broadcast.publish(socket).await } else { broadcast.listen(socket).await } }
        });
        Crowd::gather(tasks).await
    }

    async fn listen(self: Arc<Self>, mut socket: Socket) -> Result<Socket, LoadError> {
        let mut next = self.audience.messages().start;
        while next < self.audience.messages().end {
            let first = next;
            socket.turn(&mut (), |message| self.take(message, &mut next)).await?;
            self.heard(first, next);
        }
        Ok(socket)
    }

    /// The same, and sends.
    async fn publish(self: Arc<Self>, mut socket: Socket) -> Result<Socket, LoadError> {
        let (mut next, mut sent) = (self.audience.messages().start, self.audience.messages().start);
        let (mut outbox, mut bytes) = (Outbox::default(), Vec::new());
        while !self.is_done(next) {
            let first = next;
            let turn = poll_fn(|context| {
                for number in self.audience.allowed(sent, context) {
                    outbox.push(self.payload.numbered(number, socket.compressed, &mut bytes), socket.key);
                    sent = number + 1;
                }
                // When the sender does not hear itself, others say that it is done.
                if self.is_done(next) {
                    return Poll::Ready(Ok(()));
                }
                socket.poll_turn(context, &mut outbox, |message| self.take(message, &mut next))
            });
            turn.await?;
            if !self.to_sender && first < next {
                return Err(LoadError::HeardItself);
            }
            self.heard(first, next);
        }
        Ok(socket)
    }

    /// Whether the sender, to whom the message `next` comes next, has nothing more to do.
    fn is_done(&self, next: u64) -> bool {
        if self.to_sender { next == self.audience.messages().end } else { self.audience.has_heard_all() }
    }

    /// Whether it is the message that is due, which is then the next one.
    fn take(&self, message: &[u8], next: &mut u64) -> Result<(), LoadError> {
        match self.payload.number_of(message) {
            Some(came) if came == *next => *next += 1,
            Some(came) => return Err(LoadError::Order { due: *next, came }),
            None => _ = self.others.fetch_add(1, Ordering::Relaxed),
        }
        Ok(())
    }

    fn heard(&self, first: u64, next: u64) {
        if first < next {
            self.latency.record_all(self.audience.heard(first..next).map(|took| (took, 1)));
            self.progress.add(next - first);
        }
    }
}
