//! Parser for the names of the events that a page listens to. A browser delivers a named event of an event stream only
//! to listeners of its name, so other names cannot be received.

use yodel_protocol::EventName;

/// Largest number of names.
pub const MAX_NAMES: usize = 100;

/// An invalid list of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventNameError {
    /// The name is longer than [`EventName::MAX_LEN`] bytes or contains control characters.
    Invalid(String),
    /// The list has more than [`MAX_NAMES`] names.
    TooMany,
}

/// Parses names that are separated by commas. A repeated name counts once.
///
/// # Errors
/// Returns an error for the first invalid name, and for too many names.
pub fn parse(typed: &str) -> Result<Vec<String>, EventNameError> {
    let mut names: Vec<String> = Vec::new();
    for name in typed.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if EventName::new(name).is_err() {
            return Err(EventNameError::Invalid(name.to_owned()));
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    if names.len() > MAX_NAMES { Err(EventNameError::TooMany) } else { Ok(names) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_names_between_commas() {
        assert_eq!(parse(" tick, user joined,,tick "), Ok(vec!["tick".to_owned(), "user joined".to_owned()]));
        assert_eq!(parse(" , "), Ok(Vec::new()));
    }

    #[test]
    fn rejects_names_that_no_event_can_have() {
        for name in ["a\u{1}b", &"x".repeat(EventName::MAX_LEN + 1)] {
            assert_eq!(parse(&format!("ok, {name}")), Err(EventNameError::Invalid(name.to_owned())));
        }
    }

    #[test]
    fn limits_the_number_of_names() {
        let names = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        assert_eq!(parse(&names(MAX_NAMES)).map(|names| names.len()), Ok(MAX_NAMES));
        assert_eq!(parse(&names(MAX_NAMES + 1)), Err(EventNameError::TooMany));
    }
}
