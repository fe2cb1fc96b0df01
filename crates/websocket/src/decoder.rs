//! Decodes bytes into events. It joins fragments, delivers control frames between them, and rejects a protocol error
//! at the first byte that shows it (RFC 6455 §5 and §8).

mod event;
mod inflation;
mod partial;
mod skip;

use crate::error::ProtocolError;
use crate::frame::{Header, Opcode};
use crate::message::Kind;
use partial::{Partial, PartialFrame, PartialMessage, unmask};
use skip::skip_to_close;

pub use event::{Decoded, Event};
pub use inflation::Inflation;

/// Side of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Receives masked frames and sends unmasked ones.
    Server,
    /// Receives unmasked frames and sends masked ones.
    Client,
}

/// Decoder for one direction of a connection. Between messages it has no heap allocation, except for context
/// takeover.
#[derive(Debug)]
pub struct Decoder {
    role: Role,
    max_message: usize,
    inflation: Inflation,
    partial: Option<Box<Partial>>,
    /// Number of frames since the last call of [`take_frames`](Self::take_frames).
    frames: u32,
    /// `true` if only the close frame is of interest.
    discards_messages: bool,
}

impl Decoder {
    /// Creates a decoder for `role`. A message may have at most `max_message` bytes, after decompression.
    pub fn new(role: Role, max_message: usize, inflation: Inflation) -> Self {
        Self { role, max_message, inflation, partial: None, frames: 0, discards_messages: false }
    }

    /// Returns the memory of an incomplete frame or message, in bytes.
    pub fn partial_memory(&self) -> usize {
        self.partial.as_ref().map_or(0, |partial| size_of::<Partial>() + partial.memory())
    }

    /// Returns the memory of the decompression context, in bytes.
    pub fn context_memory(&self) -> usize {
        self.inflation.memory()
    }

    /// Returns whether an incomplete frame or message is buffered.
    pub fn has_partial(&self) -> bool {
        self.partial.is_some()
    }

    /// Discards messages, pings and pongs from now on, and frees the decompression context: [`read`](Self::read) returns
    /// only [`Event::Close`].
    pub fn discard_messages(&mut self) {
        self.discards_messages = true;
        self.inflation.free();
        if let Some(partial) = &mut self.partial {
            partial.message = None;
        }
    }

    /// Returns the number of frames that ended since the last call. A message can have any number of frames, even empty
    /// ones.
    pub fn take_frames(&mut self) -> u32 {
        std::mem::take(&mut self.frames)
    }

    /// Consumes `input` up to the end of the first complete message or control frame, and unmasks it in place. A
    /// message that was fragmented, compressed or split between reads is returned in `scratch`.
    ///
    /// # Errors
    /// Returns the protocol error of the peer. The connection must be closed with its
    /// [`close_code`](ProtocolError::close_code), and the decoder must not be used again.
    pub fn read<'b>(&mut self, input: &'b mut [u8], scratch: &'b mut Vec<u8>) -> Result<Decoded<'b>, ProtocolError> {
        if input.is_empty() {
            return Ok(Decoded { consumed: 0, event: None });
        }
        if self.discards_messages {
            return self.read_close(input, scratch);
        }
        if self.partial.is_none()
            && let Some((header, start)) = Header::parse(input)?
        {
            self.check_header(&header, None)?;
            let end = usize::try_from(header.length).ok().and_then(|length| start.checked_add(length));
            if let Some(end) = end.filter(|end| *end <= input.len())
                && header.fin
            {
                self.frames = self.frames.saturating_add(1);
                let payload = &mut input[start..end];
                unmask(payload, &header, 0);
                return Ok(Decoded { consumed: end, event: Some(self.single(&header, payload, scratch)?) });
            }
        }
        self.read_fragments(input, scratch)
    }

