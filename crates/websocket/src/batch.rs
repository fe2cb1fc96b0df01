//! Messages for many: framed once, compressed at most once, shared by all who get them.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::deflate;
use crate::encoder;
use crate::extension::LARGEST_WINDOW;
use crate::frame::{Header, Opcode};
use crate::message::Kind;

/// Some messages in a row, as they go over the wire; a handle that is cheap to clone.
#[derive(Clone, Debug)]
pub struct Batch(Arc<Forms>);

#[derive(Debug)]
struct Forms {
    /// Frames that everybody understands.
    plain: Bytes,
    /// Frames for those with compression; made when the first of them gets the batch.
    deflated: OnceLock<Bytes>,
    messages: u64,
    payload: u64,
    longest: usize,
}

/// Collects the messages of a batch.
#[derive(Debug, Default)]
pub struct BatchBuilder {
    frames: Vec<u8>,
    messages: u64,
    payload: u64,
    longest: usize,
}

impl BatchBuilder {
    /// Adds a message, which may be in several parts.
    pub fn push(&mut self, kind: Kind, parts: &[&[u8]]) {
        let length = parts.iter().map(|part| part.len()).sum();
        let (header, header_length) = encoder::plain_header(kind, length);
        self.frames.extend_from_slice(&header[..header_length]);
        for part in parts {
            self.frames.extend_from_slice(part);
        }
        self.messages += 1;
        self.payload += length as u64;
        self.longest = self.longest.max(length);
    }

    /// Adds something as it is, for those who speak no WebSocket.
    pub fn push_framed(&mut self, framed: &[u8]) {
        self.frames.extend_from_slice(framed);
        self.messages += 1;
        self.payload += framed.len() as u64;
        self.longest = self.longest.max(framed.len());
    }

    /// What was added.
    pub fn finish(self) -> Batch {
        let Self { frames, messages, payload, longest } = self;
        Batch(Arc::new(Forms { plain: Bytes::from(frames), deflated: OnceLock::new(), messages, payload, longest }))
    }
}

impl Batch {
    /// One message.
    pub fn one(kind: Kind, payload: &[u8]) -> Self {
        let mut builder = BatchBuilder::default();
        builder.push(kind, &[payload]);
        builder.finish()
    }

    /// The frames for a receiver with this window, or without compression. They are compressed for the
    /// largest window; nothing in a message that fits into a smaller one refers further back than that.
    pub fn frames(&self, window: Option<u8>) -> &Bytes {
        match window {
            Some(window) if self.0.longest <= 1 << window || window == LARGEST_WINDOW => {
                self.0.deflated.get_or_init(|| deflated(&self.0.plain))
            }
            _ => &self.0.plain,
        }
    }

    /// How many messages it holds.
    pub fn messages(&self) -> u64 {
        self.0.messages
    }

    /// How many bytes of payload they have together, before compression.
    pub fn payload(&self) -> u64 {
        self.0.payload
    }
}

/// The same frames, compressed where that is worth it.
fn deflated(plain: &Bytes) -> Bytes {
    let mut out = Vec::with_capacity(plain.len() / 2);
    let mut rest = &plain[..];
    while let Ok(Some((header, start))) = Header::parse(rest) {
        let end = start + usize::try_from(header.length).unwrap_or(0);
        let payload = &rest[start..end];
        if payload.len() < deflate::THRESHOLD {
            out.extend_from_slice(&rest[..end]);
        } else {
            let kind = if header.opcode == Opcode::Text { Kind::Text } else { Kind::Binary };
            encoder::apart(kind, payload, LARGEST_WINDOW, &mut out);
        }
        rest = &rest[end..];
    }
    // What gained nothing is not kept twice.
    if out.len() < plain.len() { Bytes::from(out) } else { plain.clone() }
}

#[cfg(test)]
mod tests;
