//! One side of a connection that reads a byte at a time (RFC 6455, section 5; RFC 7692, section 6).

use yodel_protocol::CloseCode;
use yodel_websocket::decoder::Role;
use yodel_websocket::message::Kind;
use yodel_websocket::violation::Violation;

use super::head::{self, Head};
use super::inflate::{Inflate, LARGEST_WINDOW, Wrong};

/// What was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Message(Kind, Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(CloseCode),
    Broken(Violation),
    /// A compressed message that ends inside a block, where the next one may go on with it: whatever
    /// comes of it, nothing can be said about what follows.
    Undefined,
}

/// How compressed messages are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    Refused,
    Apart,
    Together,
}

/// What is read, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    pub role: Role,
    pub compression: Compression,
    pub max_message: usize,
}

/// The one that reads.
#[derive(Debug)]
pub struct Peer {
    terms: Terms,
    inflate: Inflate,
    /// The header of the frame that is being read, as far as it came.
    head: Vec<u8>,
    /// The payload of that frame, unmasked, once the header is there.
    frame: Option<(Head, Vec<u8>)>,
    message: Option<Message>,
}

/// A message that is not complete.
#[derive(Debug)]
struct Message {
    text: bool,
    compressed: bool,
    payload: Vec<u8>,
    /// The character that a text is in.
    character: Vec<u8>,
}

impl Peer {
    pub fn new(terms: Terms) -> Self {
        Self { terms, inflate: Inflate::new(LARGEST_WINDOW), head: Vec::new(), frame: None, message: None }
    }

    /// Whether something has begun that has not ended.
    pub fn is_inside(&self) -> bool {
        !self.head.is_empty() || self.message.is_some()
    }

    /// Takes the next byte; says what is complete with it.
    pub fn take(&mut self, byte: u8) -> Option<Event> {
        self.try_take(byte).unwrap_or_else(|violation| Some(Event::Broken(violation)))
    }

    fn try_take(&mut self, byte: u8) -> Result<Option<Event>, Violation> {
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

    /// A header is there.
    fn begin(&mut self, head: &Head) -> Result<(), Violation> {
        match self.terms.role {
            Role::Server if head.key.is_none() => return Err(Violation::Unmasked),
            Role::Client if head.key.is_some() => return Err(Violation::Masked),
            _ => {}
        }
        if head.rsv1 && (self.terms.compression == Compression::Refused || !matches!(head.opcode, 1 | 2)) {
            return Err(Violation::ReservedBit);
        }
        match (head.opcode, &self.message) {
            (8.., _) => return Ok(()),
            (0, None) => return Err(Violation::NothingToContinue),
            (1 | 2, Some(_)) => return Err(Violation::Unfinished),
            _ => {}
        }
        let message = self.message.get_or_insert_with(|| Message {
            text: head.opcode == 1,
            compressed: head.rsv1,
            payload: Vec::new(),
            character: Vec::new(),
        });
        let most = self.terms.max_message;
        // What cannot be compressed grows a little.
        let most = if message.compressed { most + most / 64 + 64 } else { most };
        if u128::from(head.length) + message.payload.len() as u128 > most as u128 {
            return Err(Violation::TooBig);
        }
        Ok(())
    }

    /// A frame is there.
    fn end(&mut self, head: &Head, payload: &[u8]) -> Result<Option<Event>, Violation> {
        Ok(match head.opcode {
            8 => Some(close(payload)?),
            9 => Some(Event::Ping(payload.to_vec())),
            10 => Some(Event::Pong(payload.to_vec())),
            _ if !head.fin => None,
            _ => self.message.take().map(|message| self.complete(message)).transpose()?,
        })
    }

    /// A message is there.
    fn complete(&mut self, message: Message) -> Result<Event, Violation> {
        let payload = if message.compressed {
            if self.terms.compression == Compression::Apart {
                self.inflate = Inflate::new(LARGEST_WINDOW);
            }
            match self.inflate.message(&message.payload, self.terms.max_message) {
                Ok(payload) => payload,
                Err(Wrong::Cut) if self.terms.compression == Compression::Together => return Ok(Event::Undefined),
                Err(Wrong::Cut) => return Err(Violation::Deflate),
                Err(Wrong::Violation(violation)) => return Err(violation),
            }
        } else {
            message.payload
        };
        if message.text {
            std::str::from_utf8(&payload).map_err(|_| Violation::Utf8)?;
        }
        Ok(Event::Message(if message.text { Kind::Text } else { Kind::Binary }, payload))
    }
}

impl Message {
    fn take(&mut self, byte: u8) -> Result<(), Violation> {
        self.payload.push(byte);
        if !self.text || self.compressed {
            return Ok(());
        }
        self.character.push(byte);
        match std::str::from_utf8(&self.character) {
            Ok(_) => self.character.clear(),
            Err(error) if error.error_len().is_none() => {}
            Err(_) => return Err(Violation::Utf8),
        }
        Ok(())
    }
}

/// RFC 6455, sections 5.5.1 and 7.4.
fn close(payload: &[u8]) -> Result<Event, Violation> {
    let (code, reason) = match payload {
        [] => return Ok(Event::Close(CloseCode::NO_CODE)),
        [_] => return Err(Violation::HalfCode),
        [high, low, reason @ ..] => (u16::from(*high) * 256 + u16::from(*low), reason),
    };
    if !(1000..5000).contains(&code) || matches!(code, 1004..=1006 | 1015..=2999) {
        return Err(Violation::CloseCode);
    }
    std::str::from_utf8(reason).map_err(|_| Violation::Utf8)?;
    Ok(Event::Close(CloseCode(code)))
}
