//! Records of a snapshot: each field has its length in front, so that no character needs an escape and a text takes as
//! much of the browser's storage as in the list. JSON would take six times as much for control characters.

use std::fmt::{Display, Write};

/// Character after the last field of a record.
const END: char = '\n';

/// Appends a record: each field as `LENGTH:FIELD`, with the length in bytes, and a line feed.
pub(super) fn write(fields: &[&dyn Display], records: &mut String) {
    let mut field = String::new();
    for value in fields {
        field.clear();
        let _ = write!(field, "{value}");
        let _ = write!(records, "{}:", field.len());
        records.push_str(&field);
    }
    records.push(END);
}

/// Removes the first record and returns its fields; `None` at the end and for an invalid record.
pub(super) fn read<'a>(records: &mut &'a str) -> Option<Vec<&'a str>> {
    let mut fields = Vec::new();
    loop {
        if let Some(rest) = records.strip_prefix(END) {
            *records = rest;
            return Some(fields);
        }
        let (length, rest) = records.split_once(':')?;
        let (field, rest) = rest.split_at_checked(length.parse().ok()?)?;
        fields.push(field);
        *records = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_written() {
        let mut records = String::new();
        write(&[&"", &"1:\n", &"é", &7], &mut records);
        write(&[], &mut records);
        assert_eq!(records, "0:3:1:\n2:é1:7\n\n");
        let rest = &mut records.as_str();
        assert_eq!(read(rest), Some(vec!["", "1:\n", "é", "7"]));
        assert_eq!(read(rest), Some(vec![]));
        assert_eq!(read(rest), None);
    }

    #[test]
    fn rejects_invalid_records() {
        for invalid in ["", "x", "x:a\n", "9:a\n", "1:é\n", "1:a", "-1:a\n", "[[\"r\"]]"] {
            assert_eq!(read(&mut &*invalid), None, "{invalid:?}");
        }
    }
}
