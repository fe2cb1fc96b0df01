//! The number at the start of each message of a broadcast.

use crate::value;

/// Number of digits.
pub const DIGITS: usize = 12;

/// Parses the size of a numbered message, in bytes.
///
/// # Errors
/// Returns a message with the allowed range.
pub fn size(text: &str) -> Result<usize, String> {
    value::size(text).ok().filter(|&size| size >= DIGITS).ok_or_else(|| {
        format!("expected a size from {DIGITS} bytes (the message's number) to 1GiB, such as 64 or 16KiB")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_a_size_below_the_length_of_the_number() {
        assert_eq!(size("12"), Ok(12));
        assert!(size("11").is_err_and(|error| error.contains("12 bytes")));
    }
}
