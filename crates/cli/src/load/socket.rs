//! One open connection, seen from the client.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use yodel_protocol::CloseCode;

use super::error::LoadError;
use super::outgoing::{Outbox, Outgoing};
use crate::dial::Stream;
use crate::dial::frame::{Form, append_frame};
use yodel_websocket::decoder::{Decoder, Event};
use yodel_websocket::frame::Opcode;

/// What one read takes from the kernel, in bytes: all that a wake-up brings, as a rule.
const READ_BUFFER: usize = 128 * 1024;

thread_local! {
    /// One set for all connections of a thread; a connection keeps only half a message.
    static BUFFERS: RefCell<Buffers> =
        RefCell::new(Buffers { input: vec![0; READ_BUFFER].into_boxed_slice(), message: Vec::new() });
}

struct Buffers {
    input: Box<[u8]>,
    /// A message that is not in the input as it is.
    message: Vec<u8>,
}

/// An open WebSocket.
pub struct Socket {
    stream: Box<dyn Stream>,
    /// What this connection masks its frames with: one random key, because no proxy is to be fooled here.
    pub key: [u8; 4],
    /// Whether the server takes compressed messages.
    pub compressed: bool,
    decoder: Decoder,
    /// What came right behind the handshake, until somebody looks at it.
    held: Vec<u8>,
    /// Answers to pings.
    pongs: Vec<u8>,
    unflushed: bool,
}

impl Socket {
    /// A connection whose handshake is done.
    pub fn new(stream: Box<dyn Stream>, key: [u8; 4], compressed: bool, decoder: Decoder, held: Vec<u8>) -> Self {
        Self { stream, key, compressed, decoder, held, pongs: Vec::new(), unflushed: false }
    }

    /// Writes what is to go out, and reads once. Ready when something was read, also if no message
    /// is whole yet.
    pub fn poll_turn(
        &mut self,
        context: &mut Context<'_>,
        outgoing: &mut impl Outgoing,
        mut on: impl FnMut(&[u8]) -> Result<(), LoadError>,
    ) -> Poll<Result<(), LoadError>> {
        let written = self.poll_write(context, outgoing);
        let read = self.poll_read(context, &mut on);
        match (written, read) {
            // A server that closes says why before it stops reading.
            (Poll::Ready(Err(_)), Poll::Ready(Err(closed))) => Poll::Ready(Err(closed)),
            (Poll::Ready(Err(error)), _) => Poll::Ready(Err(LoadError::Broken(error))),
            (_, read) => read,
        }
    }

    /// One turn, waited for.
    pub async fn turn(
        &mut self,
        outgoing: &mut impl Outgoing,
        mut on: impl FnMut(&[u8]) -> Result<(), LoadError>,
    ) -> Result<(), LoadError> {
        poll_fn(|context| self.poll_turn(context, outgoing, &mut on)).await
    }

