//! URLs of servers.

use std::ffi::OsStr;
use std::fmt;

use clap::builder::TypedValueParser;
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command};
use url::{Position, Url};

/// URL of a server, without credentials and without a fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Parses a `ws` or `wss` URL.
    ///
    /// # Errors
    /// Returns a message with the expected form.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::parse_with_schemes(text, ["ws", "wss"], "expected ws://HOST:PORT/PATH or wss://HOST:PORT/PATH")
    }

    /// Parses an `http` or `https` URL.
    ///
    /// # Errors
    /// Returns a message with the expected form.
    pub fn parse_http(text: &str) -> Result<Self, String> {
        Self::parse_with_schemes(text, ["http", "https"], "expected http://HOST:PORT or https://HOST:PORT")
    }

    /// Parses a URL with one of these schemes. Drops the fragment, which is never sent.
    fn parse_with_schemes(text: &str, schemes: [&str; 2], expected: &str) -> Result<Self, String> {
        // Browsers accept `ws:a` and `ws:///a` as `ws://a`; here they are rejected as mistakes.
        let has_host = text.split_once("://").is_some_and(|(_, rest)| !rest.starts_with(['/', '\\']));
        let url = Url::parse(text).ok().filter(|url| has_host && schemes.contains(&url.scheme()));
        let mut url = url.ok_or(expected)?;
        if has_credentials(&url) {
            return Err(format!(
                "{expected}, without a user name and password: use --token-file, or --header in other cases"
            ));
        }
        url.set_fragment(None);
        Ok(Self(url))
    }

    /// Resolves a redirect to a WebSocket URL.
    ///
    /// # Errors
    /// Returns the reason if it is not one, or contains credentials.
    pub fn join(&self, location: &str) -> Result<Self, &'static str> {
        const INVALID: &str = "it is not a WebSocket URL";
        let mut url = self.0.join(location).map_err(|_| INVALID)?;
        let scheme = match url.scheme() {
            "http" => "ws",
            "https" => "wss",
            _ => "",
        };
        if !scheme.is_empty() {
            url.set_scheme(scheme).map_err(|()| INVALID)?;
        }
        if has_credentials(&url) {
            return Err(
                "it contains a user name or a password; connect to that URL with --token-file or --header instead",
            );
        }
        Self::parse(url.as_str()).map_err(|_| INVALID)
    }

    /// Returns whether connections use TLS.
    pub fn is_secure(&self) -> bool {
        matches!(self.0.scheme(), "wss" | "https")
    }

    /// Returns the host name or IP address; IPv6 without brackets.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default().trim_matches(['[', ']'])
    }

    /// Returns the port, or the scheme's default if the URL has none.
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }

    /// Returns the value of the `Host` header: the host, and the port unless it is the scheme's default.
    pub fn authority(&self) -> &str {
        &self.0[Position::BeforeHost..Position::AfterPort]
    }

    /// Returns the path and the query.
    pub fn path(&self) -> &str {
        &self.0[Position::BeforePath..Position::AfterQuery]
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Parser of a URL in an argument. Its errors hide credentials.
#[derive(Clone)]
pub struct UrlParser<T>(pub fn(&str) -> Result<T, String>);

impl UrlParser<Address> {
    /// Accepts `ws` and `wss` URLs.
    pub const WEBSOCKET: Self = Self(Address::parse);

    /// Accepts `http` and `https` URLs.
    pub const HTTP: Self = Self(Address::parse_http);
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for UrlParser<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        self.0.parse_ref(command, argument, value).map_err(|mut error| {
            let shown = without_credentials(&value.to_string_lossy());
            error.insert(ContextKind::InvalidValue, ContextValue::String(shown));
            error
        })
    }
}

/// Replaces everything between the scheme and the last `@` before the query.
pub(super) fn without_credentials(text: &str) -> String {
    let start = text.find("://").map_or(0, |colon| colon + 3);
    let end = text.find(['?', '#']).unwrap_or(text.len()).max(start);
    match text[start..end].rfind('@') {
        Some(at) => format!("{}…{}", &text[..start], &text[start + at..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(url: &str) -> (bool, String, u16, String) {
        let address = Address::parse(url).expect(url);
        (address.is_secure(), address.host().to_owned(), address.port(), address.path().to_owned())
    }

    #[test]
    fn fills_in_the_default_port_and_path() {
        assert_eq!(parts("ws://127.0.0.1:8000/ws"), (false, "127.0.0.1".into(), 8000, "/ws".into()));
        assert_eq!(parts("ws://example.com"), (false, "example.com".into(), 80, "/".into()));
        assert_eq!(parts("wss://example.com/a?b=c"), (true, "example.com".into(), 443, "/a?b=c".into()));
        assert_eq!(parts("ws://[::1]:81/"), (false, "::1".into(), 81, "/".into()));
    }

    #[test]
    fn rejects_urls_that_are_not_websocket_urls() {
        for invalid in [
            "",
            "127.0.0.1:8000",
            "/ws",
            "http://a/ws",
            "ws://",
            "ws:///ws",
            "ws:a",
            "ws://a:b/",
            "ws://a:65536/",
            "ws://me:pw@a/",
            "ws://me@a/",
            "ws://:pw@a/",
        ] {
            assert!(Address::parse(invalid).is_err_and(|error| error.contains("ws://HOST:PORT/PATH")), "{invalid}");
        }
    }

    #[test]
    fn parses_http_urls() {
        let address = Address::parse_http("https://example.com/yodel").expect("a URL");
        assert_eq!(
            (address.is_secure(), address.port(), address.to_string()),
            (true, 443, "https://example.com/yodel".into())
        );
        assert!(Address::parse_http("ws://a").is_err_and(|error| error.contains("http://HOST:PORT")));
    }

    #[test]
    fn displays_a_url_as_parsed() {
        for url in ["ws://127.0.0.1:8000/ws", "wss://example.com/a?b=c", "ws://[::1]:81/"] {
            assert_eq!(Address::parse(url).expect(url).to_string(), url);
        }
    }

    #[test]
    fn normalizes_urls_like_a_browser() {
        for (url, normalized, authority) in [
            ("WS://Bücher.example:80/a b#part", "ws://xn--bcher-kva.example/a%20b", "xn--bcher-kva.example"),
            ("wss://[0:0::1]:8443", "wss://[::1]:8443/", "[::1]:8443"),
            ("ws://a/b/../%7euser/./c?q=ä b", "ws://a/%7euser/c?q=%C3%A4%20b", "a"),
            ("ws://127.1/", "ws://127.0.0.1/", "127.0.0.1"),
        ] {
            let address = Address::parse(url).expect(url);
            assert_eq!((address.to_string().as_str(), address.authority()), (normalized, authority));
        }
    }

    #[test]
    fn hides_the_password_in_errors() {
        let command = Command::new("yodel").arg(Arg::new("url").value_parser(UrlParser::WEBSOCKET));
        for (url, shown) in [
            ("ws://me:hunter2@a/", "'ws://…@a/' for"),
            ("ws://me:hun/ter2@a/?b=c@d", "'ws://…@a/?b=c@d' for"),
            ("me:hunter2@a", "'…@a' for"),
            ("ws://a:b/?c=d@e", "'ws://a:b/?c=d@e' for"),
        ] {
            let error = command.clone().try_get_matches_from(["yodel", url]).expect_err(url).to_string();
            assert!(error.contains(shown) && error.contains("expected ws://HOST:PORT/PATH"), "{error}");
            assert!(!error.contains("ter2"), "{error}");
        }
    }
}
