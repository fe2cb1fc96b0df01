//! `MessagePack`, by the [specification](https://github.com/msgpack/msgpack/blob/master/spec.md).

use super::{
    literal::{push_bytes, push_string},
    outline::{Kind, Outline},
    piece::{DecodeError, ErrorKind, FormatNumber, Step},
};
use rmp::{
    Marker,
    decode::{RmpRead, bytes::Bytes},
};
use std::fmt::Write;

/// Progress of decoding a sequence of values.
pub struct MessagePack {
    at: usize,
    outline: Outline,
    number: FormatNumber,
}

/// Type of extensions that are timestamps.
const TIMESTAMP: i8 = -1;

impl MessagePack {
    /// Creates a decoder at the start of a message.
    pub fn new(number: FormatNumber) -> Self {
        Self { at: 0, outline: Outline::default(), number }
    }

    /// Reads a value. Returns the kind and length of an array or a map, whose values follow.
    fn read(&self, input: &mut Bytes, text: &mut String) -> Result<Option<(Kind, u64)>, ErrorKind> {
        let marker = Marker::from_u8(input.read_u8().map_err(incomplete)?);
        let mut unsigned = |size| unsigned(input, size);
        match marker {
            Marker::FixArray(len) => return Ok(Some((Kind::Array, len.into()))),
            Marker::Array16 => return Ok(Some((Kind::Array, unsigned(2)?))),
            Marker::Array32 => return Ok(Some((Kind::Array, unsigned(4)?))),
            Marker::FixMap(len) => return Ok(Some((Kind::Map, len.into()))),
            Marker::Map16 => return Ok(Some((Kind::Map, unsigned(2)?))),
            Marker::Map32 => return Ok(Some((Kind::Map, unsigned(4)?))),
            Marker::Null => text.push_str("null"),
            Marker::False => text.push_str("false"),
            Marker::True => text.push_str("true"),
            Marker::FixPos(number) => push(text, number),
            Marker::FixNeg(number) => push(text, number),
            Marker::U8 => push(text, unsigned(1)?),
            Marker::U16 => push(text, unsigned(2)?),
            Marker::U32 => push(text, unsigned(4)?),
            Marker::U64 => push(text, unsigned(8)?),
            Marker::I8 => push(text, input.read_data_i8().map_err(|_| ErrorKind::Incomplete)?),
            Marker::I16 => push(text, input.read_data_i16().map_err(|_| ErrorKind::Incomplete)?),
            Marker::I32 => push(text, input.read_data_i32().map_err(|_| ErrorKind::Incomplete)?),
            Marker::I64 => push(text, input.read_data_i64().map_err(|_| ErrorKind::Incomplete)?),
            Marker::F32 => {
                let number = input.read_data_f32().map_err(|_| ErrorKind::Incomplete)?;
                text.push_str(&(self.number)(number.into()));
            }
            Marker::F64 => {
                let number = input.read_data_f64().map_err(|_| ErrorKind::Incomplete)?;
                text.push_str(&(self.number)(number));
            }
            Marker::FixStr(len) => push_string(take(input, len.into())?, text),
            Marker::Str8 => push_string(take_sized(input, 1)?, text),
            Marker::Str16 => push_string(take_sized(input, 2)?, text),
            Marker::Str32 => push_string(take_sized(input, 4)?, text),
            Marker::Bin8 => push_bytes(take_sized(input, 1)?, text),
            Marker::Bin16 => push_bytes(take_sized(input, 2)?, text),
            Marker::Bin32 => push_bytes(take_sized(input, 4)?, text),
            Marker::FixExt1 => extension(input, 1, text)?,
            Marker::FixExt2 => extension(input, 2, text)?,
            Marker::FixExt4 => extension(input, 4, text)?,
            Marker::FixExt8 => extension(input, 8, text)?,
            Marker::FixExt16 => extension(input, 16, text)?,
            Marker::Ext8 => sized_extension(input, 1, text)?,
            Marker::Ext16 => sized_extension(input, 2, text)?,
            Marker::Ext32 => sized_extension(input, 4, text)?,
            Marker::Reserved => return Err(ErrorKind::Invalid),
        }
        Ok(None)
    }
}

