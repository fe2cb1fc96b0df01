//! RFC 1951, a bit at a time, and RFC 7692, section 7.2.2.

use yodel_websocket::violation::Violation;

/// How far back a stream may refer, in bytes.
pub const LARGEST_WINDOW: usize = 1 << 15;

const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// The lengths 257 to 285 stand for, and how many more bits they have (RFC 1951, section 3.2.5).
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

/// The same for distances.
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

/// The order in which the lengths of the code lengths' codes come (RFC 1951, section 3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Why a message was not inflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is no stream, or a larger one than allowed.
    Violation(Violation),
    /// It ends inside a block, or in one that has no end.
    Cut,
}

/// Inflates messages, each with what it knows from those before.
#[derive(Debug)]
pub struct Inflate {
    window: usize,
    /// What was inflated since a stream began.
    history: Vec<u8>,
}

/// The stream of one message.
struct Stream<'i> {
    bytes: Vec<u8>,
    /// How many bits were read.
    at: usize,
    /// How many bytes there may still be.
    left: usize,
    inflate: &'i mut Inflate,
}

/// A prefix code: the symbols that have one bit, two bits and so on, in order.
struct Code([Vec<usize>; 16]);

const MALFORMED: Wrong = Wrong::Violation(Violation::Deflate);

impl Inflate {
    /// Nothing may refer further back than `window` bytes.
    pub fn new(window: usize) -> Self {
        Self { window, history: Vec::new() }
    }

    /// What a message inflates to, if that is no more than `limit` bytes.
    pub fn message(&mut self, compressed: &[u8], limit: usize) -> Result<Vec<u8>, Wrong> {
        let mut message = Vec::new();
        if compressed.is_empty() {
            // Nothing is nothing, although it should be a byte (section 7.2.3.6).
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
                break; // Nothing is missing after a final block, although a byte should follow (section 7.2.3.4).
            }
        }
        Ok(message)
    }
}

impl Stream<'_> {
    fn bits(&mut self, count: u32) -> Result<usize, Wrong> {
        let mut bits = 0;
        for place in 0..count {
            let byte = *self.bytes.get(self.at / 8).ok_or(Wrong::Cut)?;
            bits |= usize::from(byte >> (self.at % 8) & 1) << place;
            self.at += 1;
        }
        Ok(bits)
    }

    fn align(&mut self) {
        self.at = self.at.next_multiple_of(8);
    }

    /// A block; true when it is the last one of its stream.
    fn block(&mut self) -> Result<bool, Wrong> {
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

    fn stored(&mut self) -> Result<(), Wrong> {
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

    /// The codes of a block that brings its own.
    fn codes(&mut self) -> Result<(Code, Code), Wrong> {
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
            return Err(Wrong::Cut); // Nothing can come of it, but zlib reads on for a while.
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

    fn compressed(&mut self, (literals, distances): &(Code, Code)) -> Result<(), Wrong> {
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

    fn put(&mut self, byte: usize) -> Result<(), Wrong> {
        self.left = self.left.checked_sub(1).ok_or(Wrong::Violation(Violation::TooBig))?;
        self.inflate.history.push(u8::try_from(byte).expect("eight bits"));
        Ok(())
    }

    /// The next symbol: codes of one length are consecutive numbers, in the order of their symbols
    /// (RFC 1951, section 3.2.2).
    fn symbol(&mut self, code: &Code) -> Result<usize, Wrong> {
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
    /// From each symbol's length in bits, 0 for those that have none.
    fn new(lengths: &[usize]) -> Self {
        let mut symbols = Self(Default::default());
        for (symbol, length) in lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
            symbols.0[*length].push(symbol);
        }
        symbols
    }

    /// RFC 1951, section 3.2.6.
    fn fixed() -> (Self, Self) {
        let literals = [vec![8; 144], vec![9; 112], vec![7; 24], vec![8; 8]].concat();
        (Self::new(&literals), Self::new(&[5; 30]))
    }

    /// Whether every row of bits means something, and none means two things.
    fn is_complete(&self) -> bool {
        self.share() == 1 << 15
    }

    /// Whether it has one symbol of one bit, or none at all, which is allowed too.
    fn is_single(&self) -> bool {
        self.0[1].len() <= 1 && self.0[2..].iter().all(Vec::is_empty)
    }

    /// How much of all rows of 15 bits its symbols take.
    fn share(&self) -> usize {
        self.0.iter().zip(0_u32..).skip(1).map(|(symbols, length)| symbols.len() << (15 - length)).sum()
    }
}
