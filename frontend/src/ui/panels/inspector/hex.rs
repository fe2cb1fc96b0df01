//! Hex dumps: offset, digits, characters.

use std::fmt::Write;

/// Bytes per line.
pub const LINE: usize = 8;

/// Returns the dump of these bytes, the first of which has this offset.
pub fn dump(bytes: &[u8], mut offset: usize) -> String {
    let mut dump = String::with_capacity(bytes.len() * 6);
    for line in bytes.chunks(LINE) {
        let _ = write!(dump, "{offset:08x}  ");
        for column in 0..LINE {
            let _ = match line.get(column) {
                Some(byte) => write!(dump, "{byte:02x} "),
                None => write!(dump, "   "),
            };
        }
        dump.push(' ');
        dump.extend(line.iter().map(|byte| if matches!(byte, 0x20..0x7f) { char::from(*byte) } else { '.' }));
        dump.push('\n');
        offset += line.len();
    }
    dump
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dumps_offset_digits_and_characters() {
        assert_eq!(
            dump(b"A\n\xffBCDEFxyz", 16),
            "00000010  41 0a ff 42 43 44 45 46  A..BCDEF\n00000018  78 79 7a                 xyz\n"
        );
        assert!(dump(b"\x1f ~\x7f", 0).ends_with("  . ~.\n"));
        assert_eq!(dump(b"", 0), "");
    }
}
