//! Indented JSON. The formatter changes whitespace only: numbers keep their digits and objects the order of their
//! fields.

use yodel_protocol::tokens::{Token, TokenKind, Tokenizer};

/// Maximum indentation depth; deeper nesting would make the text grow quadratically.
const MAX_INDENT: usize = 24;
/// Maximum length of an array or object without nested ones that stays on one line.
const MAX_INLINE: usize = 56;

/// State of the formatter.
#[derive(Clone, Debug, Default)]
pub struct Pretty {
    tokens: Tokenizer,
    /// Depth of the array or object that stays on one line.
    line: Option<usize>,
    /// `true` if the last token began an array or object.
    begun: bool,
}

impl Pretty {
    /// Returns the number of bytes that are formatted.
    pub fn at(&self) -> usize {
        self.tokens.at()
    }

    /// Returns the next piece of the formatted text, about `max_len` bytes long; `None` if the text is not JSON.
    pub fn piece(&mut self, text: &str, max_len: usize) -> Option<String> {
        let mut piece = String::with_capacity(max_len.min(text.len() * 2) + 64);
        while piece.len() < max_len {
            self.tokens.skip_whitespace(text);
            let at = self.tokens.at();
            if at == text.len() {
                return self.tokens.is_complete().then_some(piece);
            }
            let token = self.tokens.next(text)?;
            self.write(text, at, token, &mut piece);
        }
        Some(piece)
    }

    fn write(&mut self, text: &str, at: usize, token: Token, piece: &mut String) {
        let after = at + token.length;
        let was_begun = std::mem::replace(&mut self.begun, token.kind == TokenKind::Begin);
        match token.kind {
            TokenKind::End => {
                // The bracket is one level further out than what it closes.
                if !was_begun {
                    self.new_line(piece);
                }
                if self.line == Some(self.tokens.depth()) {
                    self.line = None;
                }
                piece.push_str(&text[at..after]);
            }
            TokenKind::Begin => {
                piece.push_str(&text[at..after]);
                let outer = self.tokens.depth() - 1;
                if self.line.is_none() && outer > 0 && is_short(&text.as_bytes()[after..]) {
                    self.line = Some(outer);
                }
                if !is_empty(&text[after..]) {
                    self.new_line(piece);
                }
            }
            TokenKind::Comma => {
                piece.push(',');
                self.new_line(piece);
            }
            TokenKind::Colon => piece.push_str(": "),
            TokenKind::Name | TokenKind::Scalar => piece.push_str(&text[at..after]),
        }
    }

    fn new_line(&self, piece: &mut String) {
        if self.line.is_some() {
            return piece.push(' ');
        }
        piece.push('\n');
        for _ in 0..self.tokens.depth().min(MAX_INDENT) {
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

/// Returns whether the array or object whose bracket was read has no elements.
fn is_empty(rest: &str) -> bool {
    rest.trim_start_matches([' ', '\t', '\r', '\n']).starts_with([']', '}'])
}

#[cfg(test)]
mod tests;
