//! When there was a connection -> the parts of a strip.

use crate::log::timeline::Mark;

/// A part of the strip, in hundredths of its length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Where it begins.
    pub from: f64,
    /// How long it is.
    pub length: f64,
    /// There was a connection.
    pub up: bool,
}

/// The strip from the first change to now.
#[expect(clippy::cast_precision_loss, reason = "a time in milliseconds is a small integer")]
pub fn spans(marks: &[Mark], now_ms: u64) -> Vec<Span> {
    let Some(first) = marks.first() else { return Vec::new() };
    let whole = now_ms.saturating_sub(first.at_ms).max(1) as f64;
    let place = |at_ms: u64| (at_ms.saturating_sub(first.at_ms) as f64 / whole * 100.0).min(100.0);
    let ends = marks.iter().skip(1).map(|mark| mark.at_ms).chain([now_ms]);
    let span = |(mark, end): (&Mark, u64)| {
        let from = place(mark.at_ms);
        Span { from, length: (place(end) - from).max(0.0), up: mark.code.is_none() }
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
        let parts = [(0.0, 50.0, true), (50.0, 25.0, false), (75.0, 25.0, true)];
        assert_eq!(spans(&marks, 200), parts.map(|(from, length, up)| Span { from, length, up }));
        assert_eq!(spans(&[], 200), []);
    }

    #[test]
    fn a_clock_that_goes_backwards_makes_no_negative_length() {
        let marks = [mark(100, None), mark(50, Some(1006))];
        assert!(spans(&marks, 40).iter().all(|span| span.from >= 0.0 && span.length >= 0.0));
    }
}
