//! Timeline of connections as spans.

use crate::model::log::timeline::ConnectionChange;

/// Length in SVG units; the page scales it.
pub const LENGTH: u64 = 1_000;

/// A span of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Start, in SVG units.
    pub from: u64,
    /// Length, in SVG units.
    pub length: u64,
    /// `true` if there was a connection.
    pub up: bool,
}

/// Returns the spans from the first change until now.
pub fn spans(changes: &[ConnectionChange], now_ms: u64) -> Vec<Span> {
    let Some(first) = changes.first() else { return Vec::new() };
    let whole = now_ms.saturating_sub(first.at_ms).max(1);
    let x_of = |at_ms: u64| (at_ms.saturating_sub(first.at_ms) * LENGTH / whole).min(LENGTH);
    let ends = changes.iter().skip(1).map(|change| change.at_ms).chain([now_ms]);
    let span = |(change, end): (&ConnectionChange, u64)| {
        let from = x_of(change.at_ms);
        Span { from, length: x_of(end).saturating_sub(from), up: change.code.is_none() }
    };
    changes.iter().zip(ends).map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(at_ms: u64, code: Option<u16>) -> ConnectionChange {
        ConnectionChange { at_ms, url: "ws://a".into(), code }
    }

    #[test]
    fn spans_last_until_the_next_change_or_now() {
        let changes = [change(100, None), change(150, Some(1006)), change(175, None)];
        let parts = [(0, 500, true), (500, 250, false), (750, 250, true)];
        assert_eq!(spans(&changes, 200), parts.map(|(from, length, up)| Span { from, length, up }));
        assert_eq!(spans(&[], 200), []);
    }

    #[test]
    fn tolerates_a_clock_that_goes_backwards() {
        for (second, third, now) in [(50, 50, 40), (150, 150, 120), (180, 140, 200)] {
            let changes = [change(100, None), change(second, Some(1006)), change(third, None)];
            assert!(spans(&changes, now).iter().all(|span| span.from + span.length <= LENGTH), "{changes:?} {now}");
        }
    }

    #[test]
    fn starts_the_first_span_at_the_left() {
        assert_eq!(spans(&[change(100, None)], 100), [Span { from: 0, length: 0, up: true }]);
    }
}
