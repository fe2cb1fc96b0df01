//! Encodes the server's messages as frames, neither masked nor fragmented.

use yodel_protocol::CloseCode;

use crate::close;
use crate::deflate::{self, Deflater, THRESHOLD};
use crate::extension::DeflateParams;
use crate::frame::{Header, MAX_HEADER, Opcode};
use crate::message::Kind;

/// Encoder for one direction of a connection.
#[derive(Debug)]
pub enum Encoder {
    /// Compression was not negotiated.
    Plain,
    /// Each message is compressed independently, within the peer's window (2^n bytes).
    PerMessage(u8),
    /// A message may refer to earlier ones, within the peer's window (2^n bytes). The compressor is created for the
    /// first message: a member of a room that only listens needs none.
    ContextTakeover(u8, Option<Box<Deflater>>),
}

impl Encoder {
    /// Creates an encoder with the negotiated parameters.
    pub fn new(params: Option<&DeflateParams>) -> Self {
        match params {
            None => Self::Plain,
            Some(params) if params.server_context_takeover => Self::ContextTakeover(params.server_window, None),
            Some(params) => Self::PerMessage(params.server_window),
        }
    }

    /// Returns the memory of the compression context, in bytes.
    pub fn memory(&self) -> usize {
        if let Self::ContextTakeover(_, Some(deflater)) = self { deflater.memory() } else { 0 }
    }

    /// Returns whether a message of this length is sent uncompressed.
    pub fn sends_plain(&self, length: usize) -> bool {
        matches!(self, Self::Plain) || length < THRESHOLD
    }

    /// Encodes a message, compressed if negotiated and worthwhile, and appends it to `out`.
    pub fn message(&mut self, kind: Kind, payload: &[u8], out: &mut Vec<u8>) {
        if self.sends_plain(payload.len()) {
            return plain(kind, payload, out);
        }
        match self {
            Self::ContextTakeover(window, deflater) => {
                let deflater = deflater.get_or_insert_with(|| Box::new(Deflater::new(*window)));
                compressed(kind, out, |out| deflater.deflate(payload, out));
            }
            Self::PerMessage(window) => per_message(kind, payload, *window, out),
            Self::Plain => plain(kind, payload, out),
        }
    }
}

/// Returns the header of an uncompressed message and its length in bytes.
pub fn plain_header(kind: Kind, length: usize) -> ([u8; MAX_HEADER], usize) {
    header(opcode(kind), false, length).to_bytes()
}

/// Appends an uncompressed message.
pub fn plain(kind: Kind, payload: &[u8], out: &mut Vec<u8>) {
    frame(opcode(kind), payload, out);
}

/// Appends a message compressed independently of others, or uncompressed if that is shorter.
pub fn per_message(kind: Kind, payload: &[u8], window: u8, out: &mut Vec<u8>) {
    let start = out.len();
    compressed(kind, out, |out| deflate::deflate(payload, window, out));
    if out.len() - start > payload.len() {
        out.truncate(start);
        plain(kind, payload, out);
    }
}

/// Appends a message whose compressed payload is written by `deflate`.
pub fn compressed(kind: Kind, out: &mut Vec<u8>, deflate: impl FnOnce(&mut Vec<u8>)) {
    // The header precedes the payload, and its length depends on the payload's.
    let start = out.len();
    deflate(out);
    let payload = out.len() - start;
    let (bytes, length) = header(opcode(kind), true, payload).to_bytes();
    out.extend_from_slice(&bytes[..length]);
    out[start..].rotate_right(length);
}

/// Appends a ping without payload.
pub fn ping(out: &mut Vec<u8>) {
    frame(Opcode::Ping, &[], out);
}

/// Appends the response to a ping (RFC 6455 §5.5.3).
pub fn pong(payload: &[u8], out: &mut Vec<u8>) {
    frame(Opcode::Pong, payload, out);
}

/// Appends a close frame. It is empty for [`CloseCode::NO_CODE`]; a long reason is truncated.
pub fn close(code: CloseCode, reason: &str, out: &mut Vec<u8>) {
    let payload = match code {
        CloseCode::NO_CODE => Vec::new(),
        code => [&code.0.to_be_bytes()[..], close::truncate_reason(reason).as_bytes()].concat(),
    };
    frame(Opcode::Close, &payload, out);
}

fn frame(opcode: Opcode, payload: &[u8], out: &mut Vec<u8>) {
    header(opcode, false, payload.len()).write(out);
    out.extend_from_slice(payload);
}

fn header(opcode: Opcode, rsv1: bool, length: usize) -> Header {
    Header { fin: true, rsv1, opcode, mask: None, length: length as u64 }
}

fn opcode(kind: Kind) -> Opcode {
    match kind {
        Kind::Text => Opcode::Text,
        Kind::Binary => Opcode::Binary,
    }
}

#[cfg(test)]
mod tests;
