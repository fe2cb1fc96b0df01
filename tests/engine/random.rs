//! A seeded random source for reproducible tests.

/// A random number generator (`SplitMix64`).
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// Creates a generator from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Returns a number below `end`, which must not be 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("result fits into usize")
    }

    /// Returns `true` with probability 1/`times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// Returns a random element. Panics on an empty slice.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Returns `length` random bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        let words = std::iter::repeat_with(|| self.next().to_le_bytes()).take(length.div_ceil(8));
        let mut bytes = words.collect::<Vec<_>>().concat();
        bytes.truncate(length);
        bytes
    }

    /// Returns a random text of at most `length` bytes, at most three bytes shorter.
    pub fn text(&mut self, length: usize) -> String {
        let mut text = String::new();
        loop {
            let character = self.pick(&['x', '\0', 'é', '\u{7ff}', '好', '\u{ffff}', '😀', '\u{10ffff}']);
            if text.len() + character.len_utf8() > length {
                return text;
            }
            text.push(character);
        }
    }
}
