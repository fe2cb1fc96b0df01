//! Result of decoding: messages and control frames.

use yodel_protocol::CloseCode;

use crate::close;
use crate::error::ProtocolError;
use crate::frame::Opcode;
use crate::message::Kind;
use crate::utf8;

/// A decoded message or control frame.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<'b> {
    /// A complete message.
    Message(Kind, &'b [u8]),
    /// A ping, to be answered by a pong with the same payload.
    Ping(&'b [u8]),
    /// A pong.
    Pong(&'b [u8]),
    /// A close frame with its code and reason. Everything after it is ignored (RFC 6455 §5.5.1).
    Close(CloseCode, &'b str),
}

/// Result of a call to [`Decoder::read`](super::Decoder::read).
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded<'b> {
    /// Number of bytes that were consumed from the input.
    pub consumed: usize,
    /// `None` if the rest of the input is an incomplete frame or message; the decoder has buffered it.
    pub event: Option<Event<'b>>,
}

impl<'b> Event<'b> {
    /// Creates the event of an uncompressed message.
    ///
    /// # Errors
    /// Returns an error if a text is not UTF-8.
    pub(super) fn message(kind: Kind, payload: &'b [u8]) -> Result<Self, ProtocolError> {
        if kind == Kind::Text {
            utf8::check(payload)?;
        }
        Ok(Self::Message(kind, payload))
    }

    /// Creates the event of a control frame.
    ///
    /// # Errors
    /// Returns an error if a close frame has an invalid code or reason.
    pub(super) fn control(opcode: Opcode, payload: &'b [u8]) -> Result<Self, ProtocolError> {
        Ok(match opcode {
            Opcode::Close => {
                let (code, reason) = close::parse(payload)?;
                Self::Close(code, reason)
            }
            Opcode::Ping => Self::Ping(payload),
            _ => Self::Pong(payload),
        })
    }
}