    /// Handles an unfragmented frame that is complete in the input.
    fn single<'b>(
        &mut self,
        header: &Header,
        payload: &'b [u8],
        scratch: &'b mut Vec<u8>,
    ) -> Result<Event<'b>, ProtocolError> {
        let kind = match header.opcode {
            Opcode::Text => Kind::Text,
            Opcode::Binary | Opcode::Continuation => Kind::Binary,
            control => return Event::control(control, payload),
        };
        if header.rsv1 {
            scratch.clear();
            self.inflation.inflate(payload, self.max_message, scratch)?;
            return Event::message(kind, scratch);
        }
        Event::message(kind, payload)
    }

    /// Consumes `input` up to the end of the close frame.
    fn read_close<'b>(&mut self, input: &'b mut [u8], scratch: &'b mut Vec<u8>) -> Result<Decoded<'b>, ProtocolError> {
        let mut partial = self.partial.take().unwrap_or_default();
        let (consumed, is_complete) = skip_to_close(&mut partial, input, |header| self.check_mask(header))?;
        if !is_complete {
            self.partial = Some(partial);
            return Ok(Decoded { consumed, event: None });
        }
        scratch.clear();
        scratch.append(&mut partial.control);
        Ok(Decoded { consumed, event: Some(Event::control(Opcode::Close, scratch)?) })
    }

    fn read_fragments<'b>(
        &mut self,
        input: &'b mut [u8],
        scratch: &'b mut Vec<u8>,
    ) -> Result<Decoded<'b>, ProtocolError> {
        let mut partial = self.partial.take().unwrap_or_default();
        let mut consumed = 0;
        loop {
            let Some(mut frame) = partial.frame.take() else {
                let Some((header, length)) = partial.header.read(&input[consumed..])? else {
                    self.partial = Some(partial);
                    return Ok(Decoded { consumed: input.len(), event: None });
                };
                consumed += length;
                self.check_header(&header, partial.message.as_ref())?;
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
                return Ok(Decoded { consumed, event: None });
            }
            self.frames = self.frames.saturating_add(1);
            if frame.header.opcode.is_control() {
                scratch.clear();
                scratch.append(&mut partial.control);
                self.partial = partial.message.is_some().then_some(partial);
                return Ok(Decoded { consumed, event: Some(Event::control(frame.header.opcode, scratch)?) });
            }
            if frame.header.fin
                && let Some(message) = partial.message.take()
            {
                return Ok(Decoded { consumed, event: Some(self.complete(message, scratch)?) });
            }
        }
    }

    /// Handles a message whose last fragment has arrived.
    fn complete<'b>(&mut self, message: PartialMessage, scratch: &'b mut Vec<u8>) -> Result<Event<'b>, ProtocolError> {
        if message.compressed {
            scratch.clear();
            self.inflation.inflate(&message.bytes, self.max_message, scratch)?;
            return Event::message(message.kind, scratch);
        }
        message.utf8.finish()?;
        *scratch = message.bytes;
        Ok(Event::Message(message.kind, scratch))
    }

    /// Checks a header against the role, the negotiated extension and the message in progress.
    fn check_header(&self, header: &Header, in_progress: Option<&PartialMessage>) -> Result<(), ProtocolError> {
        self.check_mask(header)?;
        let begins = matches!(header.opcode, Opcode::Text | Opcode::Binary);
        if header.rsv1 && (!begins || matches!(self.inflation, Inflation::Disabled)) {
            return Err(ProtocolError::ReservedBit);
        }
        match (header.opcode, in_progress) {
            (Opcode::Continuation, None) => Err(ProtocolError::UnexpectedContinuation),
            (Opcode::Text | Opcode::Binary, Some(_)) => Err(ProtocolError::UnfinishedMessage),
            (opcode, _) if opcode.is_control() => Ok(()),
            (_, in_progress) => {
                let compressed = in_progress.map_or(header.rsv1, |message| message.compressed);
                self.check_size(header.length, in_progress.map_or(0, |message| message.bytes.len()), compressed)
            }
        }
    }

    /// Checks the mask of a header against the role.
    fn check_mask(&self, header: &Header) -> Result<(), ProtocolError> {
        match (self.role, header.mask) {
            (Role::Server, None) => Err(ProtocolError::Unmasked),
            (Role::Client, Some(_)) => Err(ProtocolError::Masked),
            _ => Ok(()),
        }
    }

    /// Rejects a message that will exceed the limit before its payload is read.
    fn check_size(&self, length: u64, in_progress: usize, compressed: bool) -> Result<(), ProtocolError> {
        let limit = if compressed { max_compressed(self.max_message) } else { self.max_message };
        let fits = usize::try_from(length).is_ok_and(|length| length <= limit.saturating_sub(in_progress));
        if fits { Ok(()) } else { Err(ProtocolError::TooBig) }
    }
}

/// Returns the maximum size in bytes of the compressed form of a message of at most `max_message` bytes.
///
/// Incompressible data grows: by a few bytes in a stored block, by up to an eighth with the fixed Huffman code, which has
/// nine-bit literals (RFC 1951 §3.2.4 and §3.2.6).
pub fn max_compressed(max_message: usize) -> usize {
    max_message.saturating_add(max_message / 8 + 64)
}

#[cfg(test)]
mod tests;
