//! Parser for a list of subprotocols. The `WebSocket` constructor throws an exception for names that are not
//! tokens (RFC 6455, section 4.1) and for duplicates. This parser rejects them with a message.

/// An invalid list of subprotocols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubprotocolError {
    /// The name is not a token.
    Invalid(String),
    /// The name is listed twice.
    Duplicate(String),
}

/// Parses names that are separated by commas.
///
/// # Errors
/// Returns the first name that is rejected.
pub fn parse(typed: &str) -> Result<Vec<String>, SubprotocolError> {
    let mut names: Vec<String> = Vec::new();
    for name in typed.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if !is_token(name.as_bytes()) {
            return Err(SubprotocolError::Invalid(name.to_owned()));
        }
        if names.iter().any(|known| known == name) {
            return Err(SubprotocolError::Duplicate(name.to_owned()));
        }
        names.push(name.to_owned());
    }
    Ok(names)
}

/// Returns the first name that is not a token or a duplicate; `None` if all can be requested.
pub fn first_invalid(names: &[String]) -> Option<&String> {
    let is_invalid =
        |(at, name): &(usize, &String)| name.is_empty() || !is_token(name.as_bytes()) || names[..*at].contains(name);
    names.iter().enumerate().find(is_invalid).map(|(_, name)| name)
}

/// Returns whether a text has only characters of a subprotocol: U+0021 to U+007E without the separators of RFC 2616
/// (RFC 6455, section 4.1). A token (JWT) that a page sends as a subprotocol has to consist of them too.
pub(super) fn is_token(text: &[u8]) -> bool {
    text.iter().all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_names_between_commas() {
        assert_eq!(parse(" chat.v1 ,mqtt,, "), Ok(vec!["chat.v1".to_owned(), "mqtt".to_owned()]));
        assert_eq!(parse(""), Ok(Vec::new()));
        assert!(parse("!#$%&'*+-.^_`|~09azAZ").is_ok());
    }

    #[test]
    fn rejects_names_that_are_not_tokens() {
        for name in ["a b", "a/b", "a@b", "a:b", "{a}", "a\"", "a\\", "é", "a=b", "a\t1"] {
            assert_eq!(parse(&format!("ok, {name}")), Err(SubprotocolError::Invalid(name.to_owned())));
        }
    }

    #[test]
    fn finds_the_first_name_that_cannot_be_requested() {
        let first_invalid = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            first_invalid(&names).cloned()
        };
        assert_eq!(first_invalid(&["chat", "mqtt"]), None);
        assert_eq!(first_invalid(&["chat", "a b", ""]).as_deref(), Some("a b"));
        assert_eq!(first_invalid(&["a", ""]).as_deref(), Some(""));
        assert_eq!(first_invalid(&["a", "b", "a"]).as_deref(), Some("a"));
    }

    #[test]
    fn rejects_duplicates() {
        assert_eq!(parse("a, b, a"), Err(SubprotocolError::Duplicate("a".to_owned())));
        assert!(parse("a, A").is_ok());
    }
}
