//! Compressing and inflating messages (RFC 7692, section 7.2).

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::extension::LARGEST_WINDOW;
use crate::violation::Violation;

/// What ends each flushed block; it is not sent (RFC 7692, section 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// A final block with nothing in it, which only where a block may begin is read as one.
const LAST: [u8; 5] = [1, 0, 0, 0xff, 0xff];

/// Shorter messages gain nothing from compression, in bytes.
pub const THRESHOLD: usize = 100;

/// The fastest level: most of the gain for a fraction of the time.
const FAST: u32 = 1;

/// With a small window the fastest level finds next to nothing; a better one has little to search.
const THOROUGH: u32 = 6;

/// The least that is added to a buffer which is full, in bytes.
const STEP: usize = 4 * 1024;

thread_local! {
    /// One for a thread and a window: without takeover nothing is kept from message to message.
    static DEFLATERS: RefCell<[Option<Deflater>; LARGEST_WINDOW as usize + 1]> = RefCell::default();
    static INFLATER: RefCell<Inflater> = RefCell::new(Inflater::default());
}

/// Compresses messages, each with what it knows from those before.
#[derive(Debug)]
pub struct Deflater(Compress);

/// Inflates messages, each with what it knows from those before.
#[derive(Debug)]
pub struct Inflater(Decompress);

/// How a part of a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// With a final block, after which nothing is missing.
    Final,
    /// Somewhere else.
    Open,
}

/// Appends a message to `out`, compressed by itself within a window of 2^`window` bytes, 9 to 15.
pub fn deflate(message: &[u8], window: u8, out: &mut Vec<u8>) {
    DEFLATERS.with_borrow_mut(|deflaters| {
        let deflater = deflaters[usize::from(window)].get_or_insert_with(|| Deflater::new(window));
        deflater.forget();
        deflater.deflate(message, out);
    });
}

/// Appends a message that was compressed by itself to `out`, inflated.
///
/// # Errors
/// When it cannot be inflated, or would be larger than `limit` bytes.
pub fn inflate(compressed: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), Violation> {
    INFLATER.with_borrow_mut(|inflater| {
        inflater.forget();
        inflater.inflate(compressed, limit, out)?;
        inflater.finish()
    })
}

impl Deflater {
    /// Stays within a window of 2^`window` bytes, 9 to 15.
    pub fn new(window: u8) -> Self {
        let level = if window == LARGEST_WINDOW { FAST } else { THOROUGH };
        Self(Compress::new_with_window_bits(Compression::new(level), false, window))
    }

    /// The next message will not refer to those before.
    pub fn forget(&mut self) {
        self.0.reset();
    }

    /// Appends a message to `out`, compressed.
    pub fn deflate(&mut self, mut message: &[u8], out: &mut Vec<u8>) {
        if message.is_empty() {
            // zlib has nothing to flush then (RFC 7692, section 7.2.3.6).
            return out.push(0);
        }
        let start = out.len();
        let mut end = start;
        loop {
            out.resize(end + message.len() / 2 + STEP / 16, 0);
            let (read, written) = (self.0.total_in(), self.0.total_out());
            // Not `compress_vec`, which clears all the room that `out` has, each time. Fails only when it
            // was told to finish before.
            let _ = self.0.compress(message, &mut out[end..], FlushCompress::Sync);
            message = &message[since(read, self.0.total_in())..];
            end += since(written, self.0.total_out());
            if message.is_empty() && end < out.len() {
                break;
            }
        }
        out.truncate(end);
        if out[start..].ends_with(&TAIL) {
            out.truncate(end - TAIL.len());
        }
    }
}

impl Default for Inflater {
    /// Takes any window: a client is not asked for a smaller one.
    fn default() -> Self {
        Self(Decompress::new(false))
    }
}

impl Inflater {
    fn forget(&mut self) {
        self.0.reset(false);
    }

    /// Appends a message to `out`, inflated; never more than `limit` bytes and one. That it ends inside
    /// a block is not seen here.
    ///
    /// # Errors
    /// When it cannot be inflated, or would be larger than `limit` bytes.
    pub fn inflate(&mut self, compressed: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), Violation> {
        if compressed.is_empty() {
            // It should be one byte (section 7.2.3.6), but there is nothing else that it could mean.
            return Ok(());
        }
        let (limit, mut end) = (out.len() + limit, out.len());
        let mut inflated = self.inflate_part(compressed, limit, out, &mut end);
        if inflated == Ok(Part::Open) {
            inflated = self.inflate_part(&TAIL, limit, out, &mut end);
        }
        out.truncate(end);
        inflated.map(|_| ())
    }

    /// Writes to `out` from `end` on. What is behind it was cleared once: `decompress_vec` would do so
    /// for every block, and there are blocks of two bytes.
    fn inflate_part(
        &mut self,
        mut part: &[u8],
        limit: usize,
        out: &mut Vec<u8>,
        end: &mut usize,
    ) -> Result<Part, Violation> {
        loop {
            if *end == out.len() {
                // One byte more than allowed is enough to see that it is too much.
                out.resize(*end + (part.len() * 4).max(STEP).min(limit + 1 - *end), 0);
            }
            let (read, written) = (self.0.total_in(), self.0.total_out());
            let status = self.0.decompress(part, &mut out[*end..], FlushDecompress::Sync);
            part = &part[since(read, self.0.total_in())..];
            *end += since(written, self.0.total_out());
            if *end > limit {
                return Err(Violation::TooBig);
            }
            if status.map_err(|_| Violation::Deflate)? == Status::StreamEnd {
                // A final block may end a message, and what follows begins anew (section 7.2.3.4).
                self.forget();
                if part.is_empty() {
                    return Ok(Part::Final);
                }
            } else if *end < out.len() {
                return if part.is_empty() { Ok(Part::Open) } else { Err(Violation::Deflate) };
            }
        }
    }

    /// Nothing refers to the messages so far any more.
    ///
    /// # Errors
    /// When the last one ended inside a block: it was cut off.
    fn finish(&mut self) -> Result<(), Violation> {
        let before = self.0.total_in();
        let status = self.0.decompress(&LAST, &mut [0], FlushDecompress::Sync);
        let whole = matches!(status, Ok(Status::StreamEnd)) && since(before, self.0.total_in()) == LAST.len();
        if whole { Ok(()) } else { Err(Violation::Deflate) }
    }
}

/// How much of its input a step took, or how much it wrote.
fn since(before: u64, after: u64) -> usize {
    usize::try_from(after - before).expect("no more than was given")
}

#[cfg(test)]
mod tests;
