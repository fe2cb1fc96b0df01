//! Protocol Buffers without a schema: the fields of the
//! [wire format](https://protobuf.dev/programming-guides/encoding/) with their numbers and types, and a guess at what a
//! field of bytes contains. Written here, because the crates for the format need the schema.

use super::{
    literal::{MAX_STRING, is_printable, push_bytes, push_string, utf8},
    outline::new_line,
    piece::{DecodeError, ErrorKind, FormatNumber, MAX_DEPTH, Step},
};
use std::fmt::Write;

/// Largest number of fields that are checked before bytes count as a message.
const MAX_CHECKED_FIELDS: usize = 10_000;
/// Largest number of a field.
const MAX_FIELD: u64 = (1 << 29) - 1;

/// Progress of decoding a message.
pub struct Protobuf {
    at: usize,
    frames: Vec<Frame>,
    number: FormatNumber,
}

/// An open message or group.
#[derive(Clone, Copy, Debug)]
struct Frame {
    /// Position after it.
    end: usize,
    /// Number of the field if it is a group, which ends with a mark.
    group: Option<u64>,
}

/// A field without its number.
#[derive(Clone, Copy)]
enum Value<'a> {
    Varint(u64),
    Fixed64(u64),
    Fixed32(u32),
    Bytes(&'a [u8]),
    GroupStart,
    GroupEnd,
}

impl Protobuf {
    /// Creates a decoder at the start of a message.
    pub fn new(number: FormatNumber) -> Self {
        Self { at: 0, frames: Vec::new(), number }
    }

    fn push(&mut self, field: u64, value: Value, after: usize, text: &mut String) -> Result<(), DecodeError> {
        if self.at > 0 {
            new_line(self.frames.len(), text);
        }
        let _ = match value {
            Value::Varint(number) => write!(text, "{field} varint: {number}{}", signed(number)),
            Value::Fixed64(bits) => {
                write!(text, "{field} i64: {bits} (double {})", (self.number)(f64::from_bits(bits)))
            }
            Value::Fixed32(bits) => {
                write!(text, "{field} i32: {bits} (float {})", (self.number)(f32::from_bits(bits).into()))
            }
            Value::Bytes(_) => write!(text, "{field} len: "),
            Value::GroupStart | Value::GroupEnd => write!(text, "{field} group: {{"),
        };
        match value {
            Value::Bytes(bytes) => {
                if self.push_bytes(bytes, text) {
                    self.frames.push(Frame { end: after, group: None });
                    self.at = after - bytes.len();
                    return Ok(());
                }
            }
            Value::GroupStart if self.frames.len() == MAX_DEPTH => {
                return Err(DecodeError { at: self.at, kind: ErrorKind::TooDeep });
            }
            Value::GroupStart => self.frames.push(Frame { end: self.limit(usize::MAX), group: Some(field) }),
            _ => {}
        }
        self.at = after;
        Ok(())
    }

    /// Appends the bytes of a field: a text, or hex digits. Returns `true` if they are a message, whose fields follow.
    fn push_bytes(&self, bytes: &[u8], text: &mut String) -> bool {
        let is_text = utf8(bytes, MAX_STRING).is_some_and(is_printable);
        // Text seldom begins with a control character; the tags of the first three fields are such.
        let seems_text = is_text && bytes.first().is_none_or(|first| *first >= b' ');
        if !seems_text && self.frames.len() < MAX_DEPTH && is_message(bytes) {
            text.push('{');
            return true;
        }
        let push = if is_text { push_string } else { push_bytes };
        push(bytes, text);
        false
    }

    /// Returns the position at which the innermost message ends.
    fn limit(&self, len: usize) -> usize {
        self.frames.last().map_or(len, |frame| frame.end.min(len))
    }

    fn close(&mut self, text: &mut String) {
        self.frames.pop();
        new_line(self.frames.len(), text);
        text.push('}');
    }
}

impl Step for Protobuf {
    fn at(&self) -> usize {
        self.at
    }

