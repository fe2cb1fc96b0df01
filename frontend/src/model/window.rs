//! Windowing of the list: which rows are rendered, and where. All rows have the same height, which depends on the font
//! size.

use std::ops::Range;

/// Name of the small font size, as the style sheet has it.
pub const SMALL: &str = "small";
/// Name of the large font size, as the style sheet has it.
pub const LARGE: &str = "large";
/// Number of rows that are rendered beyond each edge, so that scrolling shows no gaps.
const OVERSCAN: usize = 10;
/// Largest distance from the end, in pixels, at which the list follows its end.
const END_TOLERANCE: i32 = 40;

/// The visible part of the list, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewport {
    /// Scroll position.
    pub top: i32,
    /// Visible height.
    pub height: i32,
    /// [Height of a row](row_height).
    pub row: i32,
}

/// Returns the height of a row and the gap below it, in pixels: `--row` plus `--gap` of the style sheet. The font size is
/// normal unless it has one of the two names.
pub fn row_height(font_size: &str) -> i32 {
    match font_size {
        SMALL => 26,
        LARGE => 40,
        _ => 32,
    }
}

impl Viewport {
    /// Returns the viewport with the same first row after the height of rows has changed.
    #[must_use]
    pub fn with_row(self, row: i32) -> Self {
        Self { top: Self { row, ..self }.content(self.row_at(self.top)), row, ..self }
    }

    /// Returns the height of this number of rows in pixels.
    pub fn content(self, rows: usize) -> i32 {
        i32::try_from(rows).unwrap_or(i32::MAX).saturating_mul(self.row)
    }

    /// Returns the height of this number of rows in pixels, negative for a negative number.
    pub fn offset(self, rows: isize) -> i32 {
        i32::try_from(rows).unwrap_or_default().saturating_mul(self.row)
    }

    /// Returns the index of the row at the lower edge.
    pub fn end(self) -> usize {
        self.row_at(self.top + self.height)
    }

    /// Returns the index of the row at this distance from the top in pixels.
    fn row_at(self, pixels: i32) -> usize {
        pixels.max(0).checked_div(self.row).unwrap_or_default().cast_unsigned() as usize
    }

    /// Returns the viewport at the end of a list of this many rows.
    #[must_use]
    pub fn at_end(self, rows: usize) -> Self {
        Self { top: (self.content(rows) - self.height).max(0), ..self }
    }

    /// Returns the indices of the rows to render, of a list of this many rows.
    pub fn rows(self, rows: usize) -> Range<usize> {
        let first = self.row_at(self.top).min(rows);
        let last = self.end().saturating_add(1).min(rows);
        first.saturating_sub(OVERSCAN)..last.saturating_add(OVERSCAN).min(rows)
    }

    /// Returns the distance in pixels from the lower edge to the end of a content of this height.
    pub fn to_end(self, content: i32) -> i32 {
        (content - self.top - self.height).max(0)
    }

    /// Returns the scroll position that makes the row at this index visible; `None` if it is visible.
    pub fn reveal(self, index: usize) -> Option<i32> {
        let (top, end) = (self.content(index), self.content(index + 1));
        if top < self.top {
            return Some(top);
        }
        (end > self.top + self.height).then(|| end - self.height)
    }

    /// Returns whether the list follows its end after a scroll from the position `before` to this viewport.
    ///
    /// * At the end, any move starts following.
    /// * Near the end, a move down starts following, and a move up changes nothing.
    /// * Elsewhere, a move up stops following. Without a move the end moved away, and the list keeps following.
    ///
    /// A scroll event without a move, which browsers may send late, never starts following.
    pub fn follows(self, content: i32, before: i32, following: bool) -> bool {
        match self.to_end(content) {
            0 => following || self.top != before,
            1..=END_TOLERANCE => following || self.top > before,
            _ => following && self.top >= before,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEWPORT: Viewport = Viewport { top: 0, height: 640, row: 32 };

    #[test]
    fn renders_all_of_few_rows() {
        assert_eq!(VIEWPORT.rows(0), 0..0);
        assert_eq!(VIEWPORT.rows(5), 0..5);
    }

    #[test]
    fn renders_ten_rows_beyond_each_edge() {
        let view = Viewport { top: 100 * 32, ..VIEWPORT };
        assert_eq!(view.rows(1_000), 90..131);
    }

    #[test]
    fn limits_the_rendered_rows() {
        for top in (0..3_300_000).step_by(999) {
            let rows = Viewport { top, ..VIEWPORT }.rows(100_000);
            assert!(rows.len() <= 20 + 1 + 2 * OVERSCAN, "{rows:?}");
            assert!(rows.end <= 100_000 && rows.start <= rows.end, "{rows:?}");
        }
    }

    #[test]
    fn shows_the_last_row_at_the_end() {
        let view = VIEWPORT.at_end(100_000);
        assert_eq!(view.rows(100_000).end, 100_000);
        assert_eq!(view.to_end(view.content(100_000)), 0);
        assert_eq!(VIEWPORT.at_end(3).top, 0, "a short list does not scroll");
    }

    #[test]
    fn follows_the_end_within_forty_pixels() {
        let at = |to_end: i32| Viewport { top: 10_000 - 640 - to_end, ..VIEWPORT };
        assert!(at(0).follows(10_000, 0, false), "at the end");
        assert!(at(30).follows(10_000, at(30).top, true), "near the end");
        assert!(!at(41).follows(10_000, at(0).top, true), "moved up too far");
        assert!(!at(41).follows(10_000, at(50).top, false), "moved down, still too far up");
        assert!(at(30).follows(10_000, at(50).top, false), "moved down near the end");
        assert!(!at(30).follows(10_000, at(10).top, false), "moved up while not following");
        assert!(at(500).follows(10_000, at(500).top, true), "the content grew or the viewport shrank");
        assert!(!at(0).follows(10_000, at(0).top, false), "no move while not following");
        assert!(!at(1).follows(10_000, at(0).top, false), "moved up from the end");
        assert!(at(0).follows(10_000, at(-32).top, false), "the last row was removed");
    }

    #[test]
    fn reveals_a_row_at_the_nearer_edge() {
        let view = Viewport { top: 100 * 32, ..VIEWPORT };
        assert_eq!(view.reveal(99), Some(99 * 32));
        assert_eq!(view.reveal(100), None);
        assert_eq!(view.reveal(119), None);
        assert_eq!(view.reveal(120), Some(101 * 32));
    }

    #[test]
    fn keeps_the_first_row_when_the_font_size_changes() {
        let [small, normal, large] = [SMALL, "", LARGE].map(row_height);
        assert!(small < normal && normal < large && normal == VIEWPORT.row);
        let view = Viewport { top: 100 * 32 + 5, ..VIEWPORT };
        for row in [small, normal, large] {
            let changed = view.with_row(row);
            assert_eq!((changed.top, changed.row), (100 * row, row));
            assert_eq!(changed.rows(1_000).start, 90);
        }
        assert_eq!(Viewport { row: 0, ..view }.rows(10), 0..10, "no division by zero");
    }

    #[test]
    fn treats_a_negative_position_as_the_top() {
        assert_eq!(Viewport { top: -50, ..VIEWPORT }.rows(100), 0..29);
    }
}
