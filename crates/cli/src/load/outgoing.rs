//! What goes out on a connection: frames, made before they are needed.

use crate::dial::frame::{UnmaskedFrame, append_frame};

/// How many bytes of equal frames are kept in a row to be written at once, unless one frame is longer.
const LONGEST_ROW: usize = 64 * 1024;

/// Something that a connection writes.
pub trait Outgoing {
    /// What can be written now; empty when there is nothing.
    fn next(&self) -> &[u8];
    /// So many bytes of that are written.
    fn advance(&mut self, written: usize);
    /// Whether no frame is written in part only, so that another may go between.
    fn is_between_frames(&self) -> bool;
}

/// Nothing to say.
impl Outgoing for () {
    fn next(&self) -> &[u8] {
        &[]
    }

    fn advance(&mut self, _: usize) {}

    fn is_between_frames(&self) -> bool {
        true
    }
}

/// The same frame again and again, as often as it was allowed.
#[derive(Debug)]
pub struct Row {
    /// As many copies of the frame as are written at once.
    bytes: Vec<u8>,
    frame: usize,
    /// Where in `bytes` to go on.
    position: usize,
    /// How many bytes may still be written.
    left: u64,
}

impl Row {
    /// A row of this message, of which up to `most` are allowed at once.
    pub fn new(form: UnmaskedFrame<'_>, key: [u8; 4], most: u64) -> Self {
        let mut frame = Vec::new();
        append_frame(form, key, &mut frame);
        let fitting = LONGEST_ROW / frame.len();
        let copies = usize::try_from(most).unwrap_or(usize::MAX).min(fitting).max(1);
        Self { bytes: frame.repeat(copies), frame: frame.len(), position: 0, left: 0 }
    }

    /// Allows so many more.
    pub fn allow(&mut self, messages: u64) {
        self.left += messages * self.frame as u64;
    }
}

impl Outgoing for Row {
    fn next(&self) -> &[u8] {
        let rest = &self.bytes[self.position..];
        &rest[..usize::try_from(self.left).unwrap_or(usize::MAX).min(rest.len())]
    }

    fn advance(&mut self, written: usize) {
        self.position = (self.position + written) % self.bytes.len();
        self.left -= written as u64;
        if self.left == 0 {
            // From the begin again: the next write is a whole one.
            self.position = 0;
        }
    }

    fn is_between_frames(&self) -> bool {
        self.position.is_multiple_of(self.frame)
    }
}

/// Different frames, each made when it is its turn.
#[derive(Debug, Default)]
pub struct Outbox {
    bytes: Vec<u8>,
    written: usize,
    /// Where the frames end.
    ends: Vec<usize>,
}

impl Outbox {
    /// Adds a message.
    pub fn push(&mut self, form: UnmaskedFrame<'_>, key: [u8; 4]) {
        append_frame(form, key, &mut self.bytes);
        self.ends.push(self.bytes.len());
    }
}

impl Outgoing for Outbox {
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

    /// All that goes out when the socket takes so many bytes at once.
    fn drain(outgoing: &mut impl Outgoing, at_once: usize) -> Vec<u8> {
        let mut all = Vec::new();
        while !outgoing.next().is_empty() {
            let taken = outgoing.next().len().min(at_once);
            all.extend_from_slice(&outgoing.next()[..taken]);
            outgoing.advance(taken);
        }
        all
    }

    #[test]
    fn a_row_is_as_many_frames_as_were_allowed_however_they_are_written() {
        for at_once in 1..60 {
            let mut row = Row::new(HELLO, KEY, 4);
            assert!(row.next().is_empty());
            for allowed in [1, 4, 3, 9] {
                row.allow(allowed);
                assert_eq!(drain(&mut row, at_once), FRAME.repeat(usize::try_from(allowed).expect("few")));
                assert!(row.is_between_frames());
            }
        }
    }

    #[test]
    fn all_that_is_allowed_goes_out_in_one_write() {
        let mut row = Row::new(HELLO, KEY, 8);
        row.allow(8);
        assert_eq!(row.next().len(), 8 * FRAME.len());
        row.advance(3 * FRAME.len());
        row.advance(5 * FRAME.len());
        row.allow(8);
        assert_eq!(row.next().len(), 8 * FRAME.len());
    }

    #[test]
    fn nothing_goes_into_the_middle_of_a_frame() {
        let mut row = Row::new(HELLO, KEY, 2);
        row.allow(2);
        let mut outbox = Outbox::default();
        outbox.push(HELLO, KEY);
        outbox.push(HELLO, KEY);
        for written in 1..FRAME.len() * 2 {
            row.advance(1);
            outbox.advance(1);
            assert_eq!(row.is_between_frames(), written == FRAME.len());
            assert_eq!(outbox.is_between_frames(), written == FRAME.len());
        }
    }

    #[test]
    fn an_outbox_is_empty_when_all_is_written() {
        let mut outbox = Outbox::default();
        for _ in 0..2 {
            outbox.push(HELLO, KEY);
            outbox.push(UnmaskedFrame { payload: b"", ..HELLO }, KEY);
            assert_eq!(drain(&mut outbox, 7), [FRAME, b"\x81\x80\x37\xfa\x21\x3d"].concat());
            assert!(outbox.bytes.is_empty());
        }
    }
}
