//! A `yodel.v1` client that costs little: it shares the machine with what it measures, so it does not parse JSON.

use std::net::SocketAddr;

use support::http;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// Size of the buffer for received bytes at the beginning.
const BUFFER: usize = 16 * 1024;

/// The receiving half of a connection.
#[derive(Debug)]
pub struct Receiver {
    stream: OwnedReadHalf,
    buffer: Vec<u8>,
    /// Number of bytes in the buffer that were returned.
    taken: usize,
}

/// The sending half of a connection.
#[derive(Debug)]
pub struct Sender {
    stream: OwnedWriteHalf,
    next_id: u64,
}

/// Connects, and receives the `welcome` frame.
pub async fn connect(address: SocketAddr) -> (Sender, Receiver) {
    let (stream, _): (TcpStream, String) =
        http::open_with(address, "/ws", "Sec-WebSocket-Protocol: yodel.v1\r\n").await;
    stream.set_nodelay(true).expect("an open socket");
    let (read, write) = stream.into_split();
    let mut receiver = Receiver { stream: read, buffer: Vec::with_capacity(BUFFER), taken: 0 };
    assert!(contains(receiver.next().await, b"\"welcome\""));
    (Sender { stream: write, next_id: 1 }, receiver)
}

impl Sender {
    /// Sends a request; `fields` are those after `id`.
    pub async fn request(&mut self, fields: &str) {
        let frame = http::frame(0x81, format!(r#"{{"id":{},{fields}}}"#, self.next_id).as_bytes());
        self.next_id += 1;
        self.stream.write_all(&frame).await.expect("socket accepts data");
    }
}

impl Receiver {
    /// Returns the payload of the next frame.
    pub async fn next(&mut self) -> &[u8] {
        loop {
            if let Some((start, end)) = frame(&self.buffer[self.taken..]) {
                let (start, end) = (self.taken + start, self.taken + end);
                self.taken = end;
                return &self.buffer[start..end];
            }
            self.buffer.drain(..self.taken);
            self.taken = 0;
            let read = self.stream.read_buf(&mut self.buffer).await.expect("socket is readable");
            assert_ne!(read, 0, "the server closed the connection");
        }
    }

    /// Receives frames until one contains these bytes.
    pub async fn wait_for(&mut self, text: &[u8]) {
        while !contains(self.next().await, text) {}
    }
}

/// Returns whether a frame contains these bytes.
pub fn contains(frame: &[u8], text: &[u8]) -> bool {
    frame.windows(text.len()).any(|part| part == text)
}

/// Returns the digits after a text in a frame, as a number.
pub fn number_after(frame: &[u8], text: &[u8]) -> Option<u64> {
    let start = frame.windows(text.len()).position(|part| part == text)? + text.len();
    let digits = frame[start..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// Returns where the payload of the first frame begins and ends; `None` if it is incomplete.
fn frame(bytes: &[u8]) -> Option<(usize, usize)> {
    let (start, length) = match *bytes {
        [_, 126, high, low, ..] => (4, usize::from(u16::from_be_bytes([high, low]))),
        [_, 127, ref rest @ ..] => (10, u64::from_be_bytes(*rest.first_chunk()?) as usize),
        [_, length @ 0..=125, ..] => (2, usize::from(length)),
        _ => return None,
    };
    (bytes.len() >= start + length).then_some((start, start + length))
}
