//! Compressing and inflating messages (RFC 7692, section 7.2).

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::extension::LARGEST_WINDOW;
use super::violation::Violation;

/// What ends each flushed block; it is not sent (RFC 7692, section 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

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
    INFLATER.with_borrow_mut(|inflater| {
        inflater.forget();
        inflater.inflate(compressed, limit, out)
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
    fn forget(&mut self) {
        self.0.reset(false);
    }

    /// Appends a message to `out`, inflated; never more than `limit` bytes and some.
    ///
    /// # Errors
    /// When it cannot be inflated, or would be larger than `limit` bytes.
    pub fn inflate(&mut self, compressed: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), Violation> {
        let start = out.len();
        for part in [compressed, &TAIL] {
            self.inflate_part(part, start + limit, out)?;
        }
        Ok(())
    }

    fn inflate_part(&mut self, mut part: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), Violation> {
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
                    return Ok(());
                }
            } else if out.len() < out.capacity() {
                return if part.is_empty() { Ok(()) } else { Err(Violation::Deflate) };
            }
        }
    }
}

/// How much of its input a step took.
fn consumed(after: u64, before: u64) -> usize {
    usize::try_from(after - before).expect("no more than was given")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deflated(message: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        deflate(message, LARGEST_WINDOW, &mut out);
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
