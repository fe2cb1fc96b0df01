//! Numbers over time as a line of an SVG. All of it is whole numbers: what reads and writes fractions
//! is a sixth of what the tools download.

use crate::reactive::view::{Text, text};
use leptos::prelude::*;
use std::fmt::Write;

/// The size in the SVG's own units; the page stretches it.
pub const WIDTH: u64 = 2_000;
/// Its height.
pub const HEIGHT: u64 = 480;
/// Room for the width of the line.
const MARGIN: u64 = 20;

/// The line through these samples, the last one at the right edge of `slots` places; a gap where
/// there is no sample. One sample alone is a dot.
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

/// The largest sample, at least 1: an empty graph lies on its ground.
pub fn maximum(lines: &[&[Option<u64>]]) -> u64 {
    lines.iter().flat_map(|samples| samples.iter()).flatten().copied().fold(1, u64::max)
}

/// A picture of such lines; the first one is drawn with more weight. Its description say what it shows.
pub fn graph(first: Text, second: Text, description: Text) -> AnyView {
    view! {
        <svg class="graph" role="img" aria-label=description viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none">
            <path class="secondary" d=second></path>
            <path d=first></path>
        </svg>
    }
    .into_any()
}

/// No line.
pub fn no_line() -> Text {
    text(String::new)
}

fn x_of(place: usize, slots: usize) -> u64 {
    MARGIN + (WIDTH - 2 * MARGIN) * place as u64 / (slots.max(2) - 1) as u64
}

fn y_of(value: u64, max: u64) -> u64 {
    HEIGHT - MARGIN - scaled(value.min(max), max, HEIGHT - 2 * MARGIN)
}

/// `value / max * length`, with values of any size.
fn scaled(value: u64, max: u64, length: u64) -> u64 {
    let product = u128::from(value) * u128::from(length) / u128::from(max.max(1));
    u64::try_from(product).unwrap_or(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_from_left_to_right_and_up_to_the_most() {
        assert_eq!(line(&[Some(0), Some(5), Some(10)], 3, 10), "M20 460L1000 240L1980 20");
        assert_eq!(line(&[], 3, 1), "");
    }

    #[test]
    fn the_newest_sample_is_at_the_right() {
        assert_eq!(line(&[Some(0), Some(0)], 3, 1), "M1000 460L1980 460");
    }

    #[test]
    fn where_nothing_was_measured_there_is_a_gap() {
        assert_eq!(line(&[Some(0), None, Some(1)], 3, 1), "M20 460h1M1980 20h1");
    }

    #[test]
    fn nothing_leaves_the_picture() {
        assert_eq!(line(&[Some(u64::MAX), Some(0)], 2, 3), "M20 20L1980 460");
    }

    #[test]
    fn the_scale_is_of_the_largest_and_never_nothing() {
        assert_eq!(maximum(&[&[Some(3), None], &[Some(7)]]), 7);
        assert_eq!(maximum(&[&[], &[Some(0)]]), 1);
    }
}
