//! The writing half of a socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncWriteExt, WriteHalf};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedReceiver;
use yodel_protocol::CloseCode;

use super::pong::PendingPong;
use crate::dial::Stream;
use crate::dial::frame::{UnmaskedFrame, append_frame};
use yodel_websocket::frame::Opcode;

/// Size up to which queued messages are combined into one write, in bytes.
const WRITE_SIZE: usize = 64 * 1024;

/// A message to write.
#[derive(Debug)]
pub enum OutgoingMessage {
    /// A text message.
    Text(String),
    /// The response to the latest ping.
    Pong(PendingPong),
    /// A close frame with this code and reason; nothing follows it.
    Close(u16, String),
}

/// The task that writes.
pub struct Writer {
    /// Queue of messages.
    pub outgoing: UnboundedReceiver<OutgoingMessage>,
    /// Number of bytes of text that are queued and not written.
    pub unwritten: Arc<AtomicU64>,
    /// Notified when all queued text is written.
    pub written: Arc<Notify>,
}

impl Writer {
    /// Writes until a close frame is written, all senders are dropped, or writing fails.
    pub async fn run(mut self, mut stream: WriteHalf<Box<dyn Stream>>) {
        let mut bytes = Vec::new();
        while let Some(first) = self.outgoing.recv().await {
            let mut next = Some(first);
            let (mut texts, mut closes) = (0, false);
            while let Some(message) = next {
                texts += append(&message, &mut bytes);
                closes = matches!(message, OutgoingMessage::Close(..));
                next = if closes || bytes.len() > WRITE_SIZE { None } else { self.outgoing.try_recv().ok() };
            }
            if stream.write_all(&bytes).await.is_err() || stream.flush().await.is_err() || closes {
                return;
            }
            bytes.clear();
            let before = self.unwritten.fetch_sub(texts, Ordering::Relaxed);
            if before == texts {
                self.written.notify_one();
            }
        }
    }
}

/// Appends a frame and returns the number of bytes of text in it.
fn append(message: &OutgoingMessage, bytes: &mut Vec<u8>) -> u64 {
    let (close, pong);
    let (opcode, payload): (_, &[u8]) = match message {
        OutgoingMessage::Text(text) => (Opcode::Text, text.as_bytes()),
        OutgoingMessage::Pong(pending) => {
            pong = pending.take().unwrap_or_default();
            (Opcode::Pong, &pong)
        }
        OutgoingMessage::Close(code, reason) => {
            close = [&code.to_be_bytes()[..], reason.as_bytes()].concat();
            (Opcode::Close, if *code == CloseCode::NO_CODE.0 { &[] } else { &close })
        }
    };
    append_frame(UnmaskedFrame { opcode, compressed: false, payload }, mask(), bytes);
    if let OutgoingMessage::Text(text) = message { text.len() as u64 } else { 0 }
}

/// Returns a new random mask. Each frame needs one that cannot be predicted (RFC 6455, section 10.3).
fn mask() -> [u8; 4] {
    let mut mask = [0; 4];
    // Without random numbers the handshake would have failed.
    let _ = getrandom::fill(&mut mask);
    mask
}
