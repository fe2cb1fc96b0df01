//! A server's URL.

use std::ffi::OsStr;
use std::fmt;

use clap::builder::TypedValueParser;
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command};
use url::{Position, Url};

/// URL of a server, without credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Reads a URL of a WebSocket server.
    ///
    /// # Errors
    /// With what is allowed.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::read(text, ["ws", "wss"], "allowed is ws://HOST:PORT/PATH or wss://HOST:PORT/PATH")
    }

    /// Reads a URL of an HTTP server.
    ///
    /// # Errors
    /// With what is allowed.
    pub fn parse_http(text: &str) -> Result<Self, String> {
        Self::read(text, ["http", "https"], "allowed is http://HOST:PORT or https://HOST:PORT")
    }

    /// Reads a URL with one of these schemes. A fragment is not sent, so it is dropped.
    fn read(text: &str, schemes: [&str; 2], allowed: &str) -> Result<Self, String> {
        // Browsers read `ws:a` and `ws:///a` as `ws://a`; here they are mistakes.
        let has_host = text.split_once("://").is_some_and(|(_, rest)| !rest.starts_with(['/', '\\']));
        let url = Url::parse(text).ok().filter(|url| has_host && schemes.contains(&url.scheme()));
        let mut url = url.ok_or(allowed)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(format!("{allowed}, without a name and a password"));
        }
        url.set_fragment(None);
        Ok(Self(url))
    }

    /// Returns whether connections use TLS.
    pub fn is_secure(&self) -> bool {
        matches!(self.0.scheme(), "wss" | "https")
    }

    /// Returns the name or the IP address, IPv6 without brackets.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default().trim_matches(['[', ']'])
    }

    /// Returns the port, the scheme's default if the URL has none.
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }

    /// Returns the value of the `Host` header: the host, and a port that is not the default.
    pub fn authority(&self) -> &str {
        &self.0[Position::BeforeHost..Position::AfterPort]
    }

    /// Returns the path with its query.
    pub fn path(&self) -> &str {
        &self.0[Position::BeforePath..Position::AfterQuery]
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Parser of a URL in an argument. Its errors do not repeat a password.
#[derive(Clone)]
pub struct AddressParser(fn(&str) -> Result<Address, String>);

impl AddressParser {
    /// URLs of WebSocket servers.
    pub const WEBSOCKET: Self = Self(Address::parse);

    /// URLs of HTTP servers.
    pub const HTTP: Self = Self(Address::parse_http);
}

impl TypedValueParser for AddressParser {
    type Value = Address;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<Address, clap::Error> {
        self.0.parse_ref(command, argument, value).map_err(|mut error| {
            let shown = without_credentials(&value.to_string_lossy());
            error.insert(ContextKind::InvalidValue, ContextValue::String(shown));
            error
        })
    }
}

/// Replaces all between the scheme and the last `@` before a query.
fn without_credentials(text: &str) -> String {
    let begin = text.find("://").map_or(0, |colon| colon + 3);
    let end = text.find(['?', '#']).unwrap_or(text.len()).max(begin);
    match text[begin..end].rfind('@') {
        Some(at) => format!("{}…{}", &text[..begin], &text[begin + at..]),
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
    fn a_url_has_a_port_and_a_path_also_when_it_leaves_them_out() {
        assert_eq!(parts("ws://127.0.0.1:8000/ws"), (false, "127.0.0.1".into(), 8000, "/ws".into()));
        assert_eq!(parts("ws://example.com"), (false, "example.com".into(), 80, "/".into()));
        assert_eq!(parts("wss://example.com/a?b=c"), (true, "example.com".into(), 443, "/a?b=c".into()));
        assert_eq!(parts("ws://[::1]:81/"), (false, "::1".into(), 81, "/".into()));
    }

    #[test]
    fn what_is_no_websocket_url_is_refused() {
        for wrong in [
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
            assert!(Address::parse(wrong).is_err_and(|error| error.contains("ws://HOST:PORT/PATH")), "{wrong}");
        }
    }

    #[test]
    fn an_http_server_has_other_schemes() {
        let address = Address::parse_http("https://example.com/yodel").expect("a URL");
        assert_eq!(
            (address.is_secure(), address.port(), address.to_string()),
            (true, 443, "https://example.com/yodel".into())
        );
        assert!(Address::parse_http("ws://a").is_err_and(|error| error.contains("http://HOST:PORT")));
    }

    #[test]
    fn it_is_written_as_it_was_read() {
        for url in ["ws://127.0.0.1:8000/ws", "wss://example.com/a?b=c", "ws://[::1]:81/"] {
            assert_eq!(Address::parse(url).expect(url).to_string(), url);
        }
    }

    #[test]
    fn is_normalized_like_in_a_browser() {
        for (url, normalized, authority) in [
            ("WS://Bücher.example:80/a b#part", "ws://xn--bcher-kva.example/a%20b", "xn--bcher-kva.example"),
            ("wss://[0:0::1]:8443", "wss://[::1]:8443/", "[::1]:8443"),
        ] {
            let address = Address::parse(url).expect(url);
            assert_eq!((address.to_string().as_str(), address.authority()), (normalized, authority));
        }
    }

    #[test]
    fn an_error_does_not_repeat_a_password() {
        let command = Command::new("yodel").arg(Arg::new("url").value_parser(AddressParser::WEBSOCKET));
        for (url, shown) in [
            ("ws://me:hunter2@a/", "'ws://…@a/' for"),
            ("ws://me:hun/ter2@a/?b=c@d", "'ws://…@a/?b=c@d' for"),
            ("me:hunter2@a", "'…@a' for"),
            ("ws://a:b/?c=d@e", "'ws://a:b/?c=d@e' for"),
        ] {
            let error = command.clone().try_get_matches_from(["yodel", url]).expect_err(url).to_string();
            assert!(error.contains(shown) && error.contains("allowed is ws://HOST:PORT/PATH"), "{error}");
            assert!(!error.contains("ter2"), "{error}");
        }
    }
}
