//! Outgoing frames of a connection, encoded in advance.

use crate::dial::frame::{UnmaskedFrame, append_frame};

/// Largest number of bytes of repeated frames that are written at once, unless one frame is longer.
const MAX_REPEATED_BYTES: usize = 64 * 1024;

/// A source of bytes to write.
pub trait Outgoing {
    /// Returns the bytes that can be written now; empty if there are none.
    fn next(&self) -> &[u8];
    /// Marks this number of bytes as written.
    fn advance(&mut self, written: usize);
    /// Returns whether no frame is partly written, so that another one may be inserted.
    fn is_between_frames(&self) -> bool;
}

/// Writes nothing.
impl Outgoing for () {
    fn next(&self) -> &[u8] {
        &[]
    }

    fn advance(&mut self, _: usize) {}

    fn is_between_frames(&self) -> bool {
        true
    }
}

/// One frame that is sent repeatedly, as often as allowed.
#[derive(Debug)]
pub struct RepeatedFrame {
    /// The copies of the frame that are written at once.
    bytes: Vec<u8>,
    frame: usize,
    /// Position in `bytes` of the next byte to write.
    position: usize,
    /// Number of bytes that may still be written.
    left: u64,
}

impl RepeatedFrame {
    /// Encodes a frame; up to `max` copies will be allowed at once.
    pub fn new(unmasked: UnmaskedFrame<'_>, key: [u8; 4], max: u64) -> Self {
        let mut frame = Vec::new();
        append_frame(unmasked, key, &mut frame);
        let fitting = MAX_REPEATED_BYTES / frame.len();
        let copies = usize::try_from(max).unwrap_or(usize::MAX).min(fitting).max(1);
        Self { bytes: frame.repeat(copies), frame: frame.len(), position: 0, left: 0 }
    }

    /// Allows this number of further copies.
    pub fn allow(&mut self, messages: u64) {
        self.left += messages * self.frame as u64;
    }
}

impl Outgoing for RepeatedFrame {
    fn next(&self) -> &[u8] {
        let rest = &self.bytes[self.position..];
        &rest[..usize::try_from(self.left).unwrap_or(usize::MAX).min(rest.len())]
    }

    fn advance(&mut self, written: usize) {
        self.position = (self.position + written) % self.bytes.len();
        self.left -= written as u64;
        if self.left == 0 {
            // Start over, so that the next write is as long as possible.
            self.position = 0;
        }
    }

    fn is_between_frames(&self) -> bool {
        self.position.is_multiple_of(self.frame)
    }
}

/// A queue of different frames.
#[derive(Debug, Default)]
pub struct FrameQueue {
    bytes: Vec<u8>,
    written: usize,
    /// End positions of the frames in `bytes`.
    ends: Vec<usize>,
}

impl FrameQueue {
    /// Appends a frame, masked with `key`.
    pub fn push(&mut self, unmasked: UnmaskedFrame<'_>, key: [u8; 4]) {
        append_frame(unmasked, key, &mut self.bytes);
        self.ends.push(self.bytes.len());
    }
}

impl Outgoing for FrameQueue {
    fn next(&self) -> &[u8] {
        &self.bytes[self.written..]
    }

    fn advance(&mut self, written: usize) {
        self.written += written;
        if self.written == self.bytes.len() {
            self.bytes.clear();
            self.ends.clear();
            self.written = 0;
        }
    }

    fn is_between_frames(&self) -> bool {
        self.written == 0 || self.ends.binary_search(&self.written).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yodel_websocket::frame::Opcode;

    const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
    const HELLO: UnmaskedFrame<'_> = UnmaskedFrame { opcode: Opcode::Text, compressed: false, payload: b"Hello" };
    const FRAME: &[u8] = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";

    /// Returns everything that is written if the socket accepts at most `max_per_call` bytes per write.
    fn drain(outgoing: &mut impl Outgoing, max_per_call: usize) -> Vec<u8> {
        let mut all = Vec::new();
        while !outgoing.next().is_empty() {
            let taken = outgoing.next().len().min(max_per_call);
            all.extend_from_slice(&outgoing.next()[..taken]);
            outgoing.advance(taken);
        }
        all
    }

    #[test]
    fn writes_exactly_the_allowed_frames() {
        for max_per_call in 1..60 {
            let mut frames = RepeatedFrame::new(HELLO, KEY, 4);
            assert!(frames.next().is_empty());
            for allowed in [1, 4, 3, 9] {
                frames.allow(allowed);
                assert_eq!(
                    drain(&mut frames, max_per_call),
                    FRAME.repeat(usize::try_from(allowed).expect("a small number"))
                );
                assert!(frames.is_between_frames());
            }
        }
    }

    #[test]
    fn writes_all_allowed_frames_in_one_call() {
        let mut frames = RepeatedFrame::new(HELLO, KEY, 8);
        frames.allow(8);
        assert_eq!(frames.next().len(), 8 * FRAME.len());
        frames.advance(3 * FRAME.len());
        frames.advance(5 * FRAME.len());
        frames.allow(8);
        assert_eq!(frames.next().len(), 8 * FRAME.len());
    }

    #[test]
    fn knows_when_it_is_between_frames() {
        let mut frames = RepeatedFrame::new(HELLO, KEY, 2);
        frames.allow(2);
        let mut queue = FrameQueue::default();
        queue.push(HELLO, KEY);
        queue.push(HELLO, KEY);
        for written in 1..FRAME.len() * 2 {
            frames.advance(1);
            queue.advance(1);
            assert_eq!(frames.is_between_frames(), written == FRAME.len());
            assert_eq!(queue.is_between_frames(), written == FRAME.len());
        }
    }

    #[test]
    fn empties_the_queue_when_everything_is_written() {
        let mut queue = FrameQueue::default();
        for _ in 0..2 {
            queue.push(HELLO, KEY);
            queue.push(UnmaskedFrame { payload: b"", ..HELLO }, KEY);
            assert_eq!(drain(&mut queue, 7), [FRAME, b"\x81\x80\x37\xfa\x21\x3d"].concat());
            assert!(queue.bytes.is_empty());
        }
    }
}
