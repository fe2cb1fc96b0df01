//! Random test data, the same in every run with the same seed.

use yodel_client::Rng;

/// Random values of other types than numbers.
pub trait RandomData: Rng {
    /// Returns an index below `end`, which must not be 0.
    fn index(&mut self, end: usize) -> usize {
        usize::try_from(self.below(end as u64)).expect("an index fits into usize")
    }

    /// Returns `true` with probability 1/`times`.
    fn once_in(&mut self, times: usize) -> bool {
        self.index(times) == 0
    }

    /// Returns a random element. Panics on an empty slice.
    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }

    /// Returns `length` random bytes.
    fn bytes(&mut self, length: usize) -> Vec<u8> {
        let words = std::iter::repeat_with(|| self.below(u64::MAX).to_le_bytes()).take(length.div_ceil(8));
        let mut bytes = words.collect::<Vec<_>>().concat();
        bytes.truncate(length);
        bytes
    }

    /// Returns a random text of at most `length` bytes, at most three bytes shorter.
    fn text(&mut self, length: usize) -> String {
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

impl<R: Rng> RandomData for R {}
