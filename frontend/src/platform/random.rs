//! Random texts, from the browser's random numbers, which are not cryptographic.

use js_sys::{Math, Number};

/// Returns a random text of lower-case letters and digits.
pub fn text(len: usize) -> String {
    let mut text = String::new();
    while text.len() < len {
        // `0.`, then up to eleven digits.
        let digits = Number::from(Math::random()).to_string_with_radix(36).map(String::from).unwrap_or_default();
        text.extend(digits.chars().skip(2));
    }
    text.truncate(len);
    text
}
