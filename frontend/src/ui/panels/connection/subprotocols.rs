//! Subprotocols as they are typed -> what is offered. A browser throws at a name that is no token
//! (RFC 6455, section 4.1) or that is there twice: here it is said beforehand.

/// Why what was typed cannot be offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubprotocolError {
    /// This is no token.
    Invalid(String),
    /// This is there twice.
    Duplicate(String),
}

/// The names between the commas.
///
/// # Errors
/// The first name that cannot be offered.
pub fn parse(typed: &str) -> Result<Vec<String>, SubprotocolError> {
    let mut names: Vec<String> = Vec::new();
    for name in typed.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if !name.bytes().all(is_token) {
            return Err(SubprotocolError::Invalid(name.to_owned()));
        }
        if names.iter().any(|known| known == name) {
            return Err(SubprotocolError::Duplicate(name.to_owned()));
        }
        names.push(name.to_owned());
    }
    Ok(names)
}

/// RFC 6455, section 4.1: U+0021 to U+007E without the separators of RFC 2616.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_between_commas() {
        assert_eq!(parse(" chat.v1 ,mqtt,, "), Ok(vec!["chat.v1".to_owned(), "mqtt".to_owned()]));
        assert_eq!(parse(""), Ok(Vec::new()));
        assert!(parse("!#$%&'*+-.^_`|~09azAZ").is_ok());
    }

    #[test]
    fn what_is_no_token_is_named() {
        for name in ["a b", "a/b", "a@b", "a:b", "{a}", "a\"", "a\\", "é", "a=b", "a\t1"] {
            assert_eq!(parse(&format!("ok, {name}")), Err(SubprotocolError::Invalid(name.to_owned())));
        }
    }

    #[test]
    fn a_name_is_offered_once() {
        assert_eq!(parse("a, b, a"), Err(SubprotocolError::Duplicate("a".to_owned())));
        assert!(parse("a, A").is_ok());
    }
}
