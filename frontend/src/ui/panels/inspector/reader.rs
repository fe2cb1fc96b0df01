//! Content of a row, piece by piece, so that a message of 32 MiB opens as fast as a short one.

use super::{hex, pretty::Pretty};
use crate::{
    model::text::boundary,
    ui::panels::rows::content::{Content, ContentView},
};

/// Approximate characters per piece.
pub const PIECE_CHARS: usize = 64 << 10;
/// Bytes whose dump is about as long as a piece.
const HEX_PIECE_BYTES: usize = PIECE_CHARS / 44 * hex::LINE;

/// Progress of reading a row.
#[derive(Debug)]
pub struct Reader {
    content: Content,
    view: ContentView,
    pretty: Pretty,
    at: usize,
}

impl Reader {
    /// Opens a row in the preferred view, or in another one if that does not suit the content.
    pub fn new(content: Content, preferred: ContentView) -> Self {
        let view = match (&content, preferred) {
            (Content::Bytes(_), _) => ContentView::Hex,
            (Content::Text(text), ContentView::Pretty) if !is_json(text) => ContentView::Raw,
            _ => preferred,
        };
        Self { content, view, pretty: Pretty::default(), at: 0 }
    }

    /// Returns the current view.
    pub fn view(&self) -> ContentView {
        self.view
    }

    /// Returns the number of bytes that are not read yet.
    pub fn remaining(&self) -> usize {
        self.content.bytes().len() - self.at
    }

    /// Returns the next piece. Continues as raw text when the content turns out not to be JSON.
    pub fn piece(&mut self) -> String {
        let from = self.at;
        match (&self.content, self.view) {
            (Content::Text(text), ContentView::Pretty) => {
                if let Some(piece) = self.pretty.piece(text, PIECE_CHARS) {
                    self.at = self.pretty.at();
                    return piece;
                }
                self.view = ContentView::Raw;
                self.piece()
            }
            (Content::Text(text), ContentView::Raw) => {
                self.at = boundary(text.as_bytes(), from + PIECE_CHARS);
                text[from..self.at].to_owned()
            }
            (content, _) => {
                self.at = (from + HEX_PIECE_BYTES).min(content.bytes().len());
                hex::dump(&content.bytes()[from..self.at], from)
            }
        }
    }
}

/// Returns whether the first piece of a text is JSON.
pub fn is_json(text: &str) -> bool {
    Pretty::default().piece(text, PIECE_CHARS).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut reader: Reader) -> Vec<String> {
        let mut pieces = Vec::new();
        while reader.remaining() > 0 {
            pieces.push(reader.piece());
        }
        pieces
    }

    #[test]
    fn selects_a_view_that_suits_the_content() {
        let view = |content, preferred| Reader::new(content, preferred).view();
        assert_eq!(view(Content::Text("{}".into()), ContentView::Pretty), ContentView::Pretty);
        assert_eq!(view(Content::Text("hello".into()), ContentView::Pretty), ContentView::Raw);
        assert_eq!(view(Content::Text("hello".into()), ContentView::Hex), ContentView::Hex);
        assert_eq!(view(Content::of(&[0xff].into()), ContentView::Raw), ContentView::Hex);
        assert_eq!(view(Content::of(&b"[1]"[..].into()), ContentView::Pretty), ContentView::Pretty);
    }

    #[test]
    fn reads_a_large_text_in_pieces_between_characters() {
        let text = "é€".repeat(100_000);
        let pieces = all(Reader::new(Content::Text(text.as_str().into()), ContentView::Raw));
        assert!(pieces.len() > 1 && pieces.iter().all(|piece| piece.len() <= PIECE_CHARS));
        assert_eq!(pieces.concat(), text);
    }

    #[test]
    fn reads_large_binary_in_pieces_of_whole_lines() {
        let pieces = all(Reader::new(Content::Bytes(vec![0xff; 100_000].into()), ContentView::Hex));
        assert!(pieces.len() > 1 && pieces.iter().all(|piece| piece.len() <= PIECE_CHARS && piece.ends_with('\n')));
        assert_eq!(pieces.concat(), hex::dump(&vec![0xff; 100_000], 0));
    }

    #[test]
    fn continues_as_raw_text_after_invalid_json() {
        let text = format!("[{}] and more", "1,".repeat(PIECE_CHARS));
        let mut reader = Reader::new(Content::Text(text.as_str().into()), ContentView::Pretty);
        assert!(reader.piece().starts_with("[\n  1,\n"));
        while reader.remaining() > 0 {
            reader.piece();
        }
        assert_eq!(reader.view(), ContentView::Raw);
    }
}
