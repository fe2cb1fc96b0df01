//! The number at the begin of each message of a broadcast.

use crate::value;

/// How many digits the number has.
pub const DIGITS: usize = 12;

/// Parses the size of a message with a number in it, in bytes.
///
/// # Errors
/// With what is allowed.
pub fn size(text: &str) -> Result<usize, String> {
    value::size(text).ok().filter(|&size| size >= DIGITS).ok_or_else(|| {
        format!("allowed is a size from {DIGITS} bytes, which the message's number takes, to 1GiB, such as 64 or 16KiB")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_needs_room() {
        assert_eq!(size("12"), Ok(12));
        assert!(size("11").is_err_and(|error| error.contains("12 bytes")));
    }
}
