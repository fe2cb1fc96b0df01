//! Compressing and inflating messages (RFC 7692, section 7.2).

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::extension::LARGEST_WINDOW;
use super::violation::Violation;

/// What ends each flushed block; it is not sent (RFC 7692, section 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// The same with an empty final block behind it, which is understood only where a block may begin: a
/// message that was cut ends somewhere else.
const END: [u8; 9] = [0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff];

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
    INFLATER.with_borrow_mut(|inflater| match inflater.inflate_to(&END, compressed, limit, out) {
        Ok(true) => Ok(()),
        cut_or_wrong => {
            inflater.forget();
            cut_or_wrong.and(Err(Violation::Deflate))
        }
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
        loop {
            out.reserve(message.len() / 2 + STEP / 16);
            let before = self.0.total_in();
            // Fails only when it was told to finish before.
            let _ = self.0.compress_vec(message, out, FlushCompress::Sync);
            message = &message[consumed(self.0.total_in(), before)..];
            if message.is_empty() && out.len() < out.capacity() {
                break;
            }
        }
        if out.ends_with(&TAIL) {
            out.truncate(out.len() - TAIL.len());
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
    /// Takes a window of 2^`window` bytes, 9 to 15.
    #[cfg(test)]
    pub fn with_window(window: u8) -> Self {
        Self(Decompress::new_with_window_bits(false, window))
    }

    fn forget(&mut self) {
        self.0.reset(false);
    }

    /// Appends a message to `out`, inflated; never more than `limit` bytes and some.
    ///
    /// # Errors
    /// When it cannot be inflated, or would be larger than `limit` bytes.
    pub fn inflate(&mut self, compressed: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), Violation> {
        self.inflate_to(&TAIL, compressed, limit, out).map(|_| ())
    }

    /// Inflates a message and what belongs behind it; says whether a final block ended it.
    fn inflate_to(
        &mut self,
        tail: &[u8],
        compressed: &[u8],
        limit: usize,
        out: &mut Vec<u8>,
    ) -> Result<bool, Violation> {
        let limit = out.len() + limit;
        // What has no block at all is taken for an empty message, and a final block at its very end
        // for the end, although there should be an empty one behind it (section 7.2.3.4).
        if compressed.is_empty() || self.inflate_part(compressed, limit, out)? {
            return Ok(true);
        }
        self.inflate_part(tail, limit, out)
    }

    /// Says whether a final block ended exactly here, so that the next part begins anew.
    fn inflate_part(&mut self, mut part: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<bool, Violation> {
        loop {
            // One byte more than allowed is enough to see that it is too much.
            out.reserve((part.len() * 4).max(STEP).min(limit + 1 - out.len()));
            let before = self.0.total_in();
            let status = self.0.decompress_vec(part, out, FlushDecompress::Sync).map_err(|_| Violation::Deflate)?;
            part = &part[consumed(self.0.total_in(), before)..];
            if out.len() > limit {
                return Err(Violation::TooBig);
            }
            if status == Status::StreamEnd {
                // A final block may end a message, and what follows begins anew (section 7.2.3.4).
                self.forget();
                if part.is_empty() {
                    return Ok(true);
                }
            } else if out.len() < out.capacity() {
                return if part.is_empty() { Ok(false) } else { Err(Violation::Deflate) };
            }
        }
    }
}

/// How much of its input a step took.
fn consumed(after: u64, before: u64) -> usize {
    usize::try_from(after - before).expect("no more than was given")
}

#[cfg(test)]
mod tests;
