//! Writes blocks with the fixed Huffman code (RFC 1951 §3.2.6).

/// Bits of a code in the order of the stream, and their number.
type Code = (u32, u32);

/// Header of a block with the fixed code that is not the last one (RFC 1951 §3.2.3).
const FIXED_BLOCK: Code = (0b010, 3);

/// The symbol that ends a block.
const END_OF_BLOCK: Code = (0, 7);

/// Header of a stored block that is not the last one. Its length is in the bytes that RFC 7692 §7.2.1 removes.
const STORED_BLOCK: Code = (0, 3);

const LITERALS: [Code; 256] = literals();

/// Writer of bits, the lowest first.
#[derive(Debug)]
pub struct BitWriter<'o> {
    out: &'o mut Vec<u8>,
    bits: u64,
    /// Number of bits that are not written yet, below 32.
    count: u32,
}

impl<'o> BitWriter<'o> {
    /// Creates a writer that appends to `out`.
    pub fn new(out: &'o mut Vec<u8>) -> Self {
        Self { out, bits: 0, count: 0 }
    }

    /// Begins a block.
    pub fn begin_block(&mut self) {
        self.push(FIXED_BLOCK);
    }

    /// Writes a byte.
    pub fn push_literal(&mut self, byte: u8) {
        self.push(LITERALS[usize::from(byte)]);
    }

    /// Writes a reference: `length` (3 to 258) bytes, which begin `distance` (1 to 32,768) bytes before.
    pub fn push_match(&mut self, length: usize, distance: usize) {
        let (symbol, extra) = length_symbol(length);
        self.push(length_code(symbol));
        self.push(extra);
        let (symbol, extra) = distance_symbol(distance);
        self.push((reversed(symbol, 5), 5));
        self.push(extra);
    }

    /// Ends the block, and continues with an empty stored block, up to the next byte.
    pub fn end_block(mut self) {
        self.push(END_OF_BLOCK);
        self.push(STORED_BLOCK);
        let bytes = self.count.div_ceil(8) as usize;
        self.out.extend_from_slice(&self.bits.to_le_bytes()[..bytes]);
    }

    fn push(&mut self, (code, length): Code) {
        self.bits |= u64::from(code) << self.count;
        self.count += length;
        if self.count >= 32 {
            self.out.extend_from_slice(&self.bits.to_le_bytes()[..4]);
            self.bits >>= 32;
            self.count -= 32;
        }
    }
}

const fn literals() -> [Code; 256] {
    let mut codes = [(0, 0); 256];
    let mut byte: u32 = 0;
    while byte < 256 {
        codes[byte as usize] =
            if byte < 144 { (reversed(0x30 + byte, 8), 8) } else { (reversed(0x190 + byte - 144, 9), 9) };
        byte += 1;
    }
    codes
}

/// Returns the code of a symbol from 257 to 285.
fn length_code(symbol: u32) -> Code {
    if symbol < 280 { (reversed(symbol - 256, 7), 7) } else { (reversed(0xc0 + symbol - 280, 8), 8) }
}

/// Returns the symbol of a length and its extra bits (RFC 1951 §3.2.5).
fn length_symbol(length: usize) -> (u32, Code) {
    let value = u32::try_from(length.saturating_sub(3)).unwrap_or(255).min(255);
    match value {
        255 => (285, (0, 0)),
        0..8 => (257 + value, (0, 0)),
        _ => {
            let extra = value.ilog2() - 2;
            (257 + 4 * (extra + 1) + (value >> extra & 3), (value & ((1 << extra) - 1), extra))
        }
    }
}

/// Returns the symbol of a distance and its extra bits (RFC 1951 §3.2.5).
fn distance_symbol(distance: usize) -> (u32, Code) {
    let value = u32::try_from(distance.saturating_sub(1)).unwrap_or(0x7fff).min(0x7fff);
    if value < 4 {
        return (value, (0, 0));
    }
    let extra = value.ilog2() - 1;
    (2 * (extra + 1) + (value >> extra & 1), (value & ((1 << extra) - 1), extra))
}

/// Returns the `length` low bits in reverse order: codes begin with their highest bit.
const fn reversed(code: u32, length: u32) -> u32 {
    code.reverse_bits() >> (u32::BITS - length)
}
