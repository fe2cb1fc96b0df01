//! Random input with a fixed seed: the events do not depend on how the input is split.

use super::*;

const STREAMS: u32 = 2_000;

/// Deterministic pseudorandom numbers.
struct Random(u32);

impl Random {
    /// Returns a number in `0..bound`.
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % bound
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Returns a fragmented message, sometimes with pings between the fragments.
    fn message(&mut self) -> Vec<u8> {
        let text = "Hello, κόσμε, 你好, \u{1f3d4}. ".repeat(self.below(4));
        let (kind, rsv1) = (self.pick(&[0x01, 0x02]), self.pick(&[0x00, 0x40]));
        let payload = if rsv1 == 0 { text.into_bytes() } else { deflated(text.as_bytes()) };
        let (mut rest, mut first_byte, mut frames) = (&payload[..], kind | rsv1, Vec::new());
        while self.below(2) == 0 {
            let (piece, others) = rest.split_at(self.below(rest.len() + 1));
            frames.extend(masked(first_byte, self.pick(&[[0; 4], KEY]), piece));
            frames.extend(masked(0x89, KEY, &piece[..self.below(piece.len().min(125) + 1)]));
            (rest, first_byte) = (others, 0x00);
        }
        frames.extend(masked(0x80 | first_byte, KEY, rest));
        frames
    }

    /// Returns some messages, sometimes with a flipped bit.
    fn stream(&mut self) -> Vec<u8> {
        let messages = 1 + self.below(4);
        let mut stream: Vec<u8> = (0..messages).flat_map(|_| self.message()).collect();
        if self.below(2) == 0 {
            let place = self.below(stream.len());
            stream[place] ^= 1 << self.below(8);
        }
        stream
    }
}

#[test]
fn decodes_random_input_the_same_for_every_split() {
    let mut random = Random(1);
    let (mut messages, mut errors) = (0, 0);
    for number in 0..STREAMS {
        let stream = random.stream();
        let decoder = random.pick(&[server as fn() -> Decoder, per_message, context_takeover]);
        let events = decode(decoder(), [&stream[..]]);
        assert_eq!(decode(decoder(), stream.chunks(1)), events, "stream {number}, byte by byte: {stream:x?}");
        let size = 1 + random.below(stream.len());
        assert_eq!(decode(decoder(), stream.chunks(size)), events, "stream {number} by {size}: {stream:x?}");
        messages += events.iter().filter(|line| line.starts_with("text") || line.starts_with("binary")).count();
        errors += events.iter().filter(|line| line.starts_with("10")).count();
    }
    assert!(messages > 1_000 && errors > 500, "{messages} messages and {errors} errors: some of each");
}
