//! When there was a connection -> the parts of a strip.

use crate::model::log::timeline::Mark;

/// The length of the strip, in the SVG's own units; the page stretches it.
pub const LENGTH: u64 = 1_000;

/// A part of the strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where it begins.
    pub from: u64,
    /// How long it is.
    pub length: u64,
    /// There was a connection.
    pub up: bool,
}

/// The strip from the first change to now.
pub fn spans(marks: &[Mark], now_ms: u64) -> Vec<Span> {
    let Some(first) = marks.first() else { return Vec::new() };
    let whole = now_ms.saturating_sub(first.at_ms).max(1);
    let place = |at_ms: u64| (at_ms.saturating_sub(first.at_ms) * LENGTH / whole).min(LENGTH);
    let ends = marks.iter().skip(1).map(|mark| mark.at_ms).chain([now_ms]);
    let span = |(mark, end): (&Mark, u64)| {
        let from = place(mark.at_ms);
        Span { from, length: place(end).saturating_sub(from), up: mark.code.is_none() }
    };
    marks.iter().zip(ends).map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(at_ms: u64, code: Option<u16>) -> Mark {
        Mark { at_ms, url: "ws://a".into(), code }
    }

    #[test]
    fn each_part_lasts_until_the_next_change_and_the_last_until_now() {
        let marks = [mark(100, None), mark(150, Some(1006)), mark(175, None)];
        let parts = [(0, 500, true), (500, 250, false), (750, 250, true)];
        assert_eq!(spans(&marks, 200), parts.map(|(from, length, up)| Span { from, length, up }));
        assert_eq!(spans(&[], 200), []);
    }

    #[test]
    fn a_clock_that_goes_backwards_makes_no_negative_length() {
        for (second, third, now) in [(50, 50, 40), (150, 150, 120), (180, 140, 200)] {
            let marks = [mark(100, None), mark(second, Some(1006)), mark(third, None)];
            assert!(spans(&marks, now).iter().all(|span| span.from + span.length <= LENGTH), "{marks:?} {now}");
        }
    }

    #[test]
    fn what_has_just_begun_begins_at_the_left() {
        assert_eq!(spans(&[mark(100, None)], 100), [Span { from: 0, length: 0, up: true }]);
    }
}
