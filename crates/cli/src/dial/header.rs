//! Headers that are sent with the handshake.

use http::{HeaderName, HeaderValue};
use url::Url;

use yodel_websocket::header::is_token;

/// Name and value of an HTTP header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The name, in the case that was given.
    pub name: String,
    /// The value, without surrounding whitespace.
    pub value: String,
}

impl Header {
    /// Parses `Name: value`.
    ///
    /// # Errors
    /// Returns a message with the expected form, or the reason why this header cannot be set.
    pub fn parse(text: &str) -> Result<Self, String> {
        let expected = "expected 'Name: value', such as 'Origin: https://example.com'";
        let (name, value) = text.split_once(':').ok_or(expected)?;
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| expected)?;
        HeaderValue::from_str(value).map_err(|_| expected)?;
        if ["upgrade", "connection"].contains(&parsed.as_str()) || parsed.as_str().starts_with("sec-websocket-") {
            return Err("the handshake sets this header itself; see --subprotocol and --compression".into());
        }
        Ok(Self { name: name.to_owned(), value: value.trim().to_owned() })
    }

    /// Returns the `Origin` header with this value.
    ///
    /// # Errors
    /// Returns a message with the expected form if the value is not an origin.
    pub fn origin(url: &str) -> Result<Self, String> {
        let is_origin = Url::parse(url).is_ok_and(|url| url.has_host());
        let header = Self::parse(&format!("Origin: {url}")).ok().filter(|_| is_origin);
        header.ok_or_else(|| "expected SCHEME://HOST, such as https://example.com".to_owned())
    }

    /// Parses the name of a subprotocol.
    ///
    /// # Errors
    /// Returns a message if the name is not a token (RFC 9110, section 5.6.2).
    pub fn parse_token(text: &str) -> Result<String, String> {
        is_token(text)
            .then(|| text.to_owned())
            .ok_or_else(|| "expected a name without spaces, such as chat.v1".to_owned())
    }

    /// Returns whether the header has this name, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_a_header() {
        let header = Header::parse("Origin: http://a.example").expect("a header");
        assert_eq!((header.name.as_str(), header.value.as_str()), ("Origin", "http://a.example"));
        assert!(header.is("origin") && !header.is("host"));
        assert_eq!(Header::parse("X-Empty:").expect("a header").value, "");
    }

    #[test]
    fn rejects_headers_that_break_the_handshake() {
        for invalid in ["", "Origin", ": a", "A B: c", "A: b\r\nC: d", "Upgrade: no", "sec-websocket-key: mine"] {
            assert!(Header::parse(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn rejects_an_origin_without_scheme_or_host() {
        assert_eq!(Header::origin("https://a.example:8443").expect("an origin").value, "https://a.example:8443");
        for invalid in ["", "a.example", "https://", "://a", "https://a\r\nB: c"] {
            assert!(Header::origin(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn rejects_a_subprotocol_that_is_not_a_token() {
        assert_eq!(Header::parse_token("chat.v1"), Ok("chat.v1".to_owned()));
        for invalid in ["", "a b", "a,b", "a\r\nb"] {
            assert!(Header::parse_token(invalid).is_err(), "{invalid}");
        }
    }
}
