//! JSON with a line for each value. It moves white space and nothing else: numbers keep their
//! digits, objects the order of their fields.

/// Deeper values are not indented further, so that no text grows beyond reason.
const MAX_INDENT: usize = 24;
/// An array or object without others inside that is no longer than this stays on its line.
const MAX_INLINE: usize = 56;

/// What may come expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// A value; after `[` also its end.
    Value { end: bool },
    /// A name; after `{` also its end.
    Name { end: bool },
    /// A colon.
    Colon,
    /// A comma or the end.
    Comma,
    /// Nothing.
    Nothing,
}

/// How far a text is indented.
#[derive(Clone, Debug)]
pub struct Pretty {
    at: usize,
    expected: Expected,
    /// The ends of what is open.
    open: Vec<u8>,
    /// The outermost of these that stays on its line.
    line: Option<usize>,
}

impl Default for Pretty {
    fn default() -> Self {
        Self { at: 0, expected: Expected::Value { end: false }, open: Vec::new(), line: None }
    }
}

impl Pretty {
    /// How much of the text is done.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The expected piece of this text, about so long; `None` where it is no JSON.
    pub fn piece(&mut self, text: &str, max_len: usize) -> Option<String> {
        let mut piece = String::with_capacity(max_len.min(text.len() * 2) + 64);
        while piece.len() < max_len {
            let bytes = text.as_bytes();
            let space = bytes[self.at..].iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
            self.at += space;
            let Some(byte) = bytes.get(self.at) else { break };
            self.token(text, *byte, &mut piece)?;
        }
        let done = self.at == text.len() && self.expected != Expected::Nothing;
        if done { None } else { Some(piece) }
    }

    fn token(&mut self, text: &str, byte: u8, piece: &mut String) -> Option<()> {
        match (byte, self.expected) {
            (b'[' | b'{', Expected::Value { .. }) => self.begin(text, byte, piece),
            (b']', Expected::Value { end: true })
            | (b'}', Expected::Name { end: true })
            | (b']' | b'}', Expected::Comma) => {
                return self.end(byte, piece);
            }
            (b',', Expected::Comma) => {
                self.expected = self.inside(false);
                self.put(piece, ',');
                self.new_line(piece);
            }
            (b':', Expected::Colon) => {
                self.expected = Expected::Value { end: false };
                self.put(piece, ':');
                piece.push(' ');
            }
            (b'"', Expected::Name { .. }) => {
                self.copy(text, string_length(&text[self.at..])?, piece);
                self.expected = Expected::Colon;
            }
            (_, Expected::Value { .. }) => {
                let rest = &text[self.at..];
                let length = if byte == b'"' { string_length(rest)? } else { scalar_length(rest)? };
                self.copy(text, length, piece);
                self.end_value();
            }
            _ => return None,
        }
        Some(())
    }

    fn begin(&mut self, text: &str, byte: u8, piece: &mut String) {
        let end = if byte == b'[' { b']' } else { b'}' };
        let rest = &text.as_bytes()[self.at + 1..];
        if self.line.is_none() && !self.open.is_empty() && is_short(rest) {
            self.line = Some(self.open.len());
        }
        self.put(piece, char::from(byte));
        self.open.push(end);
        self.expected = self.inside(true);
        let empty = rest.iter().find(|byte| !b" \t\r\n".contains(byte)) == Some(&end);
        if !empty {
            self.new_line(piece);
        }
    }

    fn end(&mut self, byte: u8, piece: &mut String) -> Option<()> {
        self.open.pop().filter(|end| *end == byte)?;
        if self.expected == Expected::Comma {
            self.new_line(piece);
        }
        if self.line == Some(self.open.len()) {
            self.line = None;
        }
        self.put(piece, char::from(byte));
        self.end_value();
        Some(())
    }

    fn inside(&self, end: bool) -> Expected {
        if self.open.last() == Some(&b']') { Expected::Value { end } } else { Expected::Name { end } }
    }

    fn end_value(&mut self) {
        self.expected = if self.open.is_empty() { Expected::Nothing } else { Expected::Comma };
    }

    fn put(&mut self, piece: &mut String, mark: char) {
        piece.push(mark);
        self.at += 1;
    }

    fn copy(&mut self, text: &str, length: usize, piece: &mut String) {
        piece.push_str(&text[self.at..self.at + length]);
        self.at += length;
    }

    fn new_line(&self, piece: &mut String) {
        if self.line.is_some() {
            return piece.push(' ');
        }
        piece.push('\n');
        for _ in 0..self.open.len().min(MAX_INDENT) {
            piece.push_str("  ");
        }
    }
}

/// Whether what has just begun ends soon, with nothing else in it that begins.
fn is_short(rest: &[u8]) -> bool {
    let mut quoted = false;
    let mut escaped = false;
    for byte in rest.iter().take(MAX_INLINE) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => return false,
            b']' | b'}' if !quoted => return true,
            _ => {}
        }
    }
    false
}

/// How long the string is that this begins with.
fn string_length(rest: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            0..0x20 => return None,
            _ => {}
        }
    }
    None
}

/// How long the number or word is that this begins with.
fn scalar_length(rest: &str) -> Option<usize> {
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)).count();
    let word = &rest[..length];
    (matches!(word, "true" | "false" | "null") || is_number(word)).then_some(length)
}

/// Whether this is a number of JSON, however large.
fn is_number(word: &str) -> bool {
    let (number, power) = word.split_once(['e', 'E']).map_or((word, None), |(number, power)| (number, Some(power)));
    let (whole, part) = number.split_once('.').map_or((number, None), |(whole, part)| (whole, Some(part)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && part.is_none_or(digits)
        && power.is_none_or(|power| digits(power.strip_prefix(['+', '-']).unwrap_or(power)))
}

#[cfg(test)]
mod tests;
