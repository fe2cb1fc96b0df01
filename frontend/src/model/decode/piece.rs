//! Pieces of a decoded message.

/// Largest depth of nested values.
pub const MAX_DEPTH: usize = 64;

/// Formats a floating-point number. The browser has this function; the one of Rust would be a tenth of the decoders.
pub type FormatNumber = fn(f64) -> String;

/// Largest number of bytes that are decoded for one piece, in case they yield little text.
const MAX_PIECE_BYTES: usize = 1 << 20;

/// A decoder. It takes the message anew with each call, so that a long message is decoded only as far as it is shown.
pub trait Decode {
    /// Returns the next piece of the decoded text, which ends after `max_len` bytes at the next value.
    fn piece(&mut self, bytes: &[u8], max_len: usize) -> Piece;
}

/// A decoder that reads one value, or the beginning of one, at a time.
pub(super) trait Step {
    /// Returns the number of bytes that were decoded so far.
    fn at(&self) -> usize;

    /// Returns whether nothing follows.
    fn is_done(&self, bytes: &[u8]) -> bool;

    /// Returns whether a value was decoded completely; others may follow. The fields of a message are no such values.
    fn is_one_value(&self) -> bool;

    /// Decodes the next value or the beginning of one, and appends it.
    ///
    /// # Errors
    /// Returns an error if the value is malformed.
    fn step(&mut self, bytes: &[u8], text: &mut String) -> Result<(), DecodeError>;
}

impl<T: Step> Decode for T {
    fn piece(&mut self, bytes: &[u8], max_len: usize) -> Piece {
        let (mut text, mut error) = (String::new(), None);
        let end = self.at() + MAX_PIECE_BYTES;
        while error.is_none() && text.len() < max_len && self.at() < end && !self.is_done(bytes) {
            error = self.step(bytes, &mut text).err();
        }
        Piece { text, at: if error.is_some() { bytes.len() } else { self.at() }, error }
    }
}

/// A piece of the decoded text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Number of bytes of the message that were decoded so far.
    pub at: usize,
    /// The error after the text; nothing follows it.
    pub error: Option<DecodeError>,
}

/// A malformed part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Position of the malformed value, in bytes.
    pub at: usize,
    /// The reason why it is malformed.
    pub kind: ErrorKind,
}

/// The reason why a message cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The message ends within a value.
    Incomplete,
    /// The format has no value that begins with this byte, or not at this position.
    Invalid,
    /// Values are nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// No string of the message is Base64.
    NoBase64,
}