impl Step for MessagePack {
    fn at(&self) -> usize {
        self.at
    }

    fn is_done(&self, bytes: &[u8]) -> bool {
        self.at >= bytes.len() && self.outline.is_complete()
    }

    fn is_one_value(&self) -> bool {
        self.at > 0 && self.outline.is_complete()
    }

    fn step(&mut self, bytes: &[u8], text: &mut String) -> Result<(), DecodeError> {
        let at = self.at;
        let mut input = Bytes::new(bytes.get(at..).unwrap_or_default());
        let mut value = String::new();
        let content = self.read(&mut input, &mut value).map_err(|kind| DecodeError { at, kind })?;
        self.at = bytes.len() - input.remaining_slice().len();
        self.outline.before_value(text);
        if let Some((kind, len)) = content {
            return self.outline.open(kind, Some(len), at, text);
        }
        text.push_str(&value);
        self.outline.after_value(text);
        Ok(())
    }
}

fn incomplete<E>(_: E) -> ErrorKind {
    ErrorKind::Incomplete
}

fn push(text: &mut String, number: impl std::fmt::Display) {
    let _ = write!(text, "{number}");
}

/// Reads an unsigned number of this many bytes, at most eight.
fn unsigned(input: &mut Bytes, size: u64) -> Result<u64, ErrorKind> {
    Ok(take(input, size)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// Reads this many bytes.
fn take<'a>(input: &mut Bytes<'a>, len: u64) -> Result<&'a [u8], ErrorKind> {
    let rest = input.remaining_slice();
    let (taken, rest) =
        usize::try_from(len).ok().and_then(|len| rest.split_at_checked(len)).ok_or(ErrorKind::Incomplete)?;
    *input = Bytes::new(rest);
    Ok(taken)
}

/// Reads a length of this many bytes, and as many bytes as it says.
fn take_sized<'a>(input: &mut Bytes<'a>, size: u64) -> Result<&'a [u8], ErrorKind> {
    let len = unsigned(input, size)?;
    take(input, len)
}

fn sized_extension(input: &mut Bytes, size: u64, text: &mut String) -> Result<(), ErrorKind> {
    let len = unsigned(input, size)?;
    extension(input, len, text)
}

/// Writes an extension of this many bytes: its type and its data, or the time of a timestamp.
fn extension(input: &mut Bytes, len: u64, text: &mut String) -> Result<(), ErrorKind> {
    let kind = input.read_data_i8().map_err(|_| ErrorKind::Incomplete)?;
    let data = take(input, len)?;
    if let Some((seconds, nanoseconds)) = timestamp(kind, data) {
        let _ = write!(text, "timestamp({seconds}.{nanoseconds:09})");
        return Ok(());
    }
    let _ = write!(text, "ext({kind}, ");
    push_bytes(data, text);
    text.push(')');
    Ok(())
}

/// Returns the seconds since 1970 and the nanoseconds of a timestamp.
fn timestamp(kind: i8, data: &[u8]) -> Option<(i64, u32)> {
    if kind != TIMESTAMP {
        return None;
    }
    let (seconds, nanoseconds) = match data.len() {
        4 => (u32::from_be_bytes(data.try_into().ok()?).into(), 0),
        8 => {
            let both = u64::from_be_bytes(data.try_into().ok()?);
            ((both & ((1 << 34) - 1)).cast_signed(), u32::try_from(both >> 34).ok()?)
        }
        12 => {
            let (nanoseconds, seconds) = data.split_at(4);
            (i64::from_be_bytes(seconds.try_into().ok()?), u32::from_be_bytes(nanoseconds.try_into().ok()?))
        }
        _ => return None,
    };
    (nanoseconds < 1_000_000_000).then_some((seconds, nanoseconds))
}

#[cfg(test)]
mod tests;
