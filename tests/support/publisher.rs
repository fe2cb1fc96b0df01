//! Broadcasts at a steady rate from several clients. Each client also receives the messages of all clients,
//! and so detects the end.

use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::{http, with_timeout};

/// Publishing clients. Message numbers are distributed round-robin.
const CLIENTS: usize = 4;

/// Interval between writes of a client.
const WRITE_INTERVAL: Duration = Duration::from_millis(5);

/// Bytes of a message, and of the server frame that contains it.
const MESSAGE: usize = 64;
const SERVER_FRAME: usize = MESSAGE + 2;

/// Times of a flood in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub struct SendTimes {
    /// Start of the first message.
    pub from: f64,
    /// Completion of the last but one message.
    pub to: f64,
    /// Start of the last message, which is sent after all others were received.
    pub last: f64,
}

/// Connected clients with their messages encoded.
#[derive(Debug)]
pub struct Flood {
    publishers: Vec<Publisher>,
    per_second: u32,
    messages: usize,
}

/// One client with its messages as frames.
#[derive(Debug)]
struct Publisher {
    stream: TcpStream,
    frames: Vec<Vec<u8>>,
}

/// Returns the beginning of the text of a message; unique per number.
pub fn text(number: usize) -> String {
    format!("message {number:08} ")
}

impl Flood {
    /// Connects the clients and encodes messages 1 to `messages`, to be sent at `per_second`.
    pub async fn prepare(server: SocketAddr, per_second: u32, messages: usize) -> Self {
        let mut publishers = Vec::new();
        for client in 0..CLIENTS {
            let numbers = (1..messages).filter(|number| number % CLIENTS == client);
            let frames = numbers.map(frame).collect();
            publishers.push(Publisher { stream: http::open(server, "/ws/broadcast").await, frames });
        }
        Self { publishers, per_second, messages }
    }

    /// Sends all messages at the planned rate.
    pub async fn run(self) -> SendTimes {
        let (from, expected) = (now(), (self.messages - 1) * SERVER_FRAME);
        let mut running: JoinSet<_> =
            self.publishers.into_iter().map(|publisher| publisher.run(self.per_second, expected)).collect();
        let (mut streams, mut to) = (Vec::new(), from);
        while let Some(publisher) = running.join_next().await {
            let (stream, done) = publisher.expect("publisher does not panic");
            streams.push(stream);
            to = done.max(to);
        }
        let last = now();
        streams[0].write_all(&frame(self.messages)).await.expect("server accepts data");
        SendTimes { from, to, last }
    }
}

impl Publisher {
    /// Sends its messages and discards `expected` received bytes. Returns the time when sending was done.
    async fn run(self, per_second: u32, expected: usize) -> (TcpStream, f64) {
        let Self { mut stream, frames } = self;
        let (reader, writer) = stream.split();
        let ((), done) = tokio::join!(discard(reader, expected), send(writer, &frames, per_second));
        (stream, done)
    }
}

/// Writes the frames that are due, in one piece, at every interval. Returns the completion time.
async fn send(mut writer: impl AsyncWriteExt + Unpin, frames: &[Vec<u8>], per_second: u32) -> f64 {
    let (start, mut interval, mut sent) = (Instant::now(), tokio::time::interval(WRITE_INTERVAL), 0);
    while sent < frames.len() {
        interval.tick().await;
        let due = due(start.elapsed(), per_second).min(frames.len());
        with_timeout("sending messages", writer.write_all(&frames[sent..due].concat()))
            .await
            .expect("server accepts data");
        sent = due;
    }
    now()
}

/// Returns the number of messages that one client has to have sent after `elapsed`.
fn due(elapsed: Duration, per_second: u32) -> usize {
    let all = elapsed.as_micros() * u128::from(per_second) / 1_000_000;
    usize::try_from(all).map_or(usize::MAX, |all| all / CLIENTS)
}

/// Reads and discards `bytes` bytes.
async fn discard(mut reader: impl AsyncReadExt + Unpin, mut bytes: usize) {
    let mut buffer = vec![0; 64 * 1024];
    while bytes > 0 {
        let read = with_timeout("broadcasts", reader.read(&mut buffer)).await.expect("socket is readable");
        assert_ne!(read, 0, "server closed a publisher");
        bytes = bytes.checked_sub(read).expect("no more bytes than expected");
    }
}

fn frame(number: usize) -> Vec<u8> {
    http::frame(0x81, format!("{:.<MESSAGE$}", text(number)).as_bytes())
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("system clock is after 1970").as_secs_f64() * 1000.0
}
