//! Compressed messages (RFC 7692): one compressed once, many inflated.

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::websocket::violation::Violation;

/// What every compressed message ends with, and what is left out on the wire (section 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// By how much the output grows, in bytes.
const STEP: usize = 16 * 1024;

thread_local! {
    /// For all connections whose messages stand alone.
    static SHARED: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

/// Compresses a message so that it can be read whatever was sent before it.
pub fn compress(payload: &[u8]) -> Vec<u8> {
    let mut deflate = Compress::new(Compression::fast(), false);
    let mut out = Vec::with_capacity(payload.len() / 2 + STEP);
    loop {
        let read = usize::try_from(deflate.total_in()).unwrap_or(usize::MAX);
        // Compressing cannot fail: whatever bytes there are, they have a compressed form.
        let _ = deflate.compress_vec(&payload[read..], &mut out, FlushCompress::Sync);
        if out.len() < out.capacity() {
            break;
        }
        out.reserve(STEP);
    }
    out.truncate(out.len() - TAIL.len());
    out
}

/// What inflates the messages of one connection.
#[derive(Debug)]
pub struct Inflater {
    /// What was said before, if messages may refer to it.
    context: Option<Decompress>,
    /// The longest message that is inflated, in bytes.
    limit: usize,
}

impl Inflater {
    /// One for messages that stand alone, or for those that may refer to earlier ones.
    pub fn new(alone: bool, limit: usize) -> Self {
        Self { context: (!alone).then(|| Decompress::new(false)), limit }
    }

    /// Inflates a message into `out`.
    ///
    /// # Errors
    /// When it is none, or too long.
    pub fn inflate(&mut self, payload: &[u8], out: &mut Vec<u8>) -> Result<(), Violation> {
        out.clear();
        match &mut self.context {
            Some(context) => inflate(context, payload, self.limit, out),
            None => SHARED.with_borrow_mut(|shared| {
                shared.reset(false);
                inflate(shared, payload, self.limit, out)
            }),
        }
    }
}

fn inflate(state: &mut Decompress, payload: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), Violation> {
    for mut input in [payload, &TAIL] {
        loop {
            out.reserve(STEP);
            let before = state.total_in();
            let status = state.decompress_vec(input, out, FlushDecompress::Sync).map_err(|_| Violation::Deflate)?;
            if out.len() > limit {
                return Err(Violation::TooBig);
            }
            input = &input[usize::try_from(state.total_in() - before).unwrap_or(usize::MAX)..];
            if status == Status::StreamEnd {
                // A last block is allowed (section 7.2.3.4); what follows begins anew.
                state.reset(false);
            }
            if input.is_empty() && out.len() < out.capacity() {
                break;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inflated(inflater: &mut Inflater, payload: &[u8]) -> Result<Vec<u8>, Violation> {
        let mut out = Vec::new();
        inflater.inflate(payload, &mut out).map(|()| out)
    }

    #[test]
    fn the_examples_of_section_7_2_3() {
        let mut inflater = Inflater::new(false, 100);
        assert_eq!(inflated(&mut inflater, b"\xf2\x48\xcd\xc9\xc9\x07\x00"), Ok(b"Hello".to_vec()));
        let referring = b"\xf2\x00\x11\x00\x00";
        assert_eq!(inflated(&mut inflater, referring), Ok(b"Hello".to_vec()), "7.2.3.2: what was said before");
        assert!(inflated(&mut Inflater::new(true, 100), referring).is_err(), "nothing was said before");
        let stored = b"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00";
        assert_eq!(inflated(&mut inflater, stored), Ok(b"Hello".to_vec()), "7.2.3.3: not compressed");
        let last = b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00";
        assert_eq!(inflated(&mut inflater, last), Ok(b"Hello".to_vec()), "7.2.3.4: a last block");
        assert_eq!(inflated(&mut inflater, stored), Ok(b"Hello".to_vec()));
    }

    #[test]
    fn what_is_compressed_is_inflated_whatever_came_before() {
        for alone in [true, false] {
            let mut inflater = Inflater::new(alone, 1 << 20);
            for size in [0, 1, 64, 5_000, 300_000] {
                let payload: Vec<u8> = (0..size).map(|i: u32| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
                assert_eq!(inflated(&mut inflater, &compress(&payload)), Ok(payload));
            }
        }
    }

    #[test]
    fn a_small_message_that_becomes_large_is_refused() {
        let bomb = compress(&vec![b'x'; 10 << 20]);
        assert!(bomb.len() < 1 << 20);
        assert_eq!(inflated(&mut Inflater::new(true, 1 << 20), &bomb), Err(Violation::TooBig));
    }

    #[test]
    fn garbage_is_refused() {
        assert_eq!(inflated(&mut Inflater::new(true, 100), b"\xff\xff\xff"), Err(Violation::Deflate));
    }
}
