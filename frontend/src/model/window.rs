//! The visible rows of the list. All rows have the same height, so this is arithmetic.

use std::ops::Range;

/// Height of a row and the gap below it in pixels; `--row` plus `--gap` of the style sheet.
pub const ROW: u32 = 32;
/// Number of rows that are rendered beyond each edge, so that scrolling shows no gaps.
const BEYOND: usize = 10;
/// Largest distance in pixels that counts as the end.
const AT_END: i32 = 40;

/// The visible part of the list in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Scroll position.
    pub top: i32,
    /// Visible height.
    pub height: i32,
}

impl View {
    /// Returns the view that ends with the last row.
    #[must_use]
    pub fn at_end(self, rows: usize) -> Self {
        Self { top: (height(rows) - self.height).max(0), ..self }
    }

    /// Returns the indices of the rows to render.
    pub fn rows(self, rows: usize) -> Range<usize> {
        let first = place(self.top).min(rows);
        let last = place(self.top + self.height).saturating_add(1).min(rows);
        first.saturating_sub(BEYOND)..last.saturating_add(BEYOND).min(rows)
    }

    /// Returns the pixels from the lower edge to the end of a content of this height.
    pub fn to_end(self, content: i32) -> i32 {
        (content - self.top - self.height).max(0)
    }

    /// Returns the scroll position that makes a row visible; `None` if it is visible.
    pub fn reveal(self, place: usize) -> Option<i32> {
        let (top, end) = (height(place), height(place + 1));
        if top < self.top {
            return Some(top);
        }
        (end > self.top + self.height).then(|| end - self.height)
    }

    /// Returns whether a list follows its end after a scroll from `before` to this view.
    ///
    /// Far from the end it keeps following only if the end moved and not the list. Near the end a move down starts
    /// following, and a small move up changes nothing. An event without a move, which browsers send late, does not
    /// start following.
    pub fn follows(self, content: i32, before: i32, following: bool) -> bool {
        match self.to_end(content) {
            0 => following || self.top != before,
            1..=AT_END => following || self.top > before,
            _ => following && self.top >= before,
        }
    }
}

/// Returns the height of this number of rows in pixels.
pub fn height(rows: usize) -> i32 {
    i32::try_from(rows).unwrap_or(i32::MAX).saturating_mul(ROW.cast_signed())
}

/// Returns the distance in pixels of a move by this number of rows.
pub fn offset(places: isize) -> i32 {
    i32::try_from(places).unwrap_or_default().saturating_mul(ROW.cast_signed())
}

/// Returns the index of the row at a distance from the top in pixels.
pub fn place(pixels: i32) -> usize {
    (pixels.max(0).cast_unsigned() / ROW) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: View = View { top: 0, height: 640 };

    #[test]
    fn renders_all_of_few_rows() {
        assert_eq!(VIEW.rows(0), 0..0);
        assert_eq!(VIEW.rows(5), 0..5);
    }

    #[test]
    fn renders_ten_rows_beyond_each_edge() {
        let view = View { top: 100 * 32, ..VIEW };
        assert_eq!(view.rows(1_000), 90..131);
    }

    #[test]
    fn limits_the_rendered_rows() {
        for top in (0..3_300_000).step_by(999) {
            let places = View { top, ..VIEW }.rows(100_000);
            assert!(places.len() <= 20 + 1 + 2 * BEYOND, "{places:?}");
            assert!(places.end <= 100_000 && places.start <= places.end, "{places:?}");
        }
    }

    #[test]
    fn shows_the_last_row_at_the_end() {
        let view = VIEW.at_end(100_000);
        assert_eq!(view.rows(100_000).end, 100_000);
        assert_eq!(view.to_end(height(100_000)), 0);
        assert_eq!(VIEW.at_end(3).top, 0, "a short list does not scroll");
    }

    #[test]
    fn follows_the_end_within_forty_pixels() {
        let at = |to_end: i32| View { top: 10_000 - 640 - to_end, ..VIEW };
        assert!(at(0).follows(10_000, 0, false), "at the end");
        assert!(at(30).follows(10_000, at(30).top, true), "close to it");
        assert!(!at(41).follows(10_000, at(0).top, true), "too far up");
        assert!(!at(41).follows(10_000, at(50).top, false), "not down yet");
        assert!(at(30).follows(10_000, at(50).top, false), "coming down");
        assert!(!at(30).follows(10_000, at(10).top, false), "going up after leaving");
        assert!(at(500).follows(10_000, at(500).top, true), "more came below, or less fits on the screen");
        assert!(!at(0).follows(10_000, at(0).top, false), "not gone yet after leaving");
        assert!(!at(1).follows(10_000, at(0).top, false), "just going");
        assert!(at(0).follows(10_000, at(-32).top, false), "the last row was taken out");
    }

    #[test]
    fn reveals_a_row_at_the_nearer_edge() {
        let view = View { top: 100 * 32, ..VIEW };
        assert_eq!(view.reveal(99), Some(99 * 32));
        assert_eq!(view.reveal(100), None);
        assert_eq!(view.reveal(119), None);
        assert_eq!(view.reveal(120), Some(101 * 32));
    }

    #[test]
    fn treats_a_negative_position_as_the_top() {
        assert_eq!(View { top: -50, ..VIEW }.rows(100), 0..29);
    }
}
