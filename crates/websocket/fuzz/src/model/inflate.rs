//! Decompressor bit by bit (RFC 1951, RFC 7692 §7.2.2).

use yodel_websocket::error::ProtocolError;

/// Maximum distance of a reference in bytes.
pub const MAX_WINDOW_BITS: usize = 1 << 15;

const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// Base lengths of the symbols 257 to 285, and their numbers of extra bits (RFC 1951 §3.2.5).
const LENGTHS: [(usize, u32); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

/// Base distances and numbers of extra bits.
const DISTANCES: [(usize, u32); 30] = [
    (1, 0),
    (2, 0),
    (3, 0),
    (4, 0),
    (5, 1),
    (7, 1),
    (9, 2),
    (13, 2),
    (17, 3),
    (25, 3),
    (33, 4),
    (49, 4),
    (65, 5),
    (97, 5),
    (129, 6),
    (193, 6),
    (257, 7),
    (385, 7),
    (513, 8),
    (769, 8),
    (1_025, 9),
    (1_537, 9),
    (2_049, 10),
    (3_073, 10),
    (4_097, 11),
    (6_145, 11),
    (8_193, 12),
    (12_289, 12),
    (16_385, 13),
    (24_577, 13),
];

/// Order of the code lengths of the code length alphabet (RFC 1951 §3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Reason why a message cannot be inflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InflateError {
    /// The data is invalid or exceeds the limit.
    Protocol(ProtocolError),
    /// The data ends inside a block.
    Truncated,
}

/// Decompressor that keeps the window of earlier messages.
#[derive(Debug)]
pub struct Inflate {
    window: usize,
    /// Output since the start of the stream.
    history: Vec<u8>,
}

/// Compressed data of one message.
struct Stream<'i> {
    bytes: Vec<u8>,
    /// Number of bits consumed.
    at: usize,
    /// Remaining limit in bytes.
    left: usize,
    inflate: &'i mut Inflate,
}

/// A prefix code: its symbols, sorted, by code length in bits.
struct Code([Vec<usize>; 16]);

const MALFORMED: InflateError = InflateError::Protocol(ProtocolError::Deflate);

impl Inflate {
    /// Creates a decompressor with a window of `window` bytes.
    pub fn new(window: usize) -> Self {
        Self { window, history: Vec::new() }
    }

    /// Inflates a message to at most `limit` bytes.
    pub fn message(&mut self, compressed: &[u8], limit: usize) -> Result<Vec<u8>, InflateError> {
        let mut message = Vec::new();
        if compressed.is_empty() {
            // An empty payload is an empty message, although it should be one byte (RFC 7692 §7.2.3.6).
            return Ok(message);
        }
        let bytes = [compressed, &TAIL].concat();
        let mut stream = Stream { bytes, at: 0, left: limit, inflate: self };
        while stream.at < stream.bytes.len() * 8 {
            let before = stream.inflate.history.len();
            let last = stream.block()?;
            message.extend_from_slice(&stream.inflate.history[before..]);
            if last {
                stream.align();
                stream.inflate.history.clear();
            }
            if last && stream.at == compressed.len() * 8 {
                break; // The message is complete after a final block, although a byte should follow (RFC 7692 §7.2.3.4).
            }
        }
        Ok(message)
    }
}

