//! Latency from a publish on one node to a member on another, at a steady rate, and what it costs Redis.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};

use crate::connection::{self, Receiver, Sender, number_after};
use crate::deployment::Deployment;
use crate::process::cpu_micros;
use crate::report::Report;
use crate::samples::Samples;

/// Publishing connections, each with a room of its own: they spread over the partitions.
const PUBLISHERS: u64 = 16;
/// Time of a measurement.
const TIME: Duration = Duration::from_secs(10);
/// Time before it.
const WARM_UP: Duration = Duration::from_secs(2);
/// Time for messages to arrive after the last one was sent.
const PATIENCE: Duration = Duration::from_secs(60);

/// Measures both rates.
pub async fn measure(report: &mut Report) {
    for rate in [1_000, 10_000] {
        let deployment = Deployment::shared(None).await;
        run(&deployment, rate, WARM_UP).await;
        let redis = deployment.redis();
        let (cpu, calls, micros) = (
            cpu_micros(&redis.id()),
            redis.info("cmdstat_evalsha:calls").await,
            redis.info("cmdstat_evalsha:usec").await,
        );
        let started = Instant::now();
        let (latencies, sent) = run(&deployment, rate, TIME).await;
        let seconds = started.elapsed().as_secs_f64();
        let name = |what: &str| format!("{rate} publishes/s: {what}");
        report.add(&name("latency between nodes p50, µs"), latencies.quantile(0.5));
        report.add(&name("latency between nodes p99, µs"), latencies.quantile(0.99));
        report.add(&name("sent per second"), sent as f64 / seconds);
        report.add(&name("CPU of Redis, µs per publish"), (cpu_micros(&redis.id()) - cpu) / sent as f64);
        let calls = redis.info("cmdstat_evalsha:calls").await - calls;
        let micros = redis.info("cmdstat_evalsha:usec").await - micros;
        report.add(&name("time of a script, µs"), micros / calls);
    }
}

/// Publishes on the first node for some time. Returns the latencies of members on the second one, in microseconds, and the
/// number of messages.
async fn run(deployment: &Deployment, rate: u64, time: Duration) -> (Samples, u64) {
    let (mut members, mut publishers, mut replies) = (JoinSet::new(), JoinSet::new(), JoinSet::new());
    let begin = Instant::now();
    let messages = rate * time.as_secs() / PUBLISHERS;
    for number in 0..PUBLISHERS {
        let (mut sender, mut receiver) = connection::connect(deployment.address(1)).await;
        sender.request(&format!(r#""type":"join","room":"latency-{number}""#)).await;
        receiver.wait_for(b"\"joined\"").await;
        // The connection is open as long as both halves.
        members.spawn(async move { (receive(&mut receiver, messages, begin).await, sender) });
    }
    let start = Instant::now() + Duration::from_millis(100);
    for number in 0..PUBLISHERS {
        let (sender, receiver) = connection::connect(deployment.address(0)).await;
        let start =
            start + Duration::from_secs(1) * u32::try_from(number).unwrap_or(0) / u32::try_from(rate).unwrap_or(1);
        publishers.spawn(publish(sender, number, messages, start, rate, begin));
        replies.spawn(drain(receiver, messages));
    }
    let open = timeout(time + PATIENCE, publishers.join_all()).await.expect("every message is sent");
    timeout(PATIENCE, replies.join_all()).await.expect("every publish is answered");
    drop(open);
    let received = timeout(PATIENCE, members.join_all()).await.expect("every message arrives");
    (received.into_iter().flat_map(|(latencies, _)| latencies).collect(), messages * PUBLISHERS)
}

/// Publishes at a steady rate. Each message has the time at which it is sent, in microseconds. Returns the sender: dropping
/// it closes the connection.
async fn publish(mut sender: Sender, number: u64, messages: u64, start: Instant, rate: u64, begin: Instant) -> Sender {
    let run = begin.elapsed().as_nanos();
    for message in 0..messages {
        let due = start + Duration::from_secs_f64((message * PUBLISHERS) as f64 / rate as f64);
        sleep_until(due.into()).await;
        let now = begin.elapsed().as_micros();
        let key = format!("{run}-{number}-{message}");
        let fields =
            format!(r#""type":"publish","room":"latency-{number}","event":"e","data":"{now} {:32}","key":"{key}""#, "");
        sender.request(&fields).await;
    }
    sender
}

/// Receives the replies to publishes.
async fn drain(mut receiver: Receiver, messages: u64) {
    for _ in 0..messages {
        receiver.wait_for(b"\"ok\"").await;
    }
}

/// Receives messages, and returns their latencies in microseconds.
async fn receive(receiver: &mut Receiver, messages: u64, begin: Instant) -> Vec<f64> {
    let mut latencies = Vec::new();
    while (latencies.len() as u64) < messages {
        if let Some(sent) = number_after(receiver.next().await, b"\"data\":\"") {
            latencies.push(begin.elapsed().as_micros() as f64 - sent as f64);
        }
    }
    latencies
}
