//! Messages at a steady rate, from several clients at once, to everybody. Each client hears what all
//! of them say, as any client does, and so knows when everything has been said.

use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::{http, soon};

/// Clients that take turns.
const CLIENTS: usize = 4;

/// They write so often.
const BEAT: Duration = Duration::from_millis(5);

/// Bytes of a message, and of the server's frame around it.
const MESSAGE: usize = 64;
const HEARD: usize = MESSAGE + 2;

/// What was sent, and when, in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// The first message.
    pub from: f64,
    /// The last but one.
    pub to: f64,
    /// The last message, sent when all others were out.
    pub last: f64,
}

/// Clients that are connected and know what to say.
#[derive(Debug)]
pub struct Flood {
    publishers: Vec<Publisher>,
    per_second: u32,
    messages: usize,
}

/// One of the clients, with its messages as frames.
#[derive(Debug)]
struct Publisher {
    stream: TcpStream,
    frames: Vec<Vec<u8>>,
}

/// The text of a message, by which it is found.
pub fn text(number: usize) -> String {
    format!("message {number:08} ")
}

impl Flood {
    /// Gets ready to send messages 1 to this one, so many a second.
    pub async fn prepare(server: SocketAddr, per_second: u32, messages: usize) -> Self {
        let mut publishers = Vec::new();
        for client in 0..CLIENTS {
            let numbers = (1..messages).filter(|number| number % CLIENTS == client);
            let frames = numbers.map(frame).collect();
            publishers.push(Publisher { stream: http::open(server, "/ws/broadcast").await, frames });
        }
        Self { publishers, per_second, messages }
    }

    /// Sends them.
    pub async fn run(self) -> Sent {
        let (from, heard) = (now(), (self.messages - 1) * HEARD);
        let mut running: JoinSet<_> =
            self.publishers.into_iter().map(|publisher| publisher.run(self.per_second, heard)).collect();
        let (mut streams, mut to) = (Vec::new(), from);
        while let Some(publisher) = running.join_next().await {
            let (stream, done) = publisher.expect("it does not fail");
            streams.push(stream);
            to = done.max(to);
        }
        let last = now();
        streams[0].write_all(&frame(self.messages)).await.expect("the server takes it");
        Sent { from, to, last }
    }
}

impl Publisher {
    /// Sends its messages and hears everybody's; says when the sending was done.
    async fn run(self, per_second: u32, heard: usize) -> (TcpStream, f64) {
        let Self { mut stream, frames } = self;
        let (reader, writer) = stream.split();
        let ((), done) = tokio::join!(hear(reader, heard), send(writer, &frames, per_second));
        (stream, done)
    }
}

/// Writes what is due, in one piece, at every beat.
async fn send(mut writer: impl AsyncWriteExt + Unpin, frames: &[Vec<u8>], per_second: u32) -> f64 {
    let (start, mut beat, mut sent) = (Instant::now(), tokio::time::interval(BEAT), 0);
    while sent < frames.len() {
        beat.tick().await;
        let due = due(start.elapsed(), per_second).min(frames.len());
        writer.write_all(&frames[sent..due].concat()).await.expect("the server takes it");
        sent = due;
    }
    now()
}

/// How many messages one of the clients has sent by then.
fn due(elapsed: Duration, per_second: u32) -> usize {
    let all = elapsed.as_micros() * u128::from(per_second) / 1_000_000;
    usize::try_from(all).map_or(usize::MAX, |all| all / CLIENTS)
}

/// Reads so many bytes and throws them away.
async fn hear(mut reader: impl AsyncReadExt + Unpin, mut bytes: usize) {
    let mut buffer = vec![0; 64 * 1024];
    while bytes > 0 {
        let read = soon("messages come back", reader.read(&mut buffer)).await.expect("the server sends");
        assert_ne!(read, 0, "the server closed a publisher");
        bytes = bytes.checked_sub(read).expect("no more than was said");
    }
}

fn frame(number: usize) -> Vec<u8> {
    http::frame(0x81, format!("{:.<MESSAGE$}", text(number)).as_bytes())
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is set").as_secs_f64() * 1000.0
}
