//! `yodel load broadcast`: one connection sends messages, which the server delivers to all.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use super::delivery_tracker::DeliveryTracker;
use super::error::LoadError;
use super::join::join_all;
use super::latency::Latency;
use super::options;
use super::outgoing::FrameQueue;
use super::payload::Payload;
use super::pool::Pool;
use super::progress::Progress;
use super::report::{Report, Unit};
use super::room_frames::RoomFrames;
use super::run::Run;
use super::socket::Socket;

/// Time for the server to register connections whose handshake it has answered.
const REGISTRATION_TIME: Duration = Duration::from_millis(200);

/// A phase of the load: one connection sends a number of messages and all receive them.
struct BroadcastPhase {
    payload: Arc<Payload>,
    tracker: DeliveryTracker,
    /// `true` if the server also delivers messages to their sender.
    to_sender: bool,
    latency: Latency,
    /// Number of received messages that this program did not send, such as a greeting or the time.
    others: AtomicU64,
    progress: Arc<Progress>,
}

/// Runs the load and returns the report.
pub async fn run(run: &Run, options: &options::BroadcastFlags) -> Result<Report, LoadError> {
    let payload = Arc::new(Payload::new(options.size, &options.common).in_room(options.room.as_ref()));
    let receivers = options.connections.get() - u64::from(options.no_self);
    if receivers == 0 {
        return Err(LoadError::NoReceivers);
    }
    let phase = |first: u64, messages: u64| {
        Arc::new(BroadcastPhase {
            payload: Arc::clone(&payload),
            tracker: DeliveryTracker::new(receivers, options.outstanding.get(), first..first + messages),
            to_sender: !options.no_self,
            latency: Latency::new(),
            others: AtomicU64::new(0),
            progress: Arc::clone(&run.progress),
        })
    };
    let messages = options.messages.get();
    let warmup = options.warmup.unwrap_or(messages / 5);

    let before = run.resources.snapshot();
    let mut pool = run.open(options.connections).await?;
    if let Some(room) = &options.room {
        pool =
            run.progress.run_phase("joins", options.connections.get(), join_all(RoomFrames::new(room), pool)).await?;
    }
    let compressed = pool.is_compressed();
    tokio::time::sleep(REGISTRATION_TIME).await;
    let warmup_run = phase(0, warmup).run(pool);
    let pool = run.progress.run_phase("warm-up deliveries", warmup * receivers, warmup_run).await?;
    let measured = phase(warmup, messages);
    let result = run.measure("deliveries", messages * receivers, Arc::clone(&measured).run(pool)).await?;
    let after = run.resources.snapshot();

    let mut report = Report::new("broadcast", Unit::Delivery, &options.common, &result);
    report.connections = options.connections.get();
    report.outstanding = Some(options.outstanding.get());
    report.size = Some(options.size);
    report.compression = options.common.compression.then_some(compressed);
    report.latency = measured.latency.quantiles();
    report.others = Some(measured.others.load(Ordering::Relaxed));
    report.set_memory(before.resident(), after.resident());
    if let Some(pool) = result.value {
        pool.close().await;
    }
    Ok(report)
}

impl BroadcastPhase {
    async fn run(self: Arc<Self>, pool: Pool) -> Result<Pool, LoadError> {
        let tasks = pool.spawn(|index, socket| {
            let phase = Arc::clone(&self);
            async move { if index == 0 { phase.publish(socket).await } else { phase.receive(socket).await } }
        });
        Pool::gather(tasks).await
    }

    async fn receive(self: Arc<Self>, mut socket: Socket) -> Result<Socket, LoadError> {
        let mut next = self.tracker.messages().start;
        while next < self.tracker.messages().end {
            let first = next;
            socket.write_and_read(&mut (), |message| self.check_order(message, &mut next)).await?;
            self.record(first, next);
        }
        Ok(socket)
    }

    /// Sends the messages, and receives like the other connections.
    async fn publish(self: Arc<Self>, mut socket: Socket) -> Result<Socket, LoadError> {
        let (mut next, mut sent) = (self.tracker.messages().start, self.tracker.messages().start);
        let (mut queue, mut bytes) = (FrameQueue::default(), Vec::new());
        while !self.is_done(next) {
            let first = next;
            let io = poll_fn(|context| {
                for number in self.tracker.take_sendable(sent, context) {
                    queue.push(self.payload.numbered(number, socket.compressed, &mut bytes), socket.key);
                    sent = number + 1;
                }
                // Without deliveries to the sender, the other receivers complete the phase.
                if self.is_done(next) {
                    return Poll::Ready(Ok(()));
                }
                socket.poll_io(context, &mut queue, |message| self.check_order(message, &mut next))
            });
            io.await?;
            if !self.to_sender && first < next {
                return Err(LoadError::DeliveredToSender);
            }
            self.record(first, next);
        }
        Ok(socket)
    }

    /// Returns whether the sender is done, if it expects the message `next`.
    fn is_done(&self, next: u64) -> bool {
        if self.to_sender { next == self.tracker.messages().end } else { self.tracker.is_complete() }
    }

    /// Checks that a numbered message is the expected one, and advances `next`.
    fn check_order(&self, message: &[u8], next: &mut u64) -> Result<(), LoadError> {
        match self.payload.number_of(message) {
            Some(number) if number == *next => *next += 1,
            Some(received) => return Err(LoadError::OutOfOrder { expected: *next, received }),
            None => _ = self.others.fetch_add(1, Ordering::Relaxed),
        }
        Ok(())
    }

    fn record(&self, first: u64, next: u64) {
        if first < next {
            self.latency.record_all(self.tracker.record_received(first..next).map(|latency| (latency, 1)));
            self.progress.add(next - first);
        }
    }
}
