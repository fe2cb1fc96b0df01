//! The nested arrays, maps and tags around the values of a message, as indented text.

use super::piece::{DecodeError, ErrorKind, MAX_DEPTH};
use std::fmt::Write;

/// Largest depth of the indentation. A deeper one would make the text much longer than the message.
const MAX_INDENT: usize = 24;

/// Content of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Values.
    Array,
    /// Keys and values.
    Map,
    /// One value, in parentheses.
    Tag,
    /// The parts of a string in parts.
    Parts,
}

/// An open array, map, tag or string in parts.
#[derive(Clone, Copy, Debug)]
struct Frame {
    kind: Kind,
    /// Number of values or parts to come, with keys; `None` until the end is marked.
    left: Option<u64>,
    /// `true` before the first value.
    is_empty: bool,
    /// `true` if a value of a map is next, after its key.
    after_key: bool,
}

/// The open arrays, maps and tags.
#[derive(Clone, Debug, Default)]
pub(super) struct Outline {
    frames: Vec<Frame>,
    /// `true` after the first value of the message.
    has_value: bool,
}

impl Outline {
    /// Returns whether the last value is complete.
    pub(super) fn is_complete(&self) -> bool {
        self.frames.is_empty()
    }

    /// Returns the kind of the innermost frame.
    pub(super) fn innermost(&self) -> Option<Kind> {
        self.frames.last().map(|frame| frame.kind)
    }

    /// Writes what is before the next value: a comma, a line break and the indentation.
    pub(super) fn before_value(&mut self, text: &mut String) {
        let depth = self.depth();
        let Some(frame) = self.frames.last_mut() else {
            // A message may consist of several values.
            text.push_str(if std::mem::replace(&mut self.has_value, true) { "\n" } else { "" });
            return;
        };
        let was_empty = std::mem::replace(&mut frame.is_empty, false);
        match frame.kind {
            Kind::Map if frame.after_key => text.push_str(": "),
            Kind::Array | Kind::Map => {
                text.push_str(if was_empty { "" } else { "," });
                new_line(depth, text);
            }
            Kind::Parts if !was_empty => text.push_str(", "),
            Kind::Tag | Kind::Parts => {}
        }
    }

    /// Opens a frame of this many values, whose opening bracket was written. `len` counts the pairs of a map.
    ///
    /// # Errors
    /// Returns [`ErrorKind::TooDeep`] if [`MAX_DEPTH`] frames are open.
    pub(super) fn open(
        &mut self,
        kind: Kind,
        len: Option<u64>,
        at: usize,
        text: &mut String,
    ) -> Result<(), DecodeError> {
        if self.frames.len() == MAX_DEPTH {
            return Err(DecodeError { at, kind: ErrorKind::TooDeep });
        }
        text.push_str(match kind {
            Kind::Array => "[",
            Kind::Map => "{",
            Kind::Tag => "(",
            Kind::Parts => "(_ ",
        });
        let left = len.map(|len| if kind == Kind::Map { len.saturating_mul(2) } else { len });
        self.frames.push(Frame { kind, left, is_empty: true, after_key: false });
        if left == Some(0) {
            self.close(text);
        }
        Ok(())
    }

    /// Counts a value that was written, and closes the frames that it completes.
    pub(super) fn after_value(&mut self, text: &mut String) {
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.kind == Kind::Map {
            frame.after_key = !frame.after_key;
        }
        if let Some(left) = &mut frame.left {
            *left -= 1;
            if *left == 0 {
                self.close(text);
            }
        }
    }

    /// Closes a frame whose end is marked. Returns `false` if the innermost one has a fixed length, or lacks a value.
    pub(super) fn end(&mut self, text: &mut String) -> bool {
        let may_end = self.frames.last().is_some_and(|frame| frame.left.is_none() && !frame.after_key);
        if may_end {
            self.close(text);
        }
        may_end
    }

    fn close(&mut self, text: &mut String) {
        let Some(frame) = self.frames.pop() else { return };
        if matches!(frame.kind, Kind::Array | Kind::Map) && !frame.is_empty {
            new_line(self.depth(), text);
        }
        text.push_str(match frame.kind {
            Kind::Array => "]",
            Kind::Map => "}",
            Kind::Tag | Kind::Parts => ")",
        });
        self.after_value(text);
    }

    /// Returns the number of open arrays and maps.
    fn depth(&self) -> usize {
        self.frames.iter().filter(|frame| matches!(frame.kind, Kind::Array | Kind::Map)).count()
    }
}

/// Writes a line break and the indentation at this depth.
pub(super) fn new_line(depth: usize, text: &mut String) {
    let _ = write!(text, "\n{:width$}", "", width = 2 * depth.min(MAX_INDENT));
}
