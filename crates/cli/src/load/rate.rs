//! `yodel load rate`: sends at a fixed rate, independent of the server's speed (an open-loop load).

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::task::AtomicWaker;

use super::error::LoadError;
use super::latency::Latency;
use super::options;
use super::outgoing::RepeatedFrame;
use super::payload::Payload;
use super::pool::Pool;
use super::progress::Progress;
use super::report::{Report, Unit};
use super::run::Run;
use super::schedule::SendSchedule;
use super::socket::Socket;
use super::timer::Timer;

/// Time between the start of a phase and its first message.
const LEAD_TIME: Duration = Duration::from_millis(20);

/// A phase of the load: messages that are sent on schedule.
struct RatePhase {
    schedule: SendSchedule,
    payload: Arc<Payload>,
    /// The messages released to each connection.
    released: Vec<ReleasedMessages>,
    latency: Latency,
    /// Delays between the scheduled time of a message and its release.
    late: Latency,
    progress: Arc<Progress>,
}

/// The messages released to one connection.
#[derive(Debug, Default)]
struct ReleasedMessages {
    count: AtomicU64,
    connection: AtomicWaker,
}

/// Runs the load and returns the report.
pub async fn run(run: &Run, options: &options::RateFlags) -> Result<Report, LoadError> {
    let payload = Arc::new(Payload::new(options.size, &options.common));
    let messages = SendSchedule::messages_in(options.time, options.per_second);
    let warmup = options.warmup.unwrap_or(u64::from(options.per_second));

    let before = run.resources.snapshot();
    let pool = run.open(options.connections).await?;
    let compressed = pool.is_compressed();
    let phase = |messages: u64| {
        Arc::new(RatePhase {
            schedule: SendSchedule::new(Instant::now() + LEAD_TIME, options.per_second, options.connections, messages),
            payload: Arc::clone(&payload),
            released: (0..options.connections.get()).map(|_| ReleasedMessages::default()).collect(),
            latency: Latency::new(),
            late: Latency::new(),
            progress: Arc::clone(&run.progress),
        })
    };
    let pool = run.progress.run_phase("warm-up messages", warmup, phase(warmup).run(pool)).await?;
    let measured = phase(messages);
    let result = run.measure("messages", messages, Arc::clone(&measured).run(pool)).await?;
    let after = run.resources.snapshot();

    let mut report = Report::new("rate", Unit::Message, &options.common, &result);
    report.connections = options.connections.get();
    report.size = Some(options.size);
    report.rate = Some(options.per_second);
    report.compression = options.common.compression.then_some(compressed);
    report.latency = measured.latency.quantiles();
    report.late = measured.late.quantiles();
    report.set_memory(before.resident(), after.resident());
    if let Some(pool) = result.value {
        pool.close().await;
    }
    Ok(report)
}

impl RatePhase {
    async fn run(self: Arc<Self>, pool: Pool) -> Result<Pool, LoadError> {
        let tasks = pool.spawn(|index, socket| Arc::clone(&self).run_one(index, socket));
        let (pool, ()) = tokio::try_join!(Pool::gather(tasks), self.release_messages())?;
        Ok(pool)
    }

    /// Releases each message at its scheduled time, without waiting for replies.
    async fn release_messages(&self) -> Result<(), LoadError> {
        let timer = Timer::new().map_err(LoadError::System)?;
        for message in 0..self.schedule.messages() {
            let then = self.schedule.time_of(message);
            while Instant::now() < then {
                timer.sleep_until(then).await.map_err(LoadError::System)?;
            }
            let released = &self.released[self.schedule.connection_of(message)];
            released.count.fetch_add(1, Ordering::Release);
            released.connection.wake();
            self.late.record(then.elapsed(), 1);
        }
        Ok(())
    }

    async fn run_one(self: Arc<Self>, connection: usize, mut socket: Socket) -> Result<Socket, LoadError> {
        let share = self.schedule.share_of(connection);
        let mut frames = RepeatedFrame::new(self.payload.frame(socket.compressed), socket.key, share);
        let (mut sent, mut replied) = (0, 0);
        while replied < share {
            let mut received = 0;
            let io = poll_fn(|context| {
                self.released[connection].connection.register(context.waker());
                let due = self.released[connection].count.load(Ordering::Acquire);
                frames.allow(due - sent);
                sent = due;
                socket.poll_io(context, &mut frames, |message| {
                    received += 1;
                    self.payload.check(message)
                })
            });
            io.await?;
            if replied + received > sent {
                return Err(LoadError::TooManyMessages);
            }
            self.record(connection, replied..replied + received);
            replied += received;
        }
        Ok(socket)
    }

    /// Records the latencies of replies. Replies arrive in order, so the schedule has the time of each message.
    fn record(&self, connection: usize, replies: std::ops::Range<u64>) {
        let now = Instant::now();
        let latency =
            |reply| now.saturating_duration_since(self.schedule.time_of(self.schedule.message(connection, reply)));
        self.progress.add(replies.end - replies.start);
        self.latency.record_all(replies.map(|reply| (latency(reply), 1)));
    }
}
