//! Input that was read and is not dealt with yet, because something else has to happen first.

/// How much is dealt with at a time, in bytes. Of a slow connection all but one message may be given
/// back, again and again.
const PIECE: usize = 4 * 1024;

/// Some input, from where it was left on.
#[derive(Debug)]
pub struct Held {
    bytes: Box<[u8]>,
    /// What is before this is done with.
    start: usize,
    /// What is before this was lent.
    end: usize,
}

impl Held {
    /// Holds input, if there is any.
    pub fn new(input: &[u8]) -> Option<Box<Self>> {
        (!input.is_empty()).then(|| Box::new(Self { bytes: input.into(), start: 0, end: 0 }))
    }

    /// Copies the next piece into `buffer`, and says how long it is.
    pub fn lend(&mut self, buffer: &mut [u8]) -> usize {
        let length = (self.bytes.len() - self.start).min(PIECE).min(buffer.len());
        self.end = self.start + length;
        buffer[..length].copy_from_slice(&self.bytes[self.start..self.end]);
        length
    }

    /// The end of what was lent was not used, so many bytes of it. False when nothing is left.
    pub fn give_back(&mut self, unused: usize) -> bool {
        self.start = self.end - unused;
        self.start < self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_comes_again_and_then_the_rest() {
        let input: Vec<u8> = (0..=255).cycle().take(PIECE + 10).collect();
        let mut held = Held::new(&input).unwrap();
        let mut buffer = [0; 2 * PIECE];
        assert_eq!(held.lend(&mut buffer), PIECE);
        assert!(held.give_back(PIECE - 100));
        assert_eq!(held.lend(&mut buffer), PIECE - 90);
        assert_eq!(buffer[..PIECE - 90], input[100..]);
        assert!(!held.give_back(0));
    }

    #[test]
    fn nothing_is_held_in_nothing() {
        assert!(Held::new(&[]).is_none());
    }
}
