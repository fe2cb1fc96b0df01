//! Tokens of a JSON text (RFC 8259). One grammar for everything on the page that reads JSON: frames, stored values and
//! the formatted view of a message.

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// `[` or `{`.
    Begin,
    /// `]` or `}`.
    End,
    /// `,`.
    Comma,
    /// `:`.
    Colon,
    /// The name of an object's field, in quotes.
    Name,
    /// A string, number, `true`, `false` or `null`.
    Scalar,
}

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its kind.
    pub kind: TokenKind,
    /// Its length in bytes.
    pub length: usize,
}

/// The tokens that the grammar allows next.
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
    /// The end of the value.
    Nothing,
}

/// Reads one value token by token. Takes the text anew with each call, so that a reader can pause. Nested values take
/// one byte per level, not a level of the stack.
#[derive(Clone, Debug)]
pub struct Tokenizer {
    at: usize,
    expected: Expected,
    /// Closing brackets of the open arrays and objects.
    open: Vec<u8>,
}

impl Default for Tokenizer {
    fn default() -> Self {
        Self { at: 0, expected: Expected::Value { end: false }, open: Vec::new() }
    }
}

impl Tokenizer {
    /// Returns the position after the last token, in bytes.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Returns the number of open arrays and objects.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Returns whether the value is complete.
    pub fn is_complete(&self) -> bool {
        self.expected == Expected::Nothing
    }

    /// Skips whitespace before the next token.
    pub fn skip_whitespace(&mut self, text: &str) {
        self.at += whitespace(&text[self.at..]);
    }

    /// Reads the next token, and the whitespace before it. Returns `None` at the end of the value and of the text, and
    /// for a text that is not JSON.
    pub fn next(&mut self, text: &str) -> Option<Token> {
        self.skip_whitespace(text);
        let rest = &text[self.at..];
        let token = self.read(rest, *rest.as_bytes().first()?)?;
        self.at += token.length;
        Some(token)
    }

    fn read(&mut self, rest: &str, byte: u8) -> Option<Token> {
        let (kind, length) = match (byte, self.expected) {
            (b'[' | b'{', Expected::Value { .. }) => {
                // The closing brackets are two characters after the opening ones.
                self.open.push(byte + 2);
                self.expected = self.inside(true);
                (TokenKind::Begin, 1)
            }
            (b']', Expected::Value { end: true })
            | (b'}', Expected::Name { end: true })
            | (b']' | b'}', Expected::Comma) => {
                self.open.pop().filter(|end| *end == byte)?;
                self.end_value();
                (TokenKind::End, 1)
            }
            (b',', Expected::Comma) => {
                self.expected = self.inside(false);
                (TokenKind::Comma, 1)
            }
            (b':', Expected::Colon) => {
                self.expected = Expected::Value { end: false };
                (TokenKind::Colon, 1)
            }
            (b'"', Expected::Name { .. }) => {
                self.expected = Expected::Colon;
                (TokenKind::Name, string_length(rest)?)
            }
            (_, Expected::Value { .. }) => {
                self.end_value();
                (TokenKind::Scalar, if byte == b'"' { string_length(rest)? } else { scalar_length(rest)? })
            }
            _ => return None,
        };
        Some(Token { kind, length })
    }

    fn inside(&self, end: bool) -> Expected {
        if self.open.last() == Some(&b']') { Expected::Value { end } } else { Expected::Name { end } }
    }

    fn end_value(&mut self) {
        self.expected = if self.open.is_empty() { Expected::Nothing } else { Expected::Comma };
    }
}

/// Returns the length of the value at the start of a text, which must not begin with whitespace; `None` if there is
/// none.
pub(crate) fn value_length(text: &str) -> Option<usize> {
    let mut tokens = Tokenizer::default();
    while !tokens.is_complete() {
        tokens.next(text)?;
    }
    Some(tokens.at)
}

/// Returns the number of whitespace bytes at the start of a text.
pub(crate) fn whitespace(text: &str) -> usize {
    text.bytes().take_while(|byte| b" \t\r\n".contains(byte)).count()
}

/// Returns the length of the string at the start of a text; `None` if it does not end or is invalid.
fn string_length(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' if bytes.get(at + 1)? == &b'u' => {
                let digits = bytes.get(at + 2..at + 6)?;
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return None;
                }
                at += 6;
            }
            b'\\' if b"\"\\/bfnrt".contains(&bytes[at + 1]) => at += 2,
            b'\\' | 0..0x20 => return None,
            _ => at += 1,
        }
    }
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
