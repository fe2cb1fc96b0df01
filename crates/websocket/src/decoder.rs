//! Bytes in, messages out: fragments are joined, control frames picked from between them, and
//! everything that must not be is refused as soon as it can be seen (RFC 6455, sections 5 and 8).

mod partial;

use yodel_protocol::CloseCode;

use crate::close;
use crate::deflate::{self, Inflater};
use crate::frame::{Header, Opcode};
use crate::message::Kind;
use crate::utf8;
use crate::violation::Violation;
use partial::{Partial, PartialFrame, PartialMessage, unmask};

/// Which side of a connection this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Takes masked frames and sends frames without a mask.
    Server,
    /// The other way round.
    Client,
}

/// What was received.
#[derive(Debug, PartialEq, Eq)]
pub enum Received<'b> {
    /// A whole message.
    Message(Kind, &'b [u8]),
    /// A ping, to be answered with the same payload.
    Ping(&'b [u8]),
    /// A pong.
    Pong(&'b [u8]),
    /// The last thing a peer sends, with its reason; nothing after it counts (RFC 6455, section 5.5.1).
    Close(CloseCode, &'b str),
}

/// How far the input was read, and what is complete with it.
#[derive(Debug, PartialEq, Eq)]
pub struct Step<'b> {
    /// How many bytes of the input are done with.
    pub consumed: usize,
    /// None when the rest of the input is the beginning of something; it has been taken in.
    pub received: Option<Received<'b>>,
}

/// Reads one direction of a connection. Between messages it holds no memory but itself.
#[derive(Debug)]
pub struct Decoder {
    role: Role,
    max_message: usize,
    inflation: Inflation,
    partial: Option<Box<Partial>>,
}

/// How compressed messages are read.
#[derive(Debug)]
pub enum Inflation {
    /// There must be none.
    Refused,
    /// Each by itself.
    Apart,
    /// Each may refer to those before.
    Together(Box<Inflater>),
}

impl Decoder {
    /// Reads what the peer of a `role` sends, messages of at most `max_message` bytes.
    pub fn new(role: Role, max_message: usize, inflation: Inflation) -> Self {
        Self { role, max_message, inflation, partial: None }
    }

    /// Whether something has begun that has not ended.
    pub fn is_inside(&self) -> bool {
        self.partial.is_some()
    }

    /// Reads from the front of `input`, which is unmasked in place, up to the first thing that is
    /// complete. `scratch` takes a message that is not in the input as it is.
    ///
    /// # Errors
    /// What the peer must not have sent; the connection has to be closed then.
    pub fn read<'b>(&mut self, input: &'b mut [u8], scratch: &'b mut Vec<u8>) -> Result<Step<'b>, Violation> {
        if input.is_empty() {
            return Ok(Step { consumed: 0, received: None });
        }
        if self.partial.is_none()
            && let Some((header, start)) = Header::parse(input)?
        {
            self.check(&header, None)?;
            let end = usize::try_from(header.length).ok().and_then(|length| start.checked_add(length));
            if let Some(end) = end.filter(|end| *end <= input.len())
                && header.fin
            {
                let payload = &mut input[start..end];
                unmask(payload, &header, 0);
                return Ok(Step { consumed: end, received: Some(self.whole(&header, payload, scratch)?) });
            }
        }
        self.read_pieces(input, scratch)
    }

    /// A frame that is a message or a control frame by itself.
    fn whole<'b>(
        &mut self,
        header: &Header,
        payload: &'b [u8],
        scratch: &'b mut Vec<u8>,
    ) -> Result<Received<'b>, Violation> {
        let kind = match header.opcode {
            Opcode::Text => Kind::Text,
            Opcode::Binary | Opcode::Continuation => Kind::Binary,
            control => return received_control(control, payload),
        };
        if header.rsv1 {
            scratch.clear();
            self.inflation.inflate(payload, self.max_message, scratch)?;
            return checked(kind, scratch);
        }
        checked(kind, payload)
    }

    fn read_pieces<'b>(&mut self, input: &'b mut [u8], scratch: &'b mut Vec<u8>) -> Result<Step<'b>, Violation> {
        let mut partial = self.partial.take().unwrap_or_default();
        let mut consumed = 0;
        loop {
            let Some(mut frame) = partial.frame.take() else {
                let Some((header, length)) = partial.header.read(&input[consumed..])? else {
                    self.partial = Some(partial);
                    return Ok(Step { consumed: input.len(), received: None });
                };
                consumed += length;
                self.check(&header, partial.message.as_ref())?;
                partial.begin(&header);
                partial.frame = Some(PartialFrame { header, read: 0 });
                continue;
            };
            let piece = frame.next_piece(&mut input[consumed..]);
            consumed += piece.len();
            partial.take_piece(&frame.header, piece)?;
            if !frame.is_complete() {
                partial.frame = Some(frame);
                self.partial = Some(partial);
                return Ok(Step { consumed, received: None });
            }
            if frame.header.opcode.is_control() {
                scratch.clear();
                scratch.append(&mut partial.control);
                self.partial = partial.message.is_some().then_some(partial);
                return Ok(Step { consumed, received: Some(received_control(frame.header.opcode, scratch)?) });
            }
            if frame.header.fin
                && let Some(message) = partial.message.take()
            {
                return Ok(Step { consumed, received: Some(self.joined(message, scratch)?) });
            }
        }
    }

    /// A message all of whose pieces are there.
    fn joined<'b>(&mut self, message: PartialMessage, scratch: &'b mut Vec<u8>) -> Result<Received<'b>, Violation> {
        if message.compressed {
            scratch.clear();
            self.inflation.inflate(&message.bytes, self.max_message, scratch)?;
            return checked(message.kind, scratch);
        }
        message.utf8.finish()?;
        *scratch = message.bytes;
        Ok(Received::Message(message.kind, scratch))
    }

    /// What a header must not say, at this place.
    fn check(&self, header: &Header, begun: Option<&PartialMessage>) -> Result<(), Violation> {
        match (self.role, header.mask) {
            (Role::Server, None) => return Err(Violation::Unmasked),
            (Role::Client, Some(_)) => return Err(Violation::Masked),
            _ => {}
        }
        let begins = matches!(header.opcode, Opcode::Text | Opcode::Binary);
        if header.rsv1 && (!begins || matches!(self.inflation, Inflation::Refused)) {
            return Err(Violation::ReservedBit);
        }
        match (header.opcode, begun) {
            (Opcode::Continuation, None) => Err(Violation::NothingToContinue),
            (Opcode::Text | Opcode::Binary, Some(_)) => Err(Violation::Unfinished),
            (opcode, _) if opcode.is_control() => Ok(()),
            (_, begun) => {
                let compressed = begun.map_or(header.rsv1, |message| message.compressed);
                self.check_size(header.length, begun.map_or(0, |message| message.bytes.len()), compressed)
            }
        }
    }

    /// Before any of it is read: a message that will be too large is not waited for.
    fn check_size(&self, length: u64, begun: usize, compressed: bool) -> Result<(), Violation> {
        // What cannot be compressed grows: by a few bytes where it is stored, by up to an eighth where
        // the fixed code gives nine bits to a byte (RFC 1951, sections 3.2.4 and 3.2.6).
        let limit = if compressed { self.max_message + self.max_message / 8 + 64 } else { self.max_message };
        let fits = usize::try_from(length).is_ok_and(|length| length <= limit.saturating_sub(begun));
        if fits { Ok(()) } else { Err(Violation::TooBig) }
    }
}

impl Inflation {
    fn inflate(&mut self, compressed: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), Violation> {
        match self {
            Self::Refused => Err(Violation::ReservedBit),
            Self::Apart => deflate::inflate(compressed, limit, out),
            Self::Together(inflater) => inflater.inflate(compressed, limit, out),
        }
    }
}

fn checked(kind: Kind, payload: &[u8]) -> Result<Received<'_>, Violation> {
    if kind == Kind::Text {
        utf8::check(payload)?;
    }
    Ok(Received::Message(kind, payload))
}

fn received_control(opcode: Opcode, payload: &[u8]) -> Result<Received<'_>, Violation> {
    Ok(match opcode {
        Opcode::Close => {
            let (code, reason) = close::parse(payload)?;
            Received::Close(code, reason)
        }
        Opcode::Ping => Received::Ping(payload),
        _ => Received::Pong(payload),
    })
}

#[cfg(test)]
mod tests;
