//! What goes out over a socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncWriteExt, WriteHalf};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedReceiver;
use yodel_protocol::CloseCode;

use crate::dial::Stream;
use crate::dial::frame::{UnmaskedFrame, append_frame};
use yodel_websocket::frame::Opcode;

/// So many bytes of small messages are written at once.
const WRITE: usize = 64 * 1024;

/// What is written.
#[derive(Debug)]
pub enum Out {
    /// A text message.
    Text(String),
    /// The answer to a ping.
    Pong(Vec<u8>),
    /// The last frame.
    Close(u16),
}

/// The writing side.
pub struct Writer {
    /// What is to be written.
    pub outgoing: UnboundedReceiver<Out>,
    /// Bytes of text that are not.
    pub unwritten: Arc<AtomicU64>,
    /// Told when all of them are.
    pub written: Arc<Notify>,
}

impl Writer {
    /// Writes until there is a close frame or nobody who could send anything.
    pub async fn run(mut self, mut stream: WriteHalf<Box<dyn Stream>>) {
        let mut bytes = Vec::new();
        while let Some(first) = self.outgoing.recv().await {
            let mut next = Some(first);
            let (mut texts, mut closes) = (0, false);
            while let Some(out) = next {
                texts += append(&out, &mut bytes);
                closes = matches!(out, Out::Close(_));
                next = if closes || bytes.len() > WRITE { None } else { self.outgoing.try_recv().ok() };
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

/// Appends a frame; how many bytes of text are in it.
fn append(out: &Out, bytes: &mut Vec<u8>) -> u64 {
    let code;
    let (opcode, payload): (_, &[u8]) = match out {
        Out::Text(text) => (Opcode::Text, text.as_bytes()),
        Out::Pong(payload) => (Opcode::Pong, payload),
        Out::Close(number) => {
            code = number.to_be_bytes();
            (Opcode::Close, if *number == CloseCode::NO_CODE.0 { &[] } else { &code })
        }
    };
    append_frame(UnmaskedFrame { opcode, compressed: false, payload }, mask(), bytes);
    if let Out::Text(text) = out { text.len() as u64 } else { 0 }
}

/// A fresh one for each frame, so that nobody can tell what goes over the network (RFC 6455, section 10.3).
fn mask() -> [u8; 4] {
    let mut mask = [0; 4];
    // Without random numbers the handshake would have failed.
    let _ = getrandom::fill(&mut mask);
    mask
}
