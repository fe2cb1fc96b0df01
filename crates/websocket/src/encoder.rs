//! Messages in, bytes out: the server's frames, which are never masked and never fragmented.

use yodel_protocol::CloseCode;

use crate::close;
use crate::deflate::{self, Deflater, THRESHOLD};
use crate::extension::Agreement;
use crate::frame::{Header, LONGEST_HEADER, Opcode};
use crate::message::Kind;

/// Writes one direction of a connection.
#[derive(Debug)]
pub enum Encoder {
    /// Nothing is compressed.
    Plain,
    /// Each message is compressed by itself, within the peer's window (its binary logarithm).
    Apart(u8),
    /// Each message may refer to those before, within the peer's window. What remembers them is made
    /// for the first one: a member of a room that only listens needs none.
    Together(u8, Option<Box<Deflater>>),
}

impl Encoder {
    /// Compresses as was agreed.
    pub fn new(agreement: Option<&Agreement>) -> Self {
        match agreement {
            None => Self::Plain,
            Some(agreed) if agreed.server_takeover => Self::Together(agreed.server_window, None),
            Some(agreed) => Self::Apart(agreed.server_window),
        }
    }

    /// Whether a message of this length goes out as it is.
    pub fn keeps(&self, length: usize) -> bool {
        matches!(self, Self::Plain) || length < THRESHOLD
    }

    /// Appends a message.
    pub fn message(&mut self, kind: Kind, payload: &[u8], out: &mut Vec<u8>) {
        if self.keeps(payload.len()) {
            return plain(kind, payload, out);
        }
        match self {
            Self::Together(window, deflater) => {
                let deflater = deflater.get_or_insert_with(|| Box::new(Deflater::new(*window)));
                compressed(kind, out, |out| deflater.deflate(payload, out));
            }
            Self::Apart(window) => apart(kind, payload, *window, out),
            Self::Plain => plain(kind, payload, out),
        }
    }
}

/// The header of a message that is not compressed.
pub fn plain_header(kind: Kind, length: usize) -> ([u8; LONGEST_HEADER], usize) {
    header(opcode(kind), false, length).to_bytes()
}

/// Appends a message that is not compressed.
pub fn plain(kind: Kind, payload: &[u8], out: &mut Vec<u8>) {
    frame(opcode(kind), payload, out);
}

/// Appends a message, compressed by itself if that makes it shorter.
pub fn apart(kind: Kind, payload: &[u8], window: u8, out: &mut Vec<u8>) {
    let start = out.len();
    compressed(kind, out, |out| deflate::deflate(payload, window, out));
    if out.len() - start > payload.len() {
        out.truncate(start);
        plain(kind, payload, out);
    }
}

/// Appends a message whose compressed payload `deflate` appends.
pub fn compressed(kind: Kind, out: &mut Vec<u8>, deflate: impl FnOnce(&mut Vec<u8>)) {
    // The header comes first, and its length depends on the payload's.
    let start = out.len();
    deflate(out);
    let payload = out.len() - start;
    let (bytes, length) = header(opcode(kind), true, payload).to_bytes();
    out.extend_from_slice(&bytes[..length]);
    out[start..].rotate_right(length);
}

/// Appends a ping.
pub fn ping(out: &mut Vec<u8>) {
    frame(Opcode::Ping, &[], out);
}

/// Appends the answer to a ping (RFC 6455, section 5.5.3).
pub fn pong(payload: &[u8], out: &mut Vec<u8>) {
    frame(Opcode::Pong, payload, out);
}

/// Appends a close frame, empty for [`CloseCode::NO_CODE`]. A reason that is too long is cut.
pub fn close(code: CloseCode, reason: &str, out: &mut Vec<u8>) {
    let payload = match code {
        CloseCode::NO_CODE => Vec::new(),
        code => [&code.0.to_be_bytes()[..], close::fitting(reason).as_bytes()].concat(),
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
