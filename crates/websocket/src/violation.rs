//! The ways to break the protocol, each with its section and its close code.

use yodel_protocol::CloseCode;

/// What a peer did that it must not do. The text is the reason in the close frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// RFC 6455, section 5.2: no extension gives these bits a meaning here.
    #[error("reserved bit set")]
    ReservedBit,
    /// RFC 6455, section 5.2: opcodes 3-7 and 11-15.
    #[error("reserved opcode")]
    ReservedOpcode,
    /// RFC 6455, section 5.2: the shortest form must be used, below 2^63.
    #[error("length not minimal")]
    Length,
    /// RFC 6455, section 5.1: a client masks every frame.
    #[error("frame not masked")]
    Unmasked,
    /// RFC 6455, section 5.1: a server masks none.
    #[error("frame masked")]
    Masked,
    /// RFC 6455, section 5.5: control frames are whole.
    #[error("control frame fragmented")]
    FragmentedControl,
    /// RFC 6455, section 5.5: at most 125 bytes.
    #[error("control frame too long")]
    LongControl,
    /// RFC 6455, section 5.4: a continuation of nothing.
    #[error("nothing to continue")]
    NothingToContinue,
    /// RFC 6455, section 5.4: a new message before the old one ended.
    #[error("message not finished")]
    Unfinished,
    /// RFC 6455, section 5.5.1: a payload of one byte is half a code.
    #[error("half a close code")]
    HalfCode,
    /// RFC 6455, section 7.4: a code that must not be on the wire.
    #[error("invalid close code")]
    CloseCode,
    /// RFC 6455, sections 5.6 and 8.1: text is UTF-8, and so is a reason.
    #[error("not UTF-8")]
    Utf8,
    /// RFC 7692, section 7.2.2: not a DEFLATE stream.
    #[error("cannot be inflated")]
    Deflate,
    /// RFC 6455, section 7.4.1: larger than the receiver takes, also when inflated.
    #[error("message too big")]
    TooBig,
}

impl Violation {
    /// The code to close with (RFC 6455, section 7.4.1).
    pub fn close_code(self) -> CloseCode {
        match self {
            Self::Utf8 | Self::Deflate => CloseCode::INVALID_DATA,
            Self::TooBig => CloseCode::MESSAGE_TOO_BIG,
            _ => CloseCode::PROTOCOL_ERROR,
        }
    }
}
