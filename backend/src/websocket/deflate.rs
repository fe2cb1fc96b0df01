//! Compressing and inflating messages (RFC 7692, section 7.2).

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::extension::LARGEST_WINDOW;
use super::violation::Violation;

/// What ends each flushed block; it is not sent (RFC 7692, section 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// A final block with nothing in it, which only where a block may begin is read as one.
const LAST: [u8; 5] = [1, 0, 0, 0xff, 0xff];

/// Shorter messages gain nothing from compression, in bytes.
pub const THRESHOLD: usize = 100;

/// The fastest level: most of the gain for a fraction of the time.
const LEVEL: u32 = 1;

/// The least that is added to a buffer which is full, in bytes.
const STEP: usize = 4 * 1024;

thread_local! {
    /// One of each for a thread: without takeover nothing is kept from message to message.
    static DEFLATER: RefCell<Deflater> = RefCell::new(Deflater::new(LARGEST_WINDOW));
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

/// Appends a message to `out`, compressed by itself.
pub fn deflate(message: &[u8], out: &mut Vec<u8>) {
    DEFLATER.with_borrow_mut(|deflater| {
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
        Self(Compress::new_with_window_bits(Compression::new(LEVEL), false, window))
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
mod tests {
    use super::*;

    fn deflated(message: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        deflate(message, &mut out);
        out
    }

    fn inflated(compressed: &[u8], limit: usize) -> Result<Vec<u8>, Violation> {
        let mut out = Vec::new();
        inflate(compressed, limit, &mut out).map(|()| out)
    }

    /// Bytes that cannot be compressed.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        std::iter::repeat_with(next).take(length).collect()
    }

    #[test]
    fn section_7_2_3_1_the_example_is_inflated() {
        assert_eq!(inflated(&[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00], 5), Ok(b"Hello".to_vec()));
    }

    #[test]
    fn section_7_2_3_2_a_second_message_may_refer_to_the_first() {
        let mut inflater = Inflater::default();
        for compressed in [&[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00][..], &[0xf2, 0x00, 0x11, 0x00, 0x00]] {
            let mut out = Vec::new();
            assert_eq!(inflater.inflate(compressed, 100, &mut out), Ok(()));
            assert_eq!(out, b"Hello");
        }
        assert!(inflated(&[0xf2, 0x00, 0x11, 0x00, 0x00], 100).is_err(), "by itself it refers to nothing");
    }

    #[test]
    fn section_7_2_3_3_a_block_without_compression_is_inflated() {
        let stored = [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00];
        assert_eq!(inflated(&stored, 5), Ok(b"Hello".to_vec()));
    }

    #[test]
    fn section_7_2_3_4_a_final_block_is_inflated() {
        let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00];
        assert_eq!(inflated(&last, 5), Ok(b"Hello".to_vec()));
    }

    #[test]
    fn section_7_2_3_5_two_blocks_are_inflated() {
        let two = [0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00];
        assert_eq!(inflated(&two, 5), Ok(b"Hello".to_vec()));
    }

    #[test]
    fn section_7_2_3_6_an_empty_message_is_one_byte() {
        assert_eq!(inflated(&[0x00], 0), Ok(Vec::new()));
    }

    #[test]
    fn what_is_compressed_is_inflated_again() {
        for length in [0, 1, 99, 100, 4_095, 4_096, 65_535, 65_536, 1_000_000] {
            for message in [vec![b'x'; length], noise(length)] {
                let compressed = deflated(&message);
                assert!(!compressed.ends_with(&TAIL), "section 7.2.1: the tail is not sent");
                assert_eq!(inflated(&compressed, length).as_ref(), Ok(&message), "{length} bytes");
            }
        }
    }

    #[test]
    fn a_message_does_not_depend_on_the_one_before_unless_it_may() {
        let text = noise(1_000);
        assert_eq!(deflated(&text), deflated(&text));
        let (mut deflater, mut first, mut second) = (Deflater::new(LARGEST_WINDOW), Vec::new(), Vec::new());
        deflater.deflate(&text, &mut first);
        deflater.deflate(&text, &mut second);
        assert!(second.len() < first.len() / 2, "{} {}", first.len(), second.len());
    }

    #[test]
    fn a_bomb_is_refused_without_the_memory_it_asks_for() {
        let bomb = deflated(&vec![0; 16 << 20]);
        assert!(bomb.len() < 1 << 20, "{}", bomb.len());
        let mut out = Vec::new();
        assert_eq!(inflate(&bomb, 65_536, &mut out), Err(Violation::TooBig));
        assert!(out.capacity() <= 2 * 65_536 + 2 * STEP, "{}", out.capacity());
    }

    #[test]
    fn the_limit_itself_is_taken_and_one_byte_more_is_not() {
        let compressed = deflated(&[7; 1_000]);
        assert_eq!(inflated(&compressed, 1_000).map(|out| out.len()), Ok(1_000));
        assert_eq!(inflated(&compressed, 999), Err(Violation::TooBig));
    }

    #[test]
    fn what_is_too_big_is_that_before_it_is_anything_else() {
        let stored = [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0xff];
        for room in [0, 1_000] {
            let mut out = Vec::with_capacity(room);
            assert_eq!(inflate(&stored, 4, &mut out), Err(Violation::TooBig), "with room for {room}");
            assert_eq!(inflate(&stored, 5, &mut Vec::with_capacity(room)), Err(Violation::Deflate));
        }
    }

    #[test]
    fn a_message_that_ends_inside_a_block_is_refused() {
        let compressed = deflated(&noise(1_000));
        for end in 1..compressed.len() {
            assert_eq!(inflated(&compressed[..end], 2_000), Err(Violation::Deflate), "cut at {end}");
        }
    }

    #[test]
    fn a_byte_that_should_be_there_and_says_nothing_may_be_missing() {
        let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
        for (compressed, message) in [(&last[..], &b"Hello"[..]), (&[], b"")] {
            assert_eq!(inflated(compressed, 5).as_deref(), Ok(message), "sections 7.2.3.4 and 7.2.3.6");
        }
        let (mut inflater, mut out) = (Inflater::default(), Vec::new());
        for compressed in [&last[..], &[], &last] {
            assert_eq!(inflater.inflate(compressed, 5, &mut out), Ok(()));
        }
        assert_eq!(out, b"HelloHello");
    }

    #[test]
    fn an_empty_message_after_another_is_one_byte_too() {
        let (mut deflater, mut out) = (Deflater::new(LARGEST_WINDOW), vec![7, 0, 0, 0xff, 0xff]);
        for _ in 0..3 {
            let before = out.clone();
            deflater.deflate(b"", &mut out);
            assert_eq!(out, [&before[..], &[0]].concat());
        }
    }

    #[test]
    fn many_small_blocks_are_read_in_place() {
        let finals = [3, 0].repeat(100_000);
        let mut out = Vec::with_capacity(1 << 20);
        assert_eq!(inflate(&finals, 1 << 20, &mut out), Ok(()));
        assert!(out.is_empty());
    }

    #[test]
    fn what_is_no_deflate_stream_is_refused() {
        assert_eq!(inflated(&[0xff; 20], 1_000), Err(Violation::Deflate));
        assert_eq!(inflated(b"not compressed", 1_000), Err(Violation::Deflate));
    }

    #[test]
    fn every_window_is_kept() {
        let message = [noise(5_000), noise(5_000)].concat();
        for window in 9..=LARGEST_WINDOW {
            let mut compressed = Vec::new();
            Deflater::new(window).deflate(&message, &mut compressed);
            let (mut inflater, mut out) = (Inflater(Decompress::new_with_window_bits(false, window)), Vec::new());
            assert_eq!(inflater.inflate(&compressed, message.len(), &mut out), Ok(()), "{window}");
            assert_eq!(out, message);
        }
    }
}
