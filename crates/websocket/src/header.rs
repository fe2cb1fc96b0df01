//! Lists in header fields: tokens (RFC 9110 §5.6.2) and extensions with parameters (RFC 6455 §9.1).

/// Error for a header field that violates its grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// Name and parameters of an extension.
pub type Extension<'v> = (&'v str, Vec<(&'v str, Option<&'v str>)>);

/// Returns the elements of a list of tokens.
pub fn tokens(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(trim).filter(|token| !token.is_empty())
}

/// Returns whether lists of tokens contain this one, ignoring case.
pub fn has_token<'v>(values: impl IntoIterator<Item = &'v str>, token: &str) -> bool {
    values.into_iter().flat_map(tokens).any(|found| found.eq_ignore_ascii_case(token))
}

/// Parses a list of extensions. Empty elements are skipped (RFC 9110 §5.6.1).
///
/// # Errors
/// Returns an error if the list is malformed.
pub fn extensions(value: &str) -> Result<Vec<Extension<'_>>, Malformed> {
    let elements = split(value, ',')?.into_iter().filter(|element| !trim(element).is_empty());
    elements.map(extension).collect()
}

fn extension(element: &str) -> Result<Extension<'_>, Malformed> {
    let mut parts = split(element, ';')?.into_iter();
    let name = parts.next().and_then(token).ok_or(Malformed)?;
    Ok((name, parts.map(parameter).collect::<Result<_, _>>()?))
}

fn parameter(text: &str) -> Result<(&str, Option<&str>), Malformed> {
    match text.split_once('=') {
        None => Ok((token(text).ok_or(Malformed)?, None)),
        Some((name, value)) => {
            let value = trim(value);
            let unquoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            // The quoted text must be a token itself (RFC 6455 §9.1), so it contains no escapes.
            let value = unquoted.unwrap_or(value);
            if !is_token(value) {
                return Err(Malformed);
            }
            Ok((token(name).ok_or(Malformed)?, Some(value)))
        }
    }
}

/// Splits at separators outside quotes.
fn split(value: &str, separator: char) -> Result<Vec<&str>, Malformed> {
    let mut quoted = false;
    let parts = value.split(|c| {
        quoted ^= c == '"';
        c == separator && !quoted
    });
    let parts = parts.collect();
    if quoted { Err(Malformed) } else { Ok(parts) }
}

fn token(text: &str) -> Option<&str> {
    Some(trim(text)).filter(|text| is_token(text))
}

/// Returns whether a text is a token.
pub fn is_token(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

/// Removes surrounding whitespace (RFC 9110 §5.6.3).
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_token_in_any_header_ignoring_case() {
        assert!(has_token(["keep-alive, Upgrade"], "upgrade"));
        assert!(has_token(["close", "UPGRADE"], "upgrade"));
        assert!(!has_token(["upgraded", "up grade", ""], "upgrade"));
    }

    #[test]
    fn parses_extensions_with_parameters() {
        let read = extensions(" a ; b ;\tc = \"d\" ,, e;f=g").unwrap();
        assert_eq!(read, [("a", vec![("b", None), ("c", Some("d"))]), ("e", vec![("f", Some("g"))])]);
        assert_eq!(extensions(""), Ok(vec![]));
    }

    #[test]
    fn rejects_malformed_extensions() {
        for invalid in [
            "a b",
            "a;",
            ";a",
            "a;b=",
            "a;=b",
            "a;b=\"c",
            "a;b=\"c d\"",
            "a;b=\" c\"",
            "a;b=\"\"",
            "a;b=\"",
            "a;b=c=d",
            "a;b=\"\\c\"",
            "ä",
            "\u{a0}",
            "a;b=c\u{b}",
        ] {
            assert_eq!(extensions(invalid), Err(Malformed), "{invalid}");
        }
    }
}
