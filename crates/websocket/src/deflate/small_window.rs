//! Compressor for windows below the largest one.
//!
//! zlib slides its window over the input and adjusts a hash table of 128 KiB at each slide. With a window of 512 bytes
//! that costs over ten times as much as the compression itself, and the peer chooses the window. This compressor keeps
//! absolute positions in a small table, so its cost does not depend on the window. It has the method of zlib's fastest
//! level: the first match that is found, and the fixed Huffman code (RFC 1951 §3.2.6).

mod bit_writer;

use bit_writer::BitWriter;

/// Binary logarithm of the number of entries of the hash table.
const TABLE_BITS: u32 = 12;

/// Minimum length of a match in bytes: the bytes that are hashed.
const MIN_MATCH: usize = 4;

/// Maximum length of a match in bytes (RFC 1951 §3.2.5).
const MAX_MATCH: usize = 258;

/// Position of the first byte of a new stream. The table has a 0 where it has no position.
const FIRST: u32 = 1;

/// Position after which positions start again from [`FIRST`], so that they never overflow.
const LAST: u32 = u32::MAX / 2;

/// Compressor that refers at most `window` bytes back.
#[derive(Debug)]
pub struct SmallWindow {
    window: usize,
    /// The current message, after the end of the earlier ones.
    buffer: Vec<u8>,
    /// Position of the first byte of the buffer.
    base: u32,
    /// Position at which the bytes with this hash were last seen.
    table: Box<[u32]>,
}

impl SmallWindow {
    /// Creates a compressor with a window of 2^`bits` bytes.
    pub fn new(bits: u8) -> Self {
        Self { window: 1 << bits, buffer: Vec::new(), base: FIRST, table: vec![0; 1 << TABLE_BITS].into_boxed_slice() }
    }

    /// Discards the earlier messages.
    pub fn reset(&mut self) {
        self.forget(self.buffer.len());
    }

    /// Compresses a message and appends it to `out`, without the end that RFC 7692 §7.2.1 removes.
    pub fn deflate(&mut self, message: &[u8], out: &mut Vec<u8>) {
        let mut at = self.buffer.len();
        self.buffer.extend_from_slice(message);
        let mut bits = BitWriter::new(out);
        bits.begin_block();
        while at < self.buffer.len() {
            if let Some((length, distance)) = self.find_match(at) {
                bits.push_match(length, distance);
                at += length;
            } else {
                bits.push_literal(self.buffer[at]);
                at += 1;
            }
        }
        bits.end_block();
        if self.buffer.len() > 4 * self.window {
            self.forget(self.buffer.len() - self.window);
            // Compressors live long: one per connection with context takeover, and one per thread for all other
            // connections.
            self.buffer.shrink_to(4 * self.window);
        }
    }

    /// Returns the memory in bytes.
    pub fn memory(&self) -> usize {
        self.table.len() * size_of::<u32>() + self.buffer.capacity()
    }

    /// Returns length and distance of a match at an index of the buffer, and enters the index into the table.
    fn find_match(&mut self, at: usize) -> Option<(usize, usize)> {
        let (earlier, rest) = self.buffer.split_at(at);
        let slot = &mut self.table[hash(u32::from_le_bytes(*rest.first_chunk()?))];
        let position = self.base + u32::try_from(at).ok()?;
        let candidate = std::mem::replace(slot, position);
        let distance = usize::try_from(position - candidate).ok()?;
        if candidate < self.base || distance > self.window {
            return None;
        }
        // The match may extend into the bytes that it produces.
        let length = common_length(&self.buffer[earlier.len() - distance..], rest);
        (length >= MIN_MATCH).then_some((length, distance))
    }

    /// Removes bytes at the start of the buffer.
    fn forget(&mut self, length: usize) {
        self.buffer.drain(..length);
        let base = u32::try_from(length).ok().and_then(|length| self.base.checked_add(length));
        if let Some(base) = base.filter(|base| *base < LAST) {
            self.base = base;
        } else {
            self.table.fill(0);
            self.base = FIRST;
        }
    }
}

/// Returns the entry for four bytes: the high bits of a multiplicative hash (Knuth, volume 3, section 6.4).
fn hash(bytes: u32) -> usize {
    (bytes.wrapping_mul(0x9e37_79b1) >> (u32::BITS - TABLE_BITS)) as usize
}

/// Returns the number of equal bytes at the start, up to [`MAX_MATCH`].
fn common_length(one: &[u8], other: &[u8]) -> usize {
    let limit = other.len().min(MAX_MATCH);
    let (one, other) = (&one[..limit], &other[..limit]);
    let words = one.chunks_exact(8).zip(other.chunks_exact(8)).take_while(|(one, other)| one == other).count() * 8;
    words + one[words..].iter().zip(&other[words..]).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests;
