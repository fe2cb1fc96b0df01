//! One socket: a task that dials, reads and reports; what is written has another one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, ReadHalf, split};
use tokio::sync::Notify;
use tokio::sync::mpsc::{self, Sender, UnboundedSender};
use tokio_util::task::AbortOnDropHandle;
use yodel_client::{Event, Generation};
use yodel_protocol::CloseCode;

use super::plan::Plan;
use super::writer::{Out, Writer};
use crate::dial::answer::Deflate;
use crate::dial::{DialError, Stream, shake, stream};
use yodel_websocket::decoder::{Decoder, Event as WsEvent, Inflation, Role};
use yodel_websocket::message::Kind;

/// The longest message that is taken, in bytes.
const LONGEST: usize = 64 * 1024 * 1024;

/// What one read takes, in bytes.
const READ: usize = 64 * 1024;

/// How long the answer to a close frame may take to be written.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What a socket reports.
#[derive(Debug)]
pub enum WireReport {
    /// Something for the session.
    Event(Event),
    /// A binary message.
    Binary(Generation, Vec<u8>),
    /// It could not be opened, and will not be by trying again.
    Hopeless(Generation, DialError),
}

/// The driver's end of a socket. Dropping it ends the tasks and with them the connection.
#[derive(Debug)]
pub struct Wire {
    /// Which socket.
    pub generation: Generation,
    out: UnboundedSender<Out>,
    unwritten: Arc<AtomicU64>,
    _task: AbortOnDropHandle<()>,
}

impl Wire {
    /// Dials. `written` is told whenever everything is written.
    pub fn dial(generation: Generation, plan: &Arc<Plan>, reports: Sender<WireReport>, written: Arc<Notify>) -> Self {
        let (out, outgoing) = mpsc::unbounded_channel();
        let unwritten = Arc::new(AtomicU64::new(0));
        let pongs = out.clone();
        let writer = Writer { outgoing, unwritten: Arc::clone(&unwritten), written };
        let plan = Arc::clone(plan);
        let task = tokio::spawn(async move {
            let talk = WireTask { generation, reports, pongs };
            talk.run(&plan, writer).await;
        });
        Self { generation, out, unwritten, _task: AbortOnDropHandle::new(task) }
    }

    /// Sends a text message.
    pub fn text(&self, text: String) {
        self.unwritten.fetch_add(text.len() as u64, Ordering::Relaxed);
        // A writer that is gone has a reader that says so.
        let _ = self.out.send(Out::Text(text));
    }

    /// Sends a close frame.
    pub fn close(&self, code: u16) {
        let _ = self.out.send(Out::Close(code));
    }

    /// Bytes that are not written yet.
    pub fn unwritten(&self) -> u64 {
        self.unwritten.load(Ordering::Relaxed)
    }
}

/// The reading side.
struct WireTask {
    generation: Generation,
    reports: Sender<WireReport>,
    pongs: UnboundedSender<Out>,
}

impl WireTask {
    async fn run(self, plan: &Plan, writer: Writer) {
        let unwritten = Arc::clone(&writer.unwritten);
        let report = match self.open(plan).await {
            Ok((stream, deflate, rest)) => {
                let (reading, writing) = split(stream);
                let writing = AbortOnDropHandle::new(tokio::spawn(writer.run(writing)));
                self.report(WireReport::Event(Event::Opened(self.generation))).await;
                let (code, reason) = self.read(reading, deflate, rest).await;
                // The answer to a close frame is the last thing that is written.
                drop(self.pongs);
                if code != CloseCode::ABNORMAL {
                    let _ = tokio::time::timeout(LAST_WORDS, writing).await;
                }
                let buffered = unwritten.load(Ordering::Relaxed);
                WireReport::Event(Event::Closed { socket: self.generation, code: code.0, reason, buffered })
            }
            Err(error) if error.is_hopeless() => WireReport::Hopeless(self.generation, error),
            Err(error) => WireReport::Event(Event::Closed {
                socket: self.generation,
                code: CloseCode::ABNORMAL.0,
                reason: error.to_string(),
                buffered: 0,
            }),
        };
        let _ = self.reports.send(report).await;
    }

    async fn report(&self, report: WireReport) {
        let _ = self.reports.send(report).await;
    }

    async fn open(&self, plan: &Plan) -> Result<(Box<dyn Stream>, Option<Deflate>, Vec<u8>), DialError> {
        let mut stream = stream::open(&plan.url, plan.insecure).await?;
        let (deflate, rest) = shake::shake(&mut stream, &plan.upgrade()).await?;
        Ok((stream, deflate, rest))
    }

    /// Reads until the end; how it ended.
    async fn read(
        &self,
        mut stream: ReadHalf<Box<dyn Stream>>,
        deflate: Option<Deflate>,
        mut input: Vec<u8>,
    ) -> (CloseCode, String) {
        let inflation = deflate.map_or(Inflation::Disabled, Deflate::inflation);
        let mut decoder = Decoder::new(Role::Client, LONGEST, inflation);
        let mut message = Vec::new();
        loop {
            if let Some(end) = self.take(&mut decoder, &mut input, &mut message).await {
                return end;
            }
            input.clear();
            input.reserve(READ);
            match stream.read_buf(&mut input).await {
                Ok(0) => return (CloseCode::ABNORMAL, String::new()),
                Ok(_) => {}
                Err(error) => return (CloseCode::ABNORMAL, error.to_string()),
            }
        }
    }

    /// Reports all that is in the input.
    async fn take(
        &self,
        decoder: &mut Decoder,
        input: &mut [u8],
        message: &mut Vec<u8>,
    ) -> Option<(CloseCode, String)> {
        let mut taken = 0;
        while taken < input.len() {
            let report = match decoder.read(&mut input[taken..], message) {
                Err(violation) => {
                    let _ = self.pongs.send(Out::Close(violation.close_code().0));
                    return Some((violation.close_code(), violation.to_string()));
                }
                Ok(step) => {
                    taken += step.consumed;
                    match step.event {
                        Some(WsEvent::Message(Kind::Text, text)) => {
                            let text = String::from_utf8_lossy(text).into_owned();
                            Some(WireReport::Event(Event::Received { socket: self.generation, text }))
                        }
                        Some(WsEvent::Message(Kind::Binary, bytes)) => {
                            Some(WireReport::Binary(self.generation, bytes.to_vec()))
                        }
                        Some(WsEvent::Ping(payload)) => {
                            let _ = self.pongs.send(Out::Pong(payload.to_vec()));
                            None
                        }
                        Some(WsEvent::Close(code, reason)) => {
                            let _ = self.pongs.send(Out::Close(code.0));
                            return Some((code, reason.to_owned()));
                        }
                        Some(WsEvent::Pong(_)) | None => None,
                    }
                }
            };
            if let Some(report) = report {
                self.report(report).await;
            }
        }
        None
    }
}
