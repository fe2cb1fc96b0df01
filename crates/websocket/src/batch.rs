//! Batches of messages for many receivers: framed once, compressed at most once, and shared.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::deflate;
use crate::encoder;
use crate::extension::MAX_WINDOW_BITS;
use crate::frame::{Header, Opcode};
use crate::message::Kind;

/// A sequence of encoded messages. Clones share the bytes.
#[derive(Clone, Debug)]
pub struct Batch(Arc<Encodings>);

#[derive(Debug)]
struct Encodings {
    /// Uncompressed frames, for any receiver.
    plain: Bytes,
    /// Compressed frames, encoded when the first receiver with compression takes the batch.
    deflated: OnceLock<Bytes>,
    messages: u64,
    payload: u64,
    max_payload: usize,
}

/// Collects the messages of a batch.
#[derive(Debug, Default)]
pub struct BatchBuilder {
    frames: Vec<u8>,
    messages: u64,
    payload: u64,
    max_payload: usize,
}

impl BatchBuilder {
    /// Appends a message, given as any number of parts.
    pub fn push(&mut self, kind: Kind, parts: &[&[u8]]) {
        let length = parts.iter().map(|part| part.len()).sum();
        let (header, header_length) = encoder::plain_header(kind, length);
        if self.frames.is_empty() {
            // Most batches have one message.
            self.frames.reserve_exact(header_length + length);
        }
        self.frames.extend_from_slice(&header[..header_length]);
        for part in parts {
            self.frames.extend_from_slice(part);
        }
        self.messages += 1;
        self.payload += length as u64;
        self.max_payload = self.max_payload.max(length);
    }

    /// Appends bytes without framing them, for receivers of other protocols.
    pub fn push_framed(&mut self, framed: &[u8]) {
        self.frames.extend_from_slice(framed);
        self.messages += 1;
        self.payload += framed.len() as u64;
        self.max_payload = self.max_payload.max(framed.len());
    }

    /// Encodes the batch.
    pub fn finish(self) -> Batch {
        let Self { frames, messages, payload, max_payload } = self;
        Batch(Arc::new(Encodings { plain: exact(frames), deflated: OnceLock::new(), messages, payload, max_payload }))
    }
}

impl Batch {
    /// Creates a batch of one message.
    pub fn one(kind: Kind, payload: &[u8]) -> Self {
        let mut builder = BatchBuilder::default();
        builder.push(kind, &[payload]);
        builder.finish()
    }

    /// Returns the frames for a receiver with a window of 2^`window` bytes (9 to 15), or without compression (`None`).
    ///
    /// Messages are compressed once, for the largest window; a concurrent call waits for it. A receiver with a smaller
    /// window gets the compressed frames only if every message fits into its window, so that no reference exceeds it,
    /// and the uncompressed frames otherwise.
    pub fn frames(&self, window: Option<u8>) -> &Bytes {
        match window {
            Some(window) if self.0.max_payload <= 1 << window || window == MAX_WINDOW_BITS => {
                self.0.deflated.get_or_init(|| deflated(&self.0.plain))
            }
            _ => &self.0.plain,
        }
    }

    /// Returns the number of messages.
    pub fn messages(&self) -> u64 {
        self.0.messages
    }

    /// Returns the total size of the payloads in bytes, before compression.
    pub fn payload(&self) -> u64 {
        self.0.payload
    }
}

/// Compresses the messages of at least [`deflate::THRESHOLD`] bytes.
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
            encoder::per_message(kind, payload, MAX_WINDOW_BITS, &mut out);
        }
        rest = &rest[end..];
    }
    // If compression gains nothing, both encodings share one buffer.
    if out.len() < plain.len() { exact(out) } else { plain.clone() }
}

/// Returns a buffer without the unused part of its memory, since slow receivers keep it for long.
fn exact(frames: Vec<u8>) -> Bytes {
    Bytes::from(frames.into_boxed_slice())
}

#[cfg(test)]
mod tests;