    fn is_done(&self, bytes: &[u8]) -> bool {
        self.at >= bytes.len() && self.frames.is_empty()
    }

    fn is_one_value(&self) -> bool {
        false
    }

    fn step(&mut self, bytes: &[u8], text: &mut String) -> Result<(), DecodeError> {
        let limit = self.limit(bytes.len());
        let fail = |kind| DecodeError { at: self.at, kind };
        match self.frames.last() {
            Some(Frame { group: None, .. }) if self.at >= limit => {
                self.close(text);
                return Ok(());
            }
            _ => {}
        }
        let mut rest = bytes.get(self.at..limit).unwrap_or_default();
        let (field, value) = read_field(&mut rest).map_err(fail)?;
        let after = limit - rest.len();
        if let Value::GroupEnd = value {
            if self.frames.last().is_none_or(|frame| frame.group != Some(field)) {
                return Err(fail(ErrorKind::Invalid));
            }
            self.at = after;
            self.close(text);
            return Ok(());
        }
        self.push(field, value, after, text)
    }
}

/// Reads the number and the value of a field, without the fields of a group.
fn read_field<'a>(rest: &mut &'a [u8]) -> Result<(u64, Value<'a>), ErrorKind> {
    let tag = varint(rest)?;
    let field = tag >> 3;
    if field == 0 || field > MAX_FIELD {
        return Err(ErrorKind::Invalid);
    }
    let value = match tag & 7 {
        0 => Value::Varint(varint(rest)?),
        1 => Value::Fixed64(u64::from_le_bytes(fixed(rest)?)),
        2 => {
            let len = usize::try_from(varint(rest)?).map_err(|_| ErrorKind::Incomplete)?;
            Value::Bytes(take(rest, len)?)
        }
        3 => Value::GroupStart,
        4 => Value::GroupEnd,
        5 => Value::Fixed32(u32::from_le_bytes(fixed(rest)?)),
        _ => return Err(ErrorKind::Invalid),
    };
    Ok((field, value))
}

/// Reads a number of at most ten bytes, the lowest seven bits first.
fn varint(rest: &mut &[u8]) -> Result<u64, ErrorKind> {
    let mut number = 0;
    for (index, byte) in rest.iter().enumerate() {
        let bits = u64::from(byte & 0x7f);
        if index == 10 || (index == 9 && bits > 1) {
            return Err(ErrorKind::Invalid);
        }
        number |= bits << (7 * index);
        if byte & 0x80 == 0 {
            *rest = &rest[index + 1..];
            return Ok(number);
        }
    }
    Err(ErrorKind::Incomplete)
}

fn fixed<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], ErrorKind> {
    take(rest, N)?.try_into().map_err(|_| ErrorKind::Incomplete)
}

fn take<'a>(rest: &mut &'a [u8], len: usize) -> Result<&'a [u8], ErrorKind> {
    let (taken, left) = rest.split_at_checked(len).ok_or(ErrorKind::Incomplete)?;
    *rest = left;
    Ok(taken)
}

/// Returns whether bytes are the fields of a message. Groups, which are deprecated, count as none here.
fn is_message(mut bytes: &[u8]) -> bool {
    for _ in 0..MAX_CHECKED_FIELDS {
        match read_field(&mut bytes) {
            Ok((_, Value::GroupStart | Value::GroupEnd)) | Err(_) => return false,
            Ok(_) if bytes.is_empty() => return true,
            Ok(_) => {}
        }
    }
    true
}

/// Returns the other numbers that a varint may stand for: a negative one, and one in zigzag encoding.
fn signed(number: u64) -> String {
    let zigzag = (number >> 1).cast_signed() ^ -(number & 1).cast_signed();
    match number.cast_signed() {
        0 => String::new(),
        negative if negative < 0 => format!(" (int64 {negative}, zigzag {zigzag})"),
        _ => format!(" (zigzag {zigzag})"),
    }
}

#[cfg(test)]
mod tests;
