//! Reading and writing of the fields of a record.

use super::record_error::RecordError;

/// Largest length of a variable-length integer, in bytes.
const MAX_VARINT: u32 = 10;

/// Reader of the fields of a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a>(&'a [u8]);

/// Appends an integer in groups of 7 bits, least significant first.
pub(super) fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(low_byte(number) | 0x80);
        number >>= 7;
    }
    out.push(low_byte(number));
}

/// Appends bytes after their length.
pub(super) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn low_byte(number: u64) -> u8 {
    number.to_le_bytes()[0]
}

impl<'a> Fields<'a> {
    /// Creates a reader.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Takes a byte.
    pub fn byte(&mut self) -> Result<u8, RecordError> {
        self.take(1).map(|bytes| bytes[0])
    }

    /// Takes a variable-length integer.
    pub fn varint(&mut self) -> Result<u64, RecordError> {
        let mut number = 0;
        for index in 0..MAX_VARINT {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(RecordError::Damaged("an integer is too long"))
    }

    /// Takes an integer of 8 bytes.
    pub fn fixed(&mut self) -> Result<u64, RecordError> {
        let bytes = self.take(8)?.try_into().map_err(|_| RecordError::Damaged("an integer is too short"))?;
        Ok(u64::from_le_bytes(bytes))
    }

    /// Takes text after its length.
    pub fn text(&mut self) -> Result<&'a str, RecordError> {
        let length = usize::try_from(self.varint()?).map_err(|_| RecordError::Damaged("a length is too large"))?;
        text(self.take(length)?)
    }

    /// Takes all bytes that are left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], RecordError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(RecordError::Damaged("a field is cut off"))?;
        self.0 = rest;
        Ok(taken)
    }
}

/// Returns bytes as text.
pub(super) fn text(bytes: &[u8]) -> Result<&str, RecordError> {
    std::str::from_utf8(bytes).map_err(|_| RecordError::Damaged("a text is not UTF-8"))
}
