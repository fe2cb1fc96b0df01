//! Receiving side of a connection, byte by byte (RFC 6455 §5, RFC 7692 §6).

use yodel_protocol::CloseCode;
use yodel_websocket::decoder::{self, Role};
use yodel_websocket::error::ProtocolError;
use yodel_websocket::message::Kind;

use super::head::{self, Head};
use super::inflate::{Inflate, InflateError, MAX_WINDOW_BITS};

/// A decoded message or control frame, or an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelEvent {
    Message(Kind, Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(CloseCode),
    Error(ProtocolError),
    /// A compressed message that ends inside a block with context takeover. The result of this and the following
    /// messages is undefined.
    Undefined,
}

/// Compression mode of a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    Disabled,
    PerMessage,
    ContextTakeover,
}

/// Role, limits and compression of the receiver.
#[derive(Clone, Copy, Debug)]
pub struct PeerConfig {
    pub role: Role,
    pub compression: Compression,
    pub max_message: usize,
}

/// Receiver.
#[derive(Debug)]
pub struct Peer {
    config: PeerConfig,
    inflate: Inflate,
    /// Header of the current frame, as far as received.
    head: Vec<u8>,
    /// Unmasked payload of the current frame, after its header.
    frame: Option<(Head, Vec<u8>)>,
    message: Option<Message>,
}

/// An incomplete message.
#[derive(Debug)]
struct Message {
    text: bool,
    compressed: bool,
    payload: Vec<u8>,
    /// The incomplete character of a text.
    character: Vec<u8>,
}

impl Peer {
    pub fn new(config: PeerConfig) -> Self {
        Self { config, inflate: Inflate::new(MAX_WINDOW_BITS), head: Vec::new(), frame: None, message: None }
    }

    /// Returns whether a frame or message is incomplete.
    pub fn has_partial(&self) -> bool {
        !self.head.is_empty() || self.message.is_some()
    }

    /// Consumes a byte; returns the event that it completes.
    pub fn take(&mut self, byte: u8) -> Option<ModelEvent> {
        self.try_take(byte).unwrap_or_else(|error| Some(ModelEvent::Error(error)))
    }

    fn try_take(&mut self, byte: u8) -> Result<Option<ModelEvent>, ProtocolError> {
        if let Some((head, payload)) = &mut self.frame {
            let byte = byte ^ head.key.map_or(0, |key| key[payload.len() % 4]);
            payload.push(byte);
            if let Some(message) = self.message.as_mut().filter(|_| head.opcode < 8) {
                message.take(byte)?;
            }
        } else {
            self.head.push(byte);
            let Some(head) = head::read(&self.head)? else { return Ok(None) };
            self.begin(&head)?;
            self.frame = Some((head, Vec::new()));
        }
        match self.frame.take() {
            Some((head, payload)) if head.length == payload.len() as u64 => {
                self.head.clear();
                self.end(&head, &payload)
            }
            unfinished => {
                self.frame = unfinished;
                Ok(None)
            }
        }
    }

    /// Handles a complete header.
    fn begin(&mut self, head: &Head) -> Result<(), ProtocolError> {
        match self.config.role {
            Role::Server if head.key.is_none() => return Err(ProtocolError::Unmasked),
            Role::Client if head.key.is_some() => return Err(ProtocolError::Masked),
            _ => {}
        }
        if head.rsv1 && (self.config.compression == Compression::Disabled || !matches!(head.opcode, 1 | 2)) {
            return Err(ProtocolError::ReservedBit);
        }
        match (head.opcode, &self.message) {
            (8.., _) => return Ok(()),
            (0, None) => return Err(ProtocolError::UnexpectedContinuation),
            (1 | 2, Some(_)) => return Err(ProtocolError::UnfinishedMessage),
            _ => {}
        }
        let message = self.message.get_or_insert_with(|| Message {
            text: head.opcode == 1,
            compressed: head.rsv1,
            payload: Vec::new(),
            character: Vec::new(),
        });
        let max = self.config.max_message;
        let max = if message.compressed { decoder::max_compressed(max) } else { max };
        if u128::from(head.length) + message.payload.len() as u128 > max as u128 {
            return Err(ProtocolError::TooBig);
        }
        Ok(())
    }

    /// Handles a complete frame.
    fn end(&mut self, head: &Head, payload: &[u8]) -> Result<Option<ModelEvent>, ProtocolError> {
        Ok(match head.opcode {
            8 => Some(close(payload)?),
            9 => Some(ModelEvent::Ping(payload.to_vec())),
            10 => Some(ModelEvent::Pong(payload.to_vec())),
            _ if !head.fin => None,
            _ => self.message.take().map(|message| self.complete(message)).transpose()?,
        })
    }

    /// Handles a complete message.
    fn complete(&mut self, message: Message) -> Result<ModelEvent, ProtocolError> {
        let payload = if message.compressed {
            if self.config.compression == Compression::PerMessage {
                self.inflate = Inflate::new(MAX_WINDOW_BITS);
            }
            match self.inflate.message(&message.payload, self.config.max_message) {
                Ok(payload) => payload,
                Err(InflateError::Truncated) if self.config.compression == Compression::ContextTakeover => {
                    return Ok(ModelEvent::Undefined);
                }
                Err(InflateError::Truncated) => return Err(ProtocolError::Deflate),
                Err(InflateError::Protocol(error)) => return Err(error),
            }
        } else {
            message.payload
        };
        if message.text {
            std::str::from_utf8(&payload).map_err(|_| ProtocolError::Utf8)?;
        }
        Ok(ModelEvent::Message(if message.text { Kind::Text } else { Kind::Binary }, payload))
    }
}

impl Message {
    fn take(&mut self, byte: u8) -> Result<(), ProtocolError> {
        self.payload.push(byte);
        if !self.text || self.compressed {
            return Ok(());
        }
        self.character.push(byte);
        match std::str::from_utf8(&self.character) {
            Ok(_) => self.character.clear(),
            Err(error) if error.error_len().is_none() => {}
            Err(_) => return Err(ProtocolError::Utf8),
        }
        Ok(())
    }
}

/// Parses the payload of a close frame (RFC 6455 §5.5.1 and §7.4).
fn close(payload: &[u8]) -> Result<ModelEvent, ProtocolError> {
    let (code, reason) = match payload {
        [] => return Ok(ModelEvent::Close(CloseCode::NO_CODE)),
        [_] => return Err(ProtocolError::TruncatedCloseCode),
        [high, low, reason @ ..] => (u16::from(*high) * 256 + u16::from(*low), reason),
    };
    if !(1000..5000).contains(&code) || matches!(code, 1004..=1006 | 1015..=2999) {
        return Err(ProtocolError::CloseCode);
    }
    std::str::from_utf8(reason).map_err(|_| ProtocolError::Utf8)?;
    Ok(ModelEvent::Close(CloseCode(code)))
}
