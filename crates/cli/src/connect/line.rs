//! Lines of output, and escaping of control characters.

use std::fmt::Write;

/// Destination of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputStream {
    /// Standard output, for received messages.
    Stdout,
    /// Standard error, for everything else.
    Stderr,
}

/// Kind of a line; selects the same color as on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// State of the connection and other notices.
    Info,
    /// Sent messages.
    Sent,
    /// Received messages.
    Received,
    /// Errors and lost connections.
    Error,
}

impl LineKind {
    /// Returns the ANSI escape sequence that starts the color.
    pub fn color(self) -> &'static str {
        match self {
            Self::Info => "\x1b[34m",
            Self::Sent => "\x1b[32m",
            Self::Received => "\x1b[33m",
            Self::Error => "\x1b[31m",
        }
    }
}

/// A line of output, without its line ending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The destination.
    pub stream: OutputStream,
    /// The kind.
    pub kind: LineKind,
    /// Prefix for people, not printed for programs. Must be safe to print.
    pub prefix: String,
    /// The message, as received.
    pub body: Vec<u8>,
}

impl Line {
    /// Creates a notice.
    pub fn info(text: impl Into<String>) -> Self {
        Self::notice(LineKind::Info, text)
    }

    /// Creates an error line.
    pub fn error(text: impl Into<String>) -> Self {
        Self::notice(LineKind::Error, text)
    }

    /// Creates a line for a sent message.
    pub fn sent(text: impl Into<String>) -> Self {
        Self::notice(LineKind::Sent, text)
    }

    fn notice(kind: LineKind, text: impl Into<String>) -> Self {
        Self { stream: OutputStream::Stderr, kind, prefix: String::new(), body: text.into().into_bytes() }
    }

    /// Creates a line for a received message.
    pub fn received(prefix: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self { stream: OutputStream::Stdout, kind: LineKind::Received, prefix: prefix.into(), body: body.into() }
    }

    /// Encodes the line. If `formatted`, with its prefix and with control characters escaped; otherwise the message
    /// alone.
    pub fn bytes(&self, formatted: bool, colored: bool) -> Vec<u8> {
        if !formatted {
            return [&self.body[..], b"\n"].concat();
        }
        let text = format!("{}{}", self.prefix, escaped(&String::from_utf8_lossy(&self.body)));
        if colored { format!("{}{text}\x1b[0m\n", self.kind.color()) } else { text + "\n" }.into_bytes()
    }
}

/// Escapes control characters and bidirectional formatting characters. Otherwise a server could move the cursor,
/// overwrite earlier output, or reorder displayed text.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => safe.push(character),
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            control if control.is_control() || is_bidi(control) => {
                write!(safe, "\\u{{{:x}}}", u32::from(control)).expect("writing to a string succeeds");
            }
            other => safe.push(other),
        }
    }
    safe
}

/// Returns whether the character changes the direction of the text that follows.
fn is_bidi(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_terminal_control_sequences() {
        assert_eq!(escaped("\x1b]0;title\x07\x1b[2J"), "\\u{1b}]0;title\\u{7}\\u{1b}[2J");
        assert_eq!(escaped("one\ntwo\r\tthree\u{9b}31m"), "one\\ntwo\\r\tthree\\u{9b}31m");
        assert_eq!(escaped("abc\u{202e}cba é 你好 👋"), "abc\\u{202e}cba é 你好 👋");
    }

    #[test]
    fn formats_lines_for_people_and_passes_them_through_for_programs() {
        let line = Line::received("chat ada > ", "hi\x1b[2J");
        assert_eq!(line.bytes(false, true), b"hi\x1b[2J\n");
        assert_eq!(line.bytes(true, false), b"chat ada > hi\\u{1b}[2J\n");
        assert_eq!(line.bytes(true, true), b"\x1b[33mchat ada > hi\\u{1b}[2J\x1b[0m\n");
        assert_eq!(Line::received("> ", vec![0xff]).bytes(false, false), b"\xff\n");
    }
}
