//! Which rows are on the screen. Every row has the same height, so this is arithmetic.

use std::ops::Range;

/// Height of a row and the gap below it, in pixels; the style sheet's `--row` and `--gap` together.
pub const ROW: u32 = 32;
/// Rows drawn beyond either edge, so that scrolling does not show gaps.
const BEYOND: usize = 10;
/// At most so many pixels from the end count as being there.
const AT_END: i32 = 40;

/// What is seen of the list, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// How far down.
    pub top: i32,
    /// How much.
    pub height: i32,
}

impl View {
    /// The view that ends with the last of so many rows.
    #[must_use]
    pub fn at_end(self, rows: usize) -> Self {
        Self { top: (height(rows) - self.height).max(0), ..self }
    }

    /// The places of the rows to draw, of so many.
    pub fn rows(self, rows: usize) -> Range<usize> {
        let first = place(self.top).min(rows);
        let last = place(self.top + self.height).saturating_add(1).min(rows);
        first.saturating_sub(BEYOND)..last.saturating_add(BEYOND).min(rows)
    }

    /// Pixels from its lower edge to the end of a content of this height.
    pub fn to_end(self, content: i32) -> i32 {
        (content - self.top - self.height).max(0)
    }

    /// Where the list must be scrolled to so that a row at this place is seen; `None` when it is.
    pub fn reveal(self, place: usize) -> Option<i32> {
        let (top, end) = (height(place), height(place + 1));
        if top < self.top {
            return Some(top);
        }
        (end > self.top + self.height).then(|| end - self.height)
    }

    /// Whether a list follows its end after it was scrolled from `before` to here: far from the end only where
    /// the end moved and not the list; moving down close to it does, and a small move up leaves things as they
    /// are. No move at all, which browsers tell of late, brings nobody back who has just left.
    pub fn follows(self, content: i32, before: i32, following: bool) -> bool {
        match self.to_end(content) {
            0 => following || self.top != before,
            1..=AT_END => following || self.top > before,
            _ => following && self.top >= before,
        }
    }
}

/// How high so many rows are, in pixels.
pub fn height(rows: usize) -> i32 {
    i32::try_from(rows).unwrap_or(i32::MAX).saturating_mul(ROW.cast_signed())
}

/// How far rows move when they move by so many places.
pub fn offset(places: isize) -> i32 {
    i32::try_from(places).unwrap_or_default().saturating_mul(ROW.cast_signed())
}

/// The place of the row that so many pixels lie above.
pub fn place(pixels: i32) -> usize {
    (pixels.max(0).cast_unsigned() / ROW) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: View = View { top: 0, height: 640 };

    #[test]
    fn few_rows_are_all_drawn() {
        assert_eq!(VIEW.rows(0), 0..0);
        assert_eq!(VIEW.rows(5), 0..5);
    }

    #[test]
    fn ten_rows_beyond_either_edge() {
        let view = View { top: 100 * 32, ..VIEW };
        assert_eq!(view.rows(1_000), 90..131);
    }

    #[test]
    fn never_more_than_the_screen_needs() {
        for top in (0..3_300_000).step_by(999) {
            let places = View { top, ..VIEW }.rows(100_000);
            assert!(places.len() <= 20 + 1 + 2 * BEYOND, "{places:?}");
            assert!(places.end <= 100_000 && places.start <= places.end, "{places:?}");
        }
    }

    #[test]
    fn the_end_shows_the_last_row() {
        let view = VIEW.at_end(100_000);
        assert_eq!(view.rows(100_000).end, 100_000);
        assert_eq!(view.to_end(height(100_000)), 0);
        assert_eq!(VIEW.at_end(3).top, 0, "a short list does not scroll");
    }

    #[test]
    fn the_end_is_followed_within_forty_pixels() {
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
    fn a_row_beyond_an_edge_is_brought_to_that_edge() {
        let view = View { top: 100 * 32, ..VIEW };
        assert_eq!(view.reveal(99), Some(99 * 32));
        assert_eq!(view.reveal(100), None);
        assert_eq!(view.reveal(119), None);
        assert_eq!(view.reveal(120), Some(101 * 32));
    }

    #[test]
    fn a_negative_top_is_the_top() {
        assert_eq!(View { top: -50, ..VIEW }.rows(100), 0..29);
    }
}
