//! One socket: a task that dials, reads and sends events, and a task that writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, ReadHalf, split};
use tokio::sync::Notify;
use tokio::sync::mpsc::{self, Sender, UnboundedSender};
use tokio_util::task::AbortOnDropHandle;
use yodel_client::{Event, Generation};
use yodel_protocol::CloseCode;

use super::dial_config::DialConfig;
use super::pong::PendingPong;
use super::writer::{OutgoingMessage, Writer};
use crate::dial::response::DeflateParams;
use crate::dial::{DialError, Stream};
use yodel_websocket::decoder::{Decoder, Event as WsEvent, Inflation, Role};
use yodel_websocket::message::Kind;

/// Largest accepted message, in bytes.
const MAX_MESSAGE: usize = 64 * 1024 * 1024;

/// Size of one read, in bytes.
const READ_SIZE: usize = 64 * 1024;

/// Time to write the last frames after the server's close frame.
const CLOSE_WRITE_TIMEOUT: Duration = Duration::from_millis(500);

/// Event of a socket.
#[derive(Debug)]
pub enum SocketEvent {
    /// An event for the session.
    Event(Event),
    /// A binary message, which the session does not handle.
    Binary(Generation, Vec<u8>),
    /// The dial failed, and another attempt would fail in the same way.
    DialFailed(Generation, DialError),
}

/// One connection attempt.
#[derive(Clone, Copy, Debug)]
pub struct Dial {
    /// The session's number of the socket.
    pub generation: Generation,
    /// `true` if a connection was open before.
    pub connected: bool,
}

/// Handle of a socket. Dropping it aborts the tasks and closes the connection.
#[derive(Debug)]
pub struct SocketHandle {
    /// The session's number of the socket.
    pub generation: Generation,
    out: UnboundedSender<OutgoingMessage>,
    unwritten: Arc<AtomicU64>,
    _task: AbortOnDropHandle<()>,
}

impl SocketHandle {
    /// Starts a task that dials. `written` is notified whenever all queued text is written.
    pub fn dial(dial: Dial, config: &Arc<DialConfig>, events: Sender<SocketEvent>, written: Arc<Notify>) -> Self {
        let Dial { generation, connected } = dial;
        let (out, outgoing) = mpsc::unbounded_channel();
        let unwritten = Arc::new(AtomicU64::new(0));
        let replies = out.clone();
        let writer = Writer { outgoing, unwritten: Arc::clone(&unwritten), written };
        let config = Arc::clone(config);
        let task = tokio::spawn(async move {
            let pong = PendingPong::default();
            let socket = SocketTask { generation, connected, events, replies, pong };
            socket.run(&config, writer).await;
        });
        Self { generation, out, unwritten, _task: AbortOnDropHandle::new(task) }
    }

    /// Queues a text message.
    pub fn text(&self, text: String) {
        self.unwritten.fetch_add(text.len() as u64, Ordering::Relaxed);
        // If the writer has ended, the reader reports the error.
        let _ = self.out.send(OutgoingMessage::Text(text));
    }

    /// Queues a close frame.
    pub fn close(&self, code: u16, reason: String) {
        let _ = self.out.send(OutgoingMessage::Close(code, reason));
    }

    /// Returns the number of queued bytes of text that are not written.
    pub fn unwritten(&self) -> u64 {
        self.unwritten.load(Ordering::Relaxed)
    }
}

/// The task that dials and reads.
struct SocketTask {
    generation: Generation,
    connected: bool,
    events: Sender<SocketEvent>,
    replies: UnboundedSender<OutgoingMessage>,
    pong: PendingPong,
}

impl SocketTask {
    async fn run(self, config: &DialConfig, writer: Writer) {
        let unwritten = Arc::clone(&writer.unwritten);
        let event = match config.open().await {
            Ok((stream, deflate, rest)) => {
                let (reading, writing) = split(stream);
                let mut writing = AbortOnDropHandle::new(tokio::spawn(writer.run(writing)));
                self.send(SocketEvent::Event(Event::Opened(self.generation))).await;
                let (code, reason) = self.read(reading, deflate, rest).await;
                // The response to a close frame is written last.
                drop(self.replies);
                let is_written = code != CloseCode::ABNORMAL
                    && tokio::time::timeout(CLOSE_WRITE_TIMEOUT, &mut writing).await.is_ok();
                if !is_written {
                    // Only after its end the count is final: the server may respond to a message and close before the
                    // writer has subtracted the message.
                    writing.abort();
                    let _ = writing.await;
                }
                let buffered = unwritten.load(Ordering::Relaxed);
                SocketEvent::Event(Event::Closed { socket: self.generation, code: code.0, reason, buffered })
            }
            Err(error) if !error.is_temporary(self.connected) => SocketEvent::DialFailed(self.generation, error),
            Err(error) => SocketEvent::Event(Event::Closed {
                socket: self.generation,
                code: CloseCode::ABNORMAL.0,
                reason: error.to_string(),
                buffered: 0,
            }),
        };
        let _ = self.events.send(event).await;
    }

    async fn send(&self, event: SocketEvent) {
        let _ = self.events.send(event).await;
    }

    /// Reads until the connection ends; returns the close code and the reason.
    async fn read(
        &self,
        mut stream: ReadHalf<Box<dyn Stream>>,
        deflate: Option<DeflateParams>,
        mut input: Vec<u8>,
    ) -> (CloseCode, String) {
        let inflation = deflate.map_or(Inflation::Disabled, DeflateParams::inflation);
        let mut decoder = Decoder::new(Role::Client, MAX_MESSAGE, inflation);
        let mut message = Vec::new();
        loop {
            if let Some(end) = self.decode(&mut decoder, &mut input, &mut message).await {
                return end;
            }
            input.clear();
            input.reserve(READ_SIZE);
            match stream.read_buf(&mut input).await {
                Ok(0) => return (CloseCode::ABNORMAL, String::new()),
                Ok(_) => {}
                Err(error) => return (CloseCode::ABNORMAL, error.to_string()),
            }
        }
    }

    /// Decodes the input and sends an event for each message. Returns the close code and reason if the connection
    /// ends.
    async fn decode(
        &self,
        decoder: &mut Decoder,
        input: &mut [u8],
        message: &mut Vec<u8>,
    ) -> Option<(CloseCode, String)> {
        let mut consumed = 0;
        while consumed < input.len() {
            let event = match decoder.read(&mut input[consumed..], message) {
                Err(error) => {
                    let _ = self.replies.send(OutgoingMessage::Close(error.close_code().0, String::new()));
                    return Some((error.close_code(), error.to_string()));
                }
                Ok(step) => {
                    consumed += step.consumed;
                    match step.event {
                        Some(WsEvent::Message(Kind::Text, text)) => {
                            let text = String::from_utf8_lossy(text).into_owned();
                            Some(SocketEvent::Event(Event::Received { socket: self.generation, text }))
                        }
                        Some(WsEvent::Message(Kind::Binary, bytes)) => {
                            Some(SocketEvent::Binary(self.generation, bytes.to_vec()))
                        }
                        Some(WsEvent::Ping(payload)) => {
                            if self.pong.replace(payload) {
                                let _ = self.replies.send(OutgoingMessage::Pong(self.pong.clone()));
                            }
                            None
                        }
                        Some(WsEvent::Close(code, reason)) => {
                            let _ = self.replies.send(OutgoingMessage::Close(code.0, String::new()));
                            return Some((code, reason.to_owned()));
                        }
                        Some(WsEvent::Pong(_)) | None => None,
                    }
                }
            };
            if let Some(event) = event {
                self.send(event).await;
            }
        }
        None
    }
}
