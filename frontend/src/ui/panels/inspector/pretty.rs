//! Indented JSON. The formatter changes whitespace only: numbers keep their digits and objects the order of their
//! fields.

/// Maximum indentation depth; deeper nesting would make the text grow quadratically.
const MAX_INDENT: usize = 24;
/// Maximum length of an array or object without nested ones that stays on one line.
const MAX_INLINE: usize = 56;

/// The next expected token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// A value; after `[` also `]`.
    Value { end: bool },
    /// A name; after `{` also `}`.
    Name { end: bool },
    /// A colon.
    Colon,
    /// A comma or a closing bracket.
    Comma,
    /// The end of the text.
    Nothing,
}

/// State of the formatter.
#[derive(Clone, Debug)]
pub struct Pretty {
    at: usize,
    expected: Expected,
    /// Closing brackets of the open arrays and objects.
    open: Vec<u8>,
    /// Depth of the array or object that stays on one line.
    line: Option<usize>,
}

impl Default for Pretty {
    fn default() -> Self {
        Self { at: 0, expected: Expected::Value { end: false }, open: Vec::new(), line: None }
    }
}

impl Pretty {
    /// Returns the number of bytes that are formatted.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Returns the next piece of the formatted text, about `max_len` bytes long; `None` if the text is not JSON.
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

    fn put(&mut self, piece: &mut String, token: char) {
        piece.push(token);
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

/// Returns whether an array or object ends within [`MAX_INLINE`] bytes and has no nested ones.
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

/// Returns the length of the string at the start of a text; `None` if it does not end.
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

/// Returns the length of the number or keyword at the start of a text; `None` if there is neither.
fn scalar_length(rest: &str) -> Option<usize> {
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)).count();
    let token = &rest[..length];
    (matches!(token, "true" | "false" | "null") || is_number(token)).then_some(length)
}

/// Returns whether a token is a JSON number, of any size.
fn is_number(token: &str) -> bool {
    let (number, exponent) =
        token.split_once(['e', 'E']).map_or((token, None), |(number, exponent)| (number, Some(exponent)));
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests;
