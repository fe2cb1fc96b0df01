//! Times between two rows, in the unit that suits them.

use std::fmt::Write;

/// Unit of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// Milliseconds.
    Ms,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
}

/// Returns a time in milliseconds as a number with at most three decimals, and its unit.
pub fn elapsed(ms: u64) -> (String, TimeUnit) {
    match ms {
        0..1_000 => (ms.to_string(), TimeUnit::Ms),
        1_000..60_000 => (decimal(ms / 1_000, ms % 1_000, 3), TimeUnit::Seconds),
        60_000..3_600_000 => (decimal(ms / 60_000, ms % 60_000 / 6_000, 1), TimeUnit::Minutes),
        _ => (decimal(ms / 3_600_000, ms % 3_600_000 / 360_000, 1), TimeUnit::Hours),
    }
}

/// Returns a number with this many decimals, without zeros at the end.
fn decimal(whole: u64, fraction: u64, decimals: usize) -> String {
    let mut text = whole.to_string();
    let _ = write!(text, ".{fraction:0decimals$}");
    text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selects_the_unit() {
        for (ms, expected, unit) in [
            (0, "0", TimeUnit::Ms),
            (999, "999", TimeUnit::Ms),
            (1_000, "1", TimeUnit::Seconds),
            (3_532, "3.532", TimeUnit::Seconds),
            (10_050, "10.05", TimeUnit::Seconds),
            (60_000, "1", TimeUnit::Minutes),
            (90_000, "1.5", TimeUnit::Minutes),
            (36_000_000, "10", TimeUnit::Hours),
            (5_400_000, "1.5", TimeUnit::Hours),
        ] {
            assert_eq!(elapsed(ms), (expected.to_owned(), unit), "{ms}");
        }
    }
}
