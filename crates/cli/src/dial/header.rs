//! A header that is sent with the handshake.

use http::{HeaderName, HeaderValue};
use url::Url;

use yodel_websocket::header::is_token;

/// A header's name and value, as they were given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The name.
    pub name: String,
    /// The value, without spaces around it.
    pub value: String,
}

impl Header {
    /// Reads `Name: value`.
    ///
    /// # Errors
    /// With what is allowed, or that the header is not free.
    pub fn parse(text: &str) -> Result<Self, String> {
        let allowed = "allowed is 'Name: value', such as 'Origin: https://example.com'";
        let (name, value) = text.split_once(':').ok_or(allowed)?;
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| allowed)?;
        HeaderValue::from_str(value).map_err(|_| allowed)?;
        if ["upgrade", "connection"].contains(&parsed.as_str()) || parsed.as_str().starts_with("sec-websocket-") {
            return Err(
                "this header belongs to the handshake itself; --subprotocol and --compression set theirs".into()
            );
        }
        Ok(Self { name: name.to_owned(), value: value.trim().to_owned() })
    }

    /// The `Origin` header for a page at this URL.
    ///
    /// # Errors
    /// When it is none.
    pub fn origin(url: &str) -> Result<Self, String> {
        let is_origin = Url::parse(url).is_ok_and(|url| url.has_host());
        let header = Self::parse(&format!("Origin: {url}")).ok().filter(|_| is_origin);
        header.ok_or_else(|| "allowed is SCHEME://HOST, such as https://example.com".to_owned())
    }

    /// Reads a subprotocol's name.
    ///
    /// # Errors
    /// When it is no token (RFC 9110, section 5.6.2).
    pub fn parse_token(text: &str) -> Result<String, String> {
        is_token(text)
            .then(|| text.to_owned())
            .ok_or_else(|| "allowed is a name without spaces, such as chat.v1".to_owned())
    }

    /// Whether this is the header of that name.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_a_name_and_a_value() {
        let header = Header::parse("Origin: http://a.example").expect("a header");
        assert_eq!((header.name.as_str(), header.value.as_str()), ("Origin", "http://a.example"));
        assert!(header.is("origin") && !header.is("host"));
        assert_eq!(Header::parse("X-Empty:").expect("a header").value, "");
    }

    #[test]
    fn a_header_cannot_become_two_or_break_the_handshake() {
        for wrong in ["", "Origin", ": a", "A B: c", "A: b\r\nC: d", "Upgrade: no", "sec-websocket-key: mine"] {
            assert!(Header::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_origin_has_a_scheme_and_a_host() {
        assert_eq!(Header::origin("https://a.example:8443").expect("an origin").value, "https://a.example:8443");
        for wrong in ["", "a.example", "https://", "://a", "https://a\r\nB: c"] {
            assert!(Header::origin(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_subprotocol_is_one_word() {
        assert_eq!(Header::parse_token("chat.v1"), Ok("chat.v1".to_owned()));
        for wrong in ["", "a b", "a,b", "a\r\nb"] {
            assert!(Header::parse_token(wrong).is_err(), "{wrong}");
        }
    }
}
