//! The client's side of a WebSocket.

use yodel_protocol::CloseCode;
use yodel_websocket::decoder::{Decoder, Event, Inflation, Role};
use yodel_websocket::frame::{Header, Opcode};
use yodel_websocket::message::Kind;

use crate::network::Uplink;

/// Maximum size of a message, in bytes.
const MAX_MESSAGE: usize = 16 << 20;

/// The client's side of a WebSocket. Dropping it closes the connection without a close frame.
#[derive(Debug)]
pub struct ClientSocket {
    uplink: Uplink,
    decoder: Decoder,
    is_closing: bool,
}

/// Message or end of a connection.
#[derive(Debug, PartialEq, Eq)]
pub enum Received {
    /// A text message.
    Text(String),
    /// A close frame; it was answered.
    Close(CloseCode, String),
    /// The server breaks the protocol.
    Invalid(String),
}

impl ClientSocket {
    /// Creates the socket of a connection after its handshake.
    pub fn new(uplink: Uplink) -> Self {
        Self { uplink, decoder: Decoder::new(Role::Client, MAX_MESSAGE, Inflation::Disabled), is_closing: false }
    }

    /// Returns the number of bytes that the network has not accepted.
    pub fn buffered(&self) -> u64 {
        self.uplink.buffered()
    }

    /// Sends a text message.
    pub fn text(&self, text: &str) {
        self.send(Opcode::Text, text.as_bytes());
    }

    /// Sends a close frame, unless one was sent.
    pub fn close(&mut self, code: u16) {
        if !std::mem::replace(&mut self.is_closing, true) {
            self.send(Opcode::Close, &code.to_be_bytes());
        }
    }

    /// Decodes what has arrived, and answers pings.
    pub fn receive(&mut self, bytes: &mut [u8]) -> Vec<Received> {
        let (mut received, mut consumed, mut scratch) = (Vec::new(), 0, Vec::new());
        while consumed < bytes.len() {
            let decoded = match self.decoder.read(&mut bytes[consumed..], &mut scratch) {
                Ok(decoded) => decoded,
                Err(error) => {
                    received.push(Received::Invalid(error.to_string()));
                    break;
                }
            };
            consumed += decoded.consumed;
            match decoded.event {
                Some(Event::Message(Kind::Text, text)) => {
                    received.push(Received::Text(String::from_utf8_lossy(text).into_owned()));
                }
                Some(Event::Message(Kind::Binary, _)) => received.push(Received::Invalid("binary message".to_owned())),
                Some(Event::Ping(payload)) => send(&self.uplink, Opcode::Pong, payload),
                Some(Event::Close(code, reason)) => {
                    received.push(Received::Close(code, reason.to_owned()));
                    self.close(code.0);
                    break;
                }
                Some(Event::Pong(_)) | None => {}
            }
        }
        received
    }

    fn send(&self, opcode: Opcode, payload: &[u8]) {
        send(&self.uplink, opcode, payload);
    }
}

/// Sends a frame with a mask of zeros.
fn send(uplink: &Uplink, opcode: Opcode, payload: &[u8]) {
    let mut frame = Vec::with_capacity(payload.len() + 14);
    let header = Header { fin: true, rsv1: false, opcode, mask: Some([0; 4]), length: payload.len() as u64 };
    header.write(&mut frame);
    frame.extend_from_slice(payload);
    uplink.send(frame);
}
