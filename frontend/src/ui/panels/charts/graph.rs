//! Line charts in SVG. All coordinates are integers: parsing and formatting floats would be a sixth of the panels'
//! download.

use crate::reactive::view::{Text, text};
use leptos::prelude::*;
use std::fmt::Write;

/// Width in SVG units; the page scales it.
pub const WIDTH: u64 = 2_000;
/// Height in SVG units.
pub const HEIGHT: u64 = 480;
/// Margin for the width of the line, in SVG units.
const MARGIN: u64 = 20;

/// Returns the path through these samples, with the last one at the right edge of `slots` positions. A missing sample
/// is a gap, and a sample between gaps is a dot.
pub fn line(samples: &[Option<u64>], slots: usize, max: u64) -> String {
    let mut path = String::new();
    let mut pen = 'M';
    for (at, sample) in samples.iter().enumerate() {
        let Some(value) = sample else {
            pen = 'M';
            continue;
        };
        let (x, y) = (x_of(slots - samples.len() + at, slots), y_of(*value, max));
        let _ = write!(path, "{pen}{x} {y}");
        let alone = pen == 'M' && samples.get(at + 1).is_none_or(Option::is_none);
        path.push_str(if alone { "h1" } else { "" });
        pen = 'L';
    }
    path
}

/// Returns the largest sample, at least 1.
pub fn maximum(lines: &[&[Option<u64>]]) -> u64 {
    lines.iter().flat_map(|samples| samples.iter()).flatten().copied().fold(1, u64::max)
}

/// A chart of one or two lines.
pub struct Graph {
    /// Path of the emphasized line.
    pub first: Text,
    /// Path of the other line, or [`no_line`].
    pub second: Text,
    /// Description for screen readers.
    pub description: Text,
}

impl Graph {
    /// Returns the view.
    pub fn view(self) -> AnyView {
        view! {
            <svg class="graph" role="img" aria-label=self.description viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none">
                <path class="secondary" d=self.second></path>
                <path d=self.first></path>
            </svg>
        }
        .into_any()
    }
}

/// Returns the path of an absent line.
pub fn no_line() -> Text {
    text(String::new)
}

fn x_of(slot: usize, slots: usize) -> u64 {
    MARGIN + (WIDTH - 2 * MARGIN) * slot as u64 / (slots.max(2) - 1) as u64
}

fn y_of(value: u64, max: u64) -> u64 {
    HEIGHT - MARGIN - scaled(value.min(max), max, HEIGHT - 2 * MARGIN)
}

/// Returns `value / max * length` without overflow.
fn scaled(value: u64, max: u64, length: u64) -> u64 {
    let product = u128::from(value) * u128::from(length) / u128::from(max.max(1));
    u64::try_from(product).unwrap_or(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_a_line_to_the_chart() {
        assert_eq!(line(&[Some(0), Some(5), Some(10)], 3, 10), "M20 460L1000 240L1980 20");
        assert_eq!(line(&[], 3, 1), "");
    }

    #[test]
    fn aligns_the_newest_sample_to_the_right() {
        assert_eq!(line(&[Some(0), Some(0)], 3, 1), "M1000 460L1980 460");
    }

    #[test]
    fn leaves_gaps_for_missing_samples() {
        assert_eq!(line(&[Some(0), None, Some(1)], 3, 1), "M20 460h1M1980 20h1");
    }

    #[test]
    fn clamps_values_to_the_chart() {
        assert_eq!(line(&[Some(u64::MAX), Some(0)], 2, 3), "M20 20L1980 460");
    }

    #[test]
    fn the_maximum_is_at_least_one() {
        assert_eq!(maximum(&[&[Some(3), None], &[Some(7)]]), 7);
        assert_eq!(maximum(&[&[], &[Some(0)]]), 1);
    }
}
