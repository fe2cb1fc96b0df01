//! Maximum length of the lines of the log.

use std::io::{self, Write};

/// Maximum length of a line in bytes. Together with the number of waiting lines it bounds the memory of the log, whose
/// lines contain texts of clients.
const MAX_LINE: usize = 4096;

/// A writer of whole lines, which shortens long ones.
#[derive(Debug)]
pub struct LineLimit<W>(pub W);

impl<W: Write> Write for LineLimit<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match shortened(line) {
            Some(text) => self.0.write_all(text.as_bytes())?,
            None => self.0.write_all(line)?,
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Returns the beginning of a line that is too long, with its length.
fn shortened(line: &[u8]) -> Option<String> {
    let beginning = line.get(..MAX_LINE)?;
    Some(format!("{}... ({} bytes)\n", String::from_utf8_lossy(beginning).trim_end_matches('\u{fffd}'), line.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortens_long_lines_only() {
        for (line, expected) in [
            ("short\n".to_owned(), "short\n".to_owned()),
            ("x".repeat(MAX_LINE - 1), "x".repeat(MAX_LINE - 1)),
            ("x".repeat(5000), format!("{}... (5000 bytes)\n", "x".repeat(MAX_LINE))),
            (
                format!("{}你{}", "x".repeat(MAX_LINE - 1), "x".repeat(904)),
                format!("{}... (5002 bytes)\n", "x".repeat(MAX_LINE - 1)),
            ),
        ] {
            let mut written = LineLimit(Vec::new());
            written.write_all(line.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(written.0).unwrap(), expected);
        }
    }
}
