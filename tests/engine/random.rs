//! Choices that are the same again for the same seed.

/// Makes choices (`SplitMix64`).
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// Other seeds, other choices.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("below a usize")
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of a list.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// So many bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        let words = std::iter::repeat_with(|| self.next().to_le_bytes()).take(length.div_ceil(8));
        let mut bytes = words.collect::<Vec<_>>().concat();
        bytes.truncate(length);
        bytes
    }

    /// A text of at most so many bytes, and hardly less.
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
