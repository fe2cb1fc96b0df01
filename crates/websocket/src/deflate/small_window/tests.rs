use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::*;

/// Inflates with a window of exactly 2^`bits` bytes, as a peer that asked for it may.
struct SmallInflater(Decompress);

impl SmallInflater {
    fn new(bits: u8) -> Self {
        Self(Decompress::new_with_window_bits(false, bits))
    }

    fn inflate(&mut self, compressed: &[u8], expected: usize) -> Vec<u8> {
        let mut out = vec![0; expected + 1];
        let before = self.0.total_out();
        let whole = [compressed, &[0, 0, 0xff, 0xff]].concat();
        let status = self.0.decompress(&whole, &mut out, FlushDecompress::Sync);
        assert!(matches!(status, Ok(Status::Ok | Status::BufError)), "{status:?}");
        out.truncate(usize::try_from(self.0.total_out() - before).unwrap());
        out
    }
}

fn noise(length: usize, symbols: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b'a' + u8::try_from((state >> 16) % symbols).unwrap_or(0)
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// Texts that repeat much, little, and at distances around the sizes of windows.
fn messages() -> Vec<Vec<u8>> {
    let periodic =
        |period: usize, length: usize| -> Vec<u8> { noise(period, 100).into_iter().cycle().take(length).collect() };
    let mut messages: Vec<Vec<u8>> = vec![Vec::new(), vec![0xff; 1], vec![7; 3], vec![b'x'; 100_000]];
    messages.extend([1, 2, 4, 20, 100].map(|symbols| noise(20_000, symbols)));
    messages.extend(
        (9..15).flat_map(|bits| [-1, 0, 1].map(|more| periodic((1_usize << bits).wrapping_add_signed(more), 50_000))),
    );
    messages.push((0..=255).cycle().take(3000).collect());
    messages
}

#[test]
fn round_trips_within_each_window() {
    for bits in 9..15 {
        let mut compressor = SmallWindow::new(bits);
        for message in messages() {
            compressor.reset();
            let mut compressed = Vec::new();
            compressor.deflate(&message, &mut compressed);
            let inflated = SmallInflater::new(bits).inflate(&compressed, message.len());
            assert!(inflated == message, "{bits} bits, {} bytes", message.len());
        }
    }
}

#[test]
fn refers_to_earlier_messages_of_the_same_window() {
    for bits in 9..15 {
        let (mut compressor, mut inflater) = (SmallWindow::new(bits), SmallInflater::new(bits));
        let short = noise(200, 20);
        for message in messages().into_iter().chain([short.clone(), short]).chain(messages()) {
            let mut compressed = Vec::new();
            compressor.deflate(&message, &mut compressed);
            assert!(inflater.inflate(&compressed, message.len()) == message, "{bits} bits, {} bytes", message.len());
        }
        let repeated = noise(200, 90);
        let lengths = [(); 2].map(|()| {
            let mut compressed = Vec::new();
            compressor.deflate(&repeated, &mut compressed);
            compressed.len()
        });
        assert!(lengths[1] * 10 < lengths[0], "{lengths:?}");
    }
}

#[test]
fn keeps_no_memory_of_a_large_message() {
    for bits in 9..15 {
        let mut compressor = SmallWindow::new(bits);
        let (empty, mut compressed) = (compressor.memory(), Vec::new());
        compressor.deflate(&noise(1_000_000, 20), &mut compressed);
        let kept = compressor.memory() - empty;
        assert!(kept <= 4 << bits, "{bits} bits: {kept} bytes");
        compressor.reset();
    }
}

#[test]
fn positions_restart_before_they_overflow() {
    let mut compressor = SmallWindow::new(9);
    compressor.base = LAST - 100;
    for _ in 0..10 {
        let message = noise(300, 4);
        let mut compressed = Vec::new();
        compressor.reset();
        compressor.deflate(&message, &mut compressed);
        assert!(SmallInflater::new(9).inflate(&compressed, message.len()) == message);
    }
    assert!(compressor.base < LAST / 2);
}

#[test]
fn compresses_about_as_well_as_the_fastest_level() {
    for message in messages().into_iter().filter(|message| message.len() > 1000) {
        let mut compressed = Vec::new();
        SmallWindow::new(14).deflate(&message, &mut compressed);
        let fastest = zlib(&message);
        assert!(compressed.len() <= fastest * 3 / 2 + 64, "{} against {fastest} bytes", compressed.len());
    }
}

/// Compresses with the fastest level of zlib in the same window, and returns the length.
fn zlib(message: &[u8]) -> usize {
    let mut compress = Compress::new_with_window_bits(Compression::fast(), false, 14);
    let mut out = Vec::with_capacity(message.len() * 2 + 100);
    compress.compress_vec(message, &mut out, FlushCompress::Sync).expect("deflate accepts all input");
    out.len()
}