impl Stream<'_> {
    fn bits(&mut self, count: u32) -> Result<usize, InflateError> {
        let mut bits = 0;
        for place in 0..count {
            let byte = *self.bytes.get(self.at / 8).ok_or(InflateError::Truncated)?;
            bits |= usize::from(byte >> (self.at % 8) & 1) << place;
            self.at += 1;
        }
        Ok(bits)
    }

    fn align(&mut self) {
        self.at = self.at.next_multiple_of(8);
    }

    /// Inflates a block; returns true if it is the final one of its stream.
    fn block(&mut self) -> Result<bool, InflateError> {
        let last = self.bits(1)? == 1;
        match self.bits(2)? {
            0 => self.stored()?,
            1 => self.compressed(&Code::fixed())?,
            2 => {
                let codes = self.codes()?;
                self.compressed(&codes)?;
            }
            _ => return Err(MALFORMED),
        }
        Ok(last)
    }

    fn stored(&mut self) -> Result<(), InflateError> {
        self.align();
        let (length, check) = (self.bits(16)?, self.bits(16)?);
        if length != 0xffff - check {
            return Err(MALFORMED);
        }
        for _ in 0..length {
            let byte = self.bits(8)?;
            self.put(byte)?;
        }
        Ok(())
    }

    /// Parses the codes of a block with dynamic Huffman codes.
    fn codes(&mut self) -> Result<(Code, Code), InflateError> {
        let (literals, distances, count) = (self.bits(5)? + 257, self.bits(5)? + 1, self.bits(4)? + 4);
        if literals > 286 || distances > 30 {
            return Err(MALFORMED);
        }
        let mut lengths = vec![0; 19];
        for place in &ORDER[..count] {
            lengths[*place] = self.bits(3)?;
        }
        let code = Code::new(&lengths);
        if code.share() == 0 {
            return Err(InflateError::Truncated); // Invalid in any case, but zlib detects it later.
        }
        if !code.is_complete() {
            return Err(MALFORMED);
        }
        let mut lengths = Vec::new();
        while lengths.len() < literals + distances {
            let (length, times) = match self.symbol(&code)? {
                16 => (*lengths.last().ok_or(MALFORMED)?, 3 + self.bits(2)?),
                17 => (0, 3 + self.bits(3)?),
                18 => (0, 11 + self.bits(7)?),
                length => (length, 1),
            };
            lengths.extend(std::iter::repeat_n(length, times));
        }
        let ends = lengths.len() == literals + distances && lengths[256] > 0;
        if !ends {
            return Err(MALFORMED);
        }
        let (literals, distances) = lengths.split_at(literals);
        let (literals, distances) = (Code::new(literals), Code::new(distances));
        let well = |code: &Code| code.is_complete() || code.is_single();
        if well(&literals) && well(&distances) { Ok((literals, distances)) } else { Err(MALFORMED) }
    }

    fn compressed(&mut self, (literals, distances): &(Code, Code)) -> Result<(), InflateError> {
        loop {
            let length = match self.symbol(literals)? {
                256 => return Ok(()),
                literal @ 0..256 => {
                    self.put(literal)?;
                    continue;
                }
                symbol => *LENGTHS.get(symbol - 257).ok_or(MALFORMED)?,
            };
            let length = length.0 + self.bits(length.1)?;
            let distance = DISTANCES[self.symbol(distances)?];
            let distance = distance.0 + self.bits(distance.1)?;
            let known = self.inflate.history.len();
            if distance > known || distance > self.inflate.window {
                return Err(MALFORMED);
            }
            for place in known..known + length {
                self.put(usize::from(self.inflate.history[place - distance]))?;
            }
        }
    }

    fn put(&mut self, byte: usize) -> Result<(), InflateError> {
        self.left = self.left.checked_sub(1).ok_or(InflateError::Protocol(ProtocolError::TooBig))?;
        self.inflate.history.push(u8::try_from(byte).expect("eight bits"));
        Ok(())
    }

    /// Returns the next symbol. Codes of one length are consecutive, in the order of their symbols (RFC 1951 §3.2.2).
    fn symbol(&mut self, code: &Code) -> Result<usize, InflateError> {
        let (mut read, mut first) = (0, 0);
        for symbols in &code.0[1..] {
            read = read << 1 | self.bits(1)?;
            first <<= 1;
            if let Some(symbol) = symbols.get(read - first) {
                return Ok(*symbol);
            }
            first += symbols.len();
        }
        Err(MALFORMED)
    }
}

impl Code {
    /// Creates a code from the code length of each symbol in bits; 0 if it has no code.
    fn new(lengths: &[usize]) -> Self {
        let mut symbols = Self(Default::default());
        for (symbol, length) in lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
            symbols.0[*length].push(symbol);
        }
        symbols
    }

    /// Returns the fixed codes (RFC 1951 §3.2.6).
    fn fixed() -> (Self, Self) {
        let literals = [vec![8; 144], vec![9; 112], vec![7; 24], vec![8; 8]].concat();
        (Self::new(&literals), Self::new(&[5; 30]))
    }

    /// Returns whether every bit sequence has exactly one meaning.
    fn is_complete(&self) -> bool {
        self.share() == 1 << 15
    }

    /// Returns whether the code has no symbol, or a single symbol of one bit. Both are valid although incomplete.
    fn is_single(&self) -> bool {
        self.0[1].len() <= 1 && self.0[2..].iter().all(Vec::is_empty)
    }

    /// Returns the number of 15-bit sequences that begin with a code.
    fn share(&self) -> usize {
        self.0.iter().zip(0_u32..).skip(1).map(|(symbols, length)| symbols.len() << (15 - length)).sum()
    }
}
