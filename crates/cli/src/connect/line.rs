//! A line of output, and what must not be in one.

use std::fmt::Write;

/// Where a line goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Standard output: what was received.
    Out,
    /// Standard error: everything else.
    Err,
}

/// What a line is about: its colour, as on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// The connection opened, and other news of it.
    Info,
    /// What one sent.
    Sent,
    /// What arrived.
    Received,
    /// Closed, refused, lost.
    Error,
}

impl Tone {
    /// The escape sequence that begins it.
    pub fn colour(self) -> &'static str {
        match self {
            Self::Info => "\x1b[34m",
            Self::Sent => "\x1b[32m",
            Self::Received => "\x1b[33m",
            Self::Error => "\x1b[31m",
        }
    }
}

/// A line without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it goes.
    pub to: To,
    /// What it is about.
    pub tone: Tone,
    /// What it says before the message, where only people read it; ours, so safe to print.
    pub head: String,
    /// The message, as it was received.
    pub body: Vec<u8>,
}

impl Line {
    /// News of the connection.
    pub fn info(text: impl Into<String>) -> Self {
        Self::news(Tone::Info, text)
    }

    /// What went wrong.
    pub fn error(text: impl Into<String>) -> Self {
        Self::news(Tone::Error, text)
    }

    /// Something that one sends, for whoever did not type it.
    pub fn sent(text: impl Into<String>) -> Self {
        Self::news(Tone::Sent, text)
    }

    fn news(tone: Tone, text: impl Into<String>) -> Self {
        Self { to: To::Err, tone, head: String::new(), body: text.into().into_bytes() }
    }

    /// Something that arrived.
    pub fn received(head: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self { to: To::Out, tone: Tone::Received, head: head.into(), body: body.into() }
    }

    /// The line as it is written: for people with its head and without anything that could move
    /// their cursor, for programs the message alone.
    pub fn bytes(&self, for_people: bool, coloured: bool) -> Vec<u8> {
        if !for_people {
            return [&self.body[..], b"\n"].concat();
        }
        let text = format!("{}{}", self.head, escaped(&String::from_utf8_lossy(&self.body)));
        if coloured { format!("{}{text}\x1b[0m\n", self.tone.colour()) } else { text + "\n" }.into_bytes()
    }
}

/// A text that does nothing to a terminal but be seen. What a server sends could otherwise move the
/// cursor, change what was written before, or swap the order in which it is read.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => safe.push(character),
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            control if control.is_control() || is_bidi(control) => {
                write!(safe, "\\u{{{:x}}}", u32::from(control)).expect("a string takes it");
            }
            other => safe.push(other),
        }
    }
    safe
}

/// Characters that change the direction of what follows.
fn is_bidi(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_cannot_do_anything_to_a_terminal() {
        assert_eq!(escaped("\x1b]0;title\x07\x1b[2J"), "\\u{1b}]0;title\\u{7}\\u{1b}[2J");
        assert_eq!(escaped("one\ntwo\r\tthree\u{9b}31m"), "one\\ntwo\\r\tthree\\u{9b}31m");
        assert_eq!(escaped("abc\u{202e}cba é 你好 👋"), "abc\\u{202e}cba é 你好 👋");
    }

    #[test]
    fn people_and_programs_get_different_lines() {
        let line = Line::received("chat ada > ", "hi\x1b[2J");
        assert_eq!(line.bytes(false, true), b"hi\x1b[2J\n");
        assert_eq!(line.bytes(true, false), b"chat ada > hi\\u{1b}[2J\n");
        assert_eq!(line.bytes(true, true), b"\x1b[33mchat ada > hi\\u{1b}[2J\x1b[0m\n");
        assert_eq!(Line::received("> ", vec![0xff]).bytes(false, false), b"\xff\n");
    }
}
