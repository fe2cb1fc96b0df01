//! A server's URL.

use std::fmt;

use axum::http::Uri;
use axum::http::uri::Authority;

/// A URL in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// What it begins with: `ws`, `wss`, `http` or `https`.
    scheme: &'static str,
    /// Whether it goes over TLS.
    pub secure: bool,
    /// A name or an IP address; IPv6 without its brackets.
    pub host: String,
    /// The port, also when the URL leaves it out.
    pub port: u16,
    /// What the `Host` header says.
    pub authority: String,
    /// The path with its query.
    pub path: String,
}

impl Address {
    /// Reads a URL of a WebSocket server.
    ///
    /// # Errors
    /// With what is allowed.
    pub fn parse(text: &str) -> Result<Self, String> {
        let allowed = || "allowed is ws://HOST:PORT/PATH or wss://HOST:PORT/PATH".to_owned();
        Self::read(text, ["ws", "wss"]).ok_or_else(allowed)
    }

    /// Reads a URL of an HTTP server.
    ///
    /// # Errors
    /// With what is allowed.
    pub fn parse_http(text: &str) -> Result<Self, String> {
        let allowed = || "allowed is http://HOST:PORT or https://HOST:PORT".to_owned();
        Self::read(text, ["http", "https"]).ok_or_else(allowed)
    }

    /// Schemes: without TLS, and with it.
    fn read(text: &str, schemes: [&'static str; 2]) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let scheme = schemes.into_iter().find(|scheme| uri.scheme_str() == Some(*scheme))?;
        let secure = scheme == schemes[1];
        let default = if secure { 443 } else { 80 };
        let authority = uri.authority().filter(|authority| is_plain(authority))?;
        Some(Self {
            scheme,
            secure,
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(default),
            authority: authority.to_string(),
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        })
    }
}

/// Neither with a password nor with a port that is none.
fn is_plain(authority: &Authority) -> bool {
    let after = authority.as_str().strip_prefix(authority.host());
    after.is_some_and(|port| port.is_empty() || authority.port_u16().is_some()) && !authority.host().is_empty()
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(url: &str) -> (bool, String, u16, String) {
        let address = Address::parse(url).expect(url);
        (address.secure, address.host, address.port, address.path)
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
        for wrong in ["", "127.0.0.1:8000", "/ws", "http://a/ws", "ws://", "ws:///ws", "ws://a:b/", "ws://me:pw@a/"] {
            assert!(Address::parse(wrong).is_err_and(|error| error.contains("ws://HOST:PORT/PATH")), "{wrong}");
        }
    }

    #[test]
    fn an_http_server_has_other_schemes() {
        let address = Address::parse_http("https://example.com/yodel").expect("a URL");
        assert_eq!(
            (address.secure, address.port, address.to_string()),
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
}
