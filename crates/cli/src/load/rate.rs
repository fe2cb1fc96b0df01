//! `yodel load rate`: messages at a fixed rate, whatever the server does.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::task::AtomicWaker;

use super::crowd::Crowd;
use super::error::LoadError;
use super::latency::Latency;
use super::options;
use super::outgoing::Row;
use super::payload::Payload;
use super::plan::SendPlan;
use super::progress::Progress;
use super::report::{Report, Unit};
use super::run::Run;
use super::socket::Socket;
use super::timer::Timer;

/// How long before the first message everything is ready.
const AHEAD: Duration = Duration::from_millis(20);

/// A number of messages, each at its time.
struct Paced {
    plan: SendPlan,
    payload: Arc<Payload>,
    /// What each connection is to send.
    turns: Vec<Turn>,
    latency: Latency,
    /// How late messages were handed to their connection.
    late: Latency,
    progress: Arc<Progress>,
}

/// How many messages of a connection are due, and who waits for more.
#[derive(Debug, Default)]
struct Turn {
    due: AtomicU64,
    connection: AtomicWaker,
}

/// Measures latencies.
pub async fn run(run: &Run, options: &options::Rate) -> Result<Report, LoadError> {
    let payload = Arc::new(Payload::new(options.size, &options.common));
    let messages = SendPlan::messages_in(options.time, options.per_second);
    let warmup = options.warmup.unwrap_or(u64::from(options.per_second));

    let before = run.meter.mark();
    let crowd = run.open(options.connections).await?;
    let compressed = crowd.is_compressed();
    let paced = |messages: u64| {
        Arc::new(Paced {
            plan: SendPlan::new(Instant::now() + AHEAD, options.per_second, options.connections, messages),
            payload: Arc::clone(&payload),
            turns: (0..options.connections.get()).map(|_| Turn::default()).collect(),
            latency: Latency::new(),
            late: Latency::new(),
            progress: Arc::clone(&run.progress),
        })
    };
    let crowd = run.progress.stage("messages to warm up", warmup, paced(warmup).all(crowd)).await?;
    let measured = paced(messages);
    let result = run.measure("messages", messages, Arc::clone(&measured).all(crowd)).await?;
    let after = run.meter.mark();

    let mut report = Report::new("rate", Unit::Message, &options.common, &result);
    report.connections = options.connections.get();
    report.size = Some(options.size);
    report.rate = Some(options.per_second);
    report.compression = options.common.compression.then_some(compressed);
    report.latency = measured.latency.quantiles();
    report.late = measured.late.quantiles();
    report.set_memory(before.resident(), after.resident());
    if let Some(crowd) = result.value {
        crowd.leave().await;
    }
    Ok(report)
}

impl Paced {
    async fn all(self: Arc<Self>, crowd: Crowd) -> Result<Crowd, LoadError> {
        let tasks = crowd.spawn(|index, socket| Arc::clone(&self).one(index, socket));
        let (crowd, ()) = tokio::try_join!(Crowd::gather(tasks), self.pace())?;
        Ok(crowd)
    }

    /// Says at the time of each message that it is due, and never waits for an answer.
    async fn pace(&self) -> Result<(), LoadError> {
        let timer = Timer::new().map_err(LoadError::System)?;
        for message in 0..self.plan.messages() {
            let then = self.plan.time_of(message);
            while Instant::now() < then {
                timer.until(then).await.map_err(LoadError::System)?;
            }
            let turn = &self.turns[self.plan.connection_of(message)];
            turn.due.fetch_add(1, Ordering::Release);
            turn.connection.wake();
            self.late.record(then.elapsed(), 1);
        }
        Ok(())
    }

    async fn one(self: Arc<Self>, connection: usize, mut socket: Socket) -> Result<Socket, LoadError> {
        let share = self.plan.share_of(connection);
        let mut row = Row::new(self.payload.form(socket.compressed), socket.key, share);
        let (mut sent, mut answered) = (0, 0);
        while answered < share {
            let mut came = 0;
            let turn = poll_fn(|context| {
                self.turns[connection].connection.register(context.waker());
                let due = self.turns[connection].due.load(Ordering::Acquire);
                row.allow(due - sent);
                sent = due;
                socket.poll_turn(context, &mut row, |message| {
                    came += 1;
                    self.payload.check(message)
                })
            });
            turn.await?;
            if answered + came > sent {
                return Err(LoadError::TooMany);
            }
            self.note(connection, answered..answered + came);
            answered += came;
        }
        Ok(socket)
    }

    /// Answers keep their order, so the plan says when each of these should have been asked.
    fn note(&self, connection: usize, answers: std::ops::Range<u64>) {
        let now = Instant::now();
        let took = |answer| now.saturating_duration_since(self.plan.time_of(self.plan.message(connection, answer)));
        self.progress.add(answers.end - answers.start);
        self.latency.record_all(answers.map(|answer| (took(answer), 1)));
    }
}
