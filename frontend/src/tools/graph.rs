//! Numbers over time as a line of an SVG.

use crate::view::{Text, text};
use leptos::prelude::*;
use std::fmt::Write;

/// The size in the SVG's own units; the page stretches it.
pub const WIDTH: f64 = 200.0;
/// Its height.
pub const HEIGHT: f64 = 48.0;
/// Room for the width of the line.
const MARGIN: f64 = 2.0;

/// The line through these samples, the last one at the right edge of `slots` places; a gap where
/// there is no sample. One sample alone is a dot.
pub fn line(samples: &[Option<f64>], slots: usize, most: f64) -> String {
    let mut path = String::new();
    let mut pen = 'M';
    for (at, sample) in samples.iter().enumerate() {
        let Some(value) = sample else {
            pen = 'M';
            continue;
        };
        let (x, y) = (across(slots - samples.len() + at, slots), up(*value, most));
        let _ = write!(path, "{pen}{x:.1} {y:.1}");
        let alone = pen == 'M' && samples.get(at + 1).is_none_or(Option::is_none);
        path.push_str(if alone { "h.1" } else { "" });
        pen = 'L';
    }
    path
}

/// The largest sample, at least 1: an empty graph lies on its ground.
pub fn most(lines: &[&[Option<f64>]]) -> f64 {
    lines.iter().flat_map(|samples| samples.iter()).flatten().copied().fold(1.0, f64::max)
}

/// A picture of such lines; the first one is drawn with more weight. Its words say what it shows.
pub fn graph(first: Text, second: Text, words: Text) -> AnyView {
    view! {
        <svg class="graph" role="img" aria-label=words viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none">
            <path class="second" d=second></path>
            <path d=first></path>
        </svg>
    }
    .into_any()
}

/// No line.
pub fn none() -> Text {
    text(String::new)
}

#[expect(clippy::cast_precision_loss, reason = "places on a screen")]
fn across(place: usize, slots: usize) -> f64 {
    place as f64 / (slots.max(2) - 1) as f64 * (WIDTH - 2.0 * MARGIN) + MARGIN
}

fn up(value: f64, most: f64) -> f64 {
    HEIGHT - MARGIN - (value / most).clamp(0.0, 1.0) * (HEIGHT - 2.0 * MARGIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_from_left_to_right_and_up_to_the_most() {
        assert_eq!(line(&[Some(0.0), Some(5.0), Some(10.0)], 3, 10.0), "M2.0 46.0L100.0 24.0L198.0 2.0");
        assert_eq!(line(&[], 3, 1.0), "");
    }

    #[test]
    fn the_newest_sample_is_at_the_right() {
        assert_eq!(line(&[Some(0.0), Some(0.0)], 3, 1.0), "M100.0 46.0L198.0 46.0");
    }

    #[test]
    fn where_nothing_was_measured_there_is_a_gap() {
        assert_eq!(line(&[Some(0.0), None, Some(1.0)], 3, 1.0), "M2.0 46.0h.1M198.0 2.0h.1");
    }

    #[test]
    fn nothing_leaves_the_picture() {
        assert_eq!(line(&[Some(9.0), Some(-1.0)], 2, 3.0), "M2.0 2.0L198.0 46.0");
    }

    #[test]
    fn the_scale_is_of_the_largest_and_never_nothing() {
        assert!((most(&[&[Some(3.0), None], &[Some(7.0)]]) - 7.0).abs() < f64::EPSILON);
        assert!((most(&[&[], &[Some(0.0)]]) - 1.0).abs() < f64::EPSILON);
    }
}
