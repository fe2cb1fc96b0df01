//! Compresses and inflates messages (RFC 7692 §7.2).

mod small_window;

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::error::ProtocolError;
use crate::extension::MAX_WINDOW_BITS;
use small_window::SmallWindow;

/// End of every flushed block; it is not sent (RFC 7692 §7.2.1).
const FLUSH_TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// An empty final block. zlib accepts it only at a block boundary.
const FINAL_BLOCK: [u8; 5] = [1, 0, 0, 0xff, 0xff];

/// Minimum size of messages that are compressed, in bytes. Shorter ones do not shrink.
pub const THRESHOLD: usize = 100;

/// Compression level of zlib. The fastest level achieves most of the reduction.
const LEVEL: u32 = 1;

/// Memory of zlib's compressor with the largest window, in bytes: window, hash tables and pending output.
const ZLIB_MEMORY: usize = 270 * 1024;

/// Memory of a decompressor, in bytes: mostly the window of zlib.
pub const INFLATER_MEMORY: usize = 44 * 1024;

/// Minimum growth of a full buffer, in bytes.
const GROWTH: usize = 4 * 1024;

thread_local! {
    /// One compressor per window size in each thread. They can be shared because no state is kept between messages
    /// without context takeover.
    static DEFLATERS: RefCell<[Option<Deflater>; MAX_WINDOW_BITS as usize + 1]> = RefCell::default();
    static INFLATER: RefCell<Inflater> = RefCell::new(Inflater::default());
}

/// Compressor that may refer to earlier messages.
#[derive(Debug)]
pub struct Deflater(Method);

/// Method of a compressor. All cost about the same, because the peer chooses the window.
#[derive(Debug)]
enum Method {
    /// The largest window.
    Zlib(Compress),
    /// Any other window.
    SmallWindow(SmallWindow),
}

/// Decompressor that keeps the window of earlier messages.
#[derive(Debug)]
pub struct Inflater(Decompress);

/// Position at which a part of a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// After a final block.
    Final,
    /// Before a final block: more blocks may follow.
    Open,
}

/// Compresses a message independently of others, within a window of 2^`window` bytes (9 to 15), and appends it to
/// `out`.
///
/// # Panics
/// Panics if `window` is out of range.
pub fn deflate(message: &[u8], window: u8, out: &mut Vec<u8>) {
    DEFLATERS.with_borrow_mut(|deflaters| {
        let deflater = deflaters[usize::from(window)].get_or_insert_with(|| Deflater::new(window));
        deflater.reset();
        deflater.deflate(message, out);
    });
}

/// Inflates a message that was compressed independently of others, and appends it to `out`.
///
/// # Errors
/// Returns an error if the data is invalid or inflates to more than `limit` bytes.
pub fn inflate(compressed: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), ProtocolError> {
    INFLATER.with_borrow_mut(|inflater| {
        inflater.reset();
        inflater.inflate(compressed, limit, out)?;
        inflater.finish()
    })
}

impl Deflater {
    /// Creates a compressor with a window of 2^`window` bytes (9 to 15).
    ///
    /// # Panics
    /// Panics if `window` is out of range.
    pub fn new(window: u8) -> Self {
        Self(if window < MAX_WINDOW_BITS {
            Method::SmallWindow(SmallWindow::new(window))
        } else {
            Method::Zlib(Compress::new_with_window_bits(Compression::new(LEVEL), false, window))
        })
    }

    /// Discards the window: the next message does not refer to earlier ones.
    pub fn reset(&mut self) {
        match &mut self.0 {
            Method::Zlib(zlib) => zlib.reset(),
            Method::SmallWindow(compressor) => compressor.reset(),
        }
    }

    /// Returns the memory in bytes.
    pub fn memory(&self) -> usize {
        match &self.0 {
            Method::Zlib(_) => ZLIB_MEMORY,
            Method::SmallWindow(compressor) => compressor.memory(),
        }
    }

    /// Compresses a message and appends it to `out`.
    pub fn deflate(&mut self, message: &[u8], out: &mut Vec<u8>) {
        match &mut self.0 {
            // zlib flushes nothing without input; RFC 7692 §7.2.3.6 requires one byte.
            _ if message.is_empty() => out.push(0),
            Method::Zlib(zlib) => deflate_zlib(zlib, message, out),
            Method::SmallWindow(compressor) => compressor.deflate(message, out),
        }
    }
}