    /// Says goodbye and waits until the server is gone.
    pub async fn close(mut self) -> Result<(), LoadError> {
        let mut outbox = self.goodbye();
        loop {
            match self.turn(&mut outbox, |_| Ok(())).await {
                Ok(()) => {}
                Err(LoadError::Closed(_)) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// Says goodbye, if that can be said at once, and waits for nobody.
    pub async fn leave(mut self) {
        let mut outbox = self.goodbye();
        let once = poll_fn(|context| Poll::Ready(self.poll_write(context, &mut outbox)));
        let _ = tokio::task::unconstrained(once).await;
    }

    fn goodbye(&self) -> Outbox {
        let mut outbox = Outbox::default();
        let payload = &CloseCode::NORMAL.0.to_be_bytes();
        outbox.push(Form { opcode: Opcode::Close, compressed: false, payload }, self.key);
        outbox
    }

    fn poll_write(&mut self, context: &mut Context<'_>, outgoing: &mut impl Outgoing) -> Poll<io::Result<()>> {
        while !self.pongs.is_empty() && outgoing.is_between_frames() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, &self.pongs))?;
            self.pongs.drain(..written);
            self.unflushed = true;
        }
        while !outgoing.next().is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, outgoing.next()))?;
            outgoing.advance(written);
            self.unflushed = true;
        }
        if self.unflushed {
            ready!(Pin::new(&mut self.stream).poll_flush(context))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        on: &mut impl FnMut(&[u8]) -> Result<(), LoadError>,
    ) -> Poll<Result<(), LoadError>> {
        BUFFERS.with_borrow_mut(|Buffers { input, message }| {
            if !self.held.is_empty() {
                let mut held = std::mem::take(&mut self.held);
                self.take(&mut held, message, on)?;
            }
            let mut buffer = ReadBuf::new(input);
            // A read that does not fill the buffer also says that the socket is empty now, so
            // nobody is asked a second time.
            if let Err(error) = ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer)) {
                return Poll::Ready(Err(LoadError::Broken(error)));
            }
            if buffer.filled().is_empty() {
                return Poll::Ready(Err(LoadError::Closed("without a close frame".to_owned())));
            }
            Poll::Ready(self.take(buffer.filled_mut(), message, on))
        })
    }

    fn take(
        &mut self,
        input: &mut [u8],
        room: &mut Vec<u8>,
        on: &mut impl FnMut(&[u8]) -> Result<(), LoadError>,
    ) -> Result<(), LoadError> {
        let mut taken = 0;
        while taken < input.len() {
            let step = self.decoder.read(&mut input[taken..], room)?;
            taken += step.consumed;
            match step.event {
                Some(Event::Message(_, message)) => on(message)?,
                Some(Event::Ping(payload)) => {
                    append_frame(Form { opcode: Opcode::Pong, compressed: false, payload }, self.key, &mut self.pongs);
                }
                Some(Event::Close(code, reason)) => return Err(LoadError::closed(code, reason)),
                Some(Event::Pong(_)) | None => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;
    use yodel_websocket::decoder::{Inflation, Role};

    const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

    /// A socket that holds this, and the server's side of it, from which it reads so many bytes at once.
    fn socket(held: &[u8], at_once: usize) -> (Socket, DuplexStream) {
        let (near, far) = duplex(at_once);
        let decoder = Decoder::new(Role::Client, 1_000, Inflation::PerMessage);
        (Socket::new(Box::new(near), KEY, true, decoder, held.to_vec()), far)
    }

    /// What is heard until the server has said all of this, and why that was the end.
    async fn hear(held: &[u8], said: &'static [u8], at_once: usize) -> (Vec<String>, String) {
        let (mut socket, mut server) = socket(held, at_once);
        tokio::spawn(async move { server.write_all(said).await });
        let mut heard = Vec::new();
        loop {
            let note = |message: &[u8]| {
                heard.push(String::from_utf8_lossy(message).into_owned());
                Ok(())
            };
            if let Err(end) = socket.turn(&mut (), note).await {
                return (heard, end.to_string());
            }
        }
    }

    #[tokio::test]
    async fn messages_are_heard_whole_however_they_are_read() {
        let said =
            b"\x81\x05Hello\x01\x03Hel\x8a\x00\x80\x02lo\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00\x82\x00\x88\x02\x03\xe8";
        for at_once in 1..=said.len() {
            let (heard, end) = hear(b"", said, at_once).await;
            assert_eq!(heard, ["Hello", "Hello", "Hello", ""]);
            assert_eq!(end, "the server closed a connection with 1000 (normal)");
        }
    }

    #[tokio::test]
    async fn what_came_behind_the_handshake_is_not_lost() {
        let (heard, end) = hear(b"\x81\x01!\x81\x05Hel", b"lo\x81\x01?", 9).await;
        assert_eq!(heard, ["!", "Hello", "?"]);
        assert_eq!(end, "the server closed a connection without a close frame");
    }

    #[tokio::test]
    async fn a_server_that_breaks_the_protocol_is_told_apart() {
        for (said, what) in [
            (&b"\x81\x80\0\0\0\0"[..], "frame masked"),
            (b"\x82\x7e\x03\xe9", "message too big"),
            (b"HTTP/1.1 400", "control frame fragmented"),
        ] {
            let (_, end) = hear(b"", said, 20).await;
            assert_eq!(end, format!("the server broke the protocol: {what}"));
        }
    }

    #[tokio::test]
    async fn a_ping_is_answered_with_what_it_said() {
        let (mut socket, mut server) = socket(b"", 20);
        for said in [&b"\x89\x05Hello"[..], b"\x81\x00"] {
            server.write_all(said).await.expect("there is room");
            socket.turn(&mut (), |_| Ok(())).await.expect("it is heard");
        }
        let mut pong = [0; 11];
        server.read_exact(&mut pong).await.expect("it is answered before more is read");
        assert_eq!(&pong, b"\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
    }
}
