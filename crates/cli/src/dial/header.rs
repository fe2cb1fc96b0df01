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

    /// Returns the `Origin` header with this value, normalized (RFC 6454, section 6.2).
    ///
    /// # Errors
    /// Returns a message with the expected form if the value is not an origin.
    pub fn origin(url: &str) -> Result<Self, String> {
        let expected = "expected SCHEME://HOST:PORT, such as https://example.com, or null";
        let value = if url == "null" { url.to_owned() } else { origin(url).ok_or(expected)? };
        Ok(Self { name: "Origin".to_owned(), value })
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

/// Returns the origin of a URL that has nothing else. Origins of extensions and apps have schemes of their own.
fn origin(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str().filter(|host| !host.is_empty())?;
    let has_more = !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some();
    if has_more || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}://{host}{port}", url.scheme()))
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
    fn normalizes_an_origin() {
        for (url, origin) in [
            ("https://a.example:8443", "https://a.example:8443"),
            ("HTTPS://Bücher.example:443/", "https://xn--bcher-kva.example"),
            ("chrome-extension://abc", "chrome-extension://abc"),
            ("null", "null"),
        ] {
            assert_eq!(Header::origin(url).expect(url).value, origin);
        }
    }

    #[test]
    fn rejects_what_is_not_an_origin() {
        for invalid in [
            "",
            "a.example",
            "https://",
            "://a",
            "https://a\r\nB: c/",
            "https://a/path",
            "https://a?b",
            "https://me:pw@a",
        ] {
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