fn deflate_zlib(zlib: &mut Compress, mut message: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let mut end = start;
    loop {
        out.resize(end + message.len() / 2 + GROWTH / 16, 0);
        let (read, written) = (zlib.total_in(), zlib.total_out());
        // `compress_vec` would clear the entire spare capacity of `out` on each call. `compress` fails only after
        // `Finish`, which is never used.
        let _ = zlib.compress(message, &mut out[end..], FlushCompress::Sync);
        message = &message[since(read, zlib.total_in())..];
        end += since(written, zlib.total_out());
        if message.is_empty() && end < out.len() {
            break;
        }
    }
    out.truncate(end);
    if out[start..].ends_with(&FLUSH_TAIL) {
        out.truncate(end - FLUSH_TAIL.len());
    }
}

impl Default for Inflater {
    /// Creates a decompressor with the largest window, which inflates every smaller one as well.
    fn default() -> Self {
        Self(Decompress::new(false))
    }
}

impl Inflater {
    fn reset(&mut self) {
        self.0.reset(false);
    }

    /// Inflates a message and appends it to `out`, at most `limit` + 1 bytes. A message that ends inside a block
    /// is not detected here.
    ///
    /// # Errors
    /// Returns an error if the data is invalid or inflates to more than `limit` bytes.
    pub fn inflate(&mut self, compressed: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), ProtocolError> {
        if compressed.is_empty() {
            // RFC 7692 §7.2.3.6 requires one byte here, but an empty payload has no other meaning.
            return Ok(());
        }
        let (limit, mut end) = (out.len() + limit, out.len());
        let mut inflated = self.inflate_part(compressed, limit, out, &mut end);
        if inflated == Ok(Part::Open) {
            inflated = self.inflate_part(&FLUSH_TAIL, limit, out, &mut end);
        }
        out.truncate(end);
        inflated.map(|_| ())
    }

    /// Writes to `out` from `end` on. The buffer beyond `end` is cleared once; `decompress_vec` would clear it for
    /// each block, and a block can be two bytes long.
    fn inflate_part(
        &mut self,
        mut part: &[u8],
        limit: usize,
        out: &mut Vec<u8>,
        end: &mut usize,
    ) -> Result<Part, ProtocolError> {
        loop {
            if *end == out.len() {
                // One byte more than the limit suffices to detect an excess.
                out.resize(*end + (part.len() * 4).max(GROWTH).min(limit + 1 - *end), 0);
            }
            let (read, written) = (self.0.total_in(), self.0.total_out());
            let status = self.0.decompress(part, &mut out[*end..], FlushDecompress::Sync);
            part = &part[since(read, self.0.total_in())..];
            *end += since(written, self.0.total_out());
            if *end > limit {
                return Err(ProtocolError::TooBig);
            }
            if status.map_err(|_| ProtocolError::Deflate)? == Status::StreamEnd {
                // A final block ends the stream; another one may follow (RFC 7692 §7.2.3.4).
                self.reset();
                if part.is_empty() {
                    return Ok(Part::Final);
                }
            } else if *end < out.len() {
                return if part.is_empty() { Ok(Part::Open) } else { Err(ProtocolError::Deflate) };
            }
        }
    }

    /// Ends a message that later messages do not refer to.
    ///
    /// # Errors
    /// Returns an error if the message ended inside a block.
    fn finish(&mut self) -> Result<(), ProtocolError> {
        let before = self.0.total_in();
        let status = self.0.decompress(&FINAL_BLOCK, &mut [0], FlushDecompress::Sync);
        let whole = matches!(status, Ok(Status::StreamEnd)) && since(before, self.0.total_in()) == FINAL_BLOCK.len();
        if whole { Ok(()) } else { Err(ProtocolError::Deflate) }
    }
}

/// Returns the difference of two byte counters.
fn since(before: u64, after: u64) -> usize {
    usize::try_from(after - before).expect("at most the length of a buffer")
}

#[cfg(test)]
mod tests;
