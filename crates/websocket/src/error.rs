//! Protocol errors of the peer, with their RFC sections and close codes.

use yodel_protocol::CloseCode;

/// A protocol error of the peer. `Display` returns the reason for the close frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// RFC 6455 §5.2: a reserved bit is set without an extension that uses it.
    #[error("reserved bit set")]
    ReservedBit,
    /// RFC 6455 §5.2: opcode 3-7 or 11-15.
    #[error("reserved opcode")]
    ReservedOpcode,
    /// RFC 6455 §5.2: the length is not in its shortest encoding, or not below 2^63.
    #[error("length not minimal")]
    Length,
    /// RFC 6455 §5.1: a client must mask every frame.
    #[error("frame not masked")]
    Unmasked,
    /// RFC 6455 §5.1: a server must not mask frames.
    #[error("frame masked")]
    Masked,
    /// RFC 6455 §5.5: control frames must not be fragmented.
    #[error("control frame fragmented")]
    FragmentedControl,
    /// RFC 6455 §5.5: control frames have at most 125 bytes of payload.
    #[error("control frame too long")]
    LongControl,
    /// RFC 6455 §5.4: a continuation frame without a message in progress.
    #[error("unexpected continuation frame")]
    UnexpectedContinuation,
    /// RFC 6455 §5.4: a new message before the last fragment of the previous one.
    #[error("expected continuation frame")]
    UnfinishedMessage,
    /// RFC 6455 §5.5.1: the payload of a close frame is one byte.
    #[error("truncated close code")]
    TruncatedCloseCode,
    /// RFC 6455 §7.4: a close code that must not be sent.
    #[error("invalid close code")]
    CloseCode,
    /// RFC 6455 §5.6 and §8.1: a text or close reason is not UTF-8.
    #[error("not UTF-8")]
    Utf8,
    /// RFC 7692 §7.2.2: the payload is not valid DEFLATE data.
    #[error("invalid compressed data")]
    Deflate,
    /// RFC 6455 §7.4.1: the message exceeds the limit, possibly after decompression.
    #[error("message too big")]
    TooBig,
}

impl ProtocolError {
    /// Returns the code of the close frame (RFC 6455 §7.4.1).
    pub fn close_code(self) -> CloseCode {
        match self {
            Self::Utf8 | Self::Deflate => CloseCode::INVALID_DATA,
            Self::TooBig => CloseCode::MESSAGE_TOO_BIG,
            _ => CloseCode::PROTOCOL_ERROR,
        }
    }
}
