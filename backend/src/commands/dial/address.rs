//! A server's URL.

use std::fmt;

use axum::http::Uri;
use axum::http::uri::Authority;

/// A `ws://` or `wss://` URL in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Whether it begins with `wss`.
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
    /// Reads a URL.
    ///
    /// # Errors
    /// With what is allowed.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).ok_or_else(|| "allowed is ws://HOST:PORT/PATH or wss://HOST:PORT/PATH".to_owned())
    }

    fn read(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let (secure, default) = match uri.scheme_str()? {
            "ws" => (false, 80),
            "wss" => (true, 443),
            _ => return None,
        };
        let authority = uri.authority().filter(|authority| is_plain(authority))?;
        Some(Self {
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
        write!(f, "{}://{}{}", if self.secure { "wss" } else { "ws" }, self.authority, self.path)
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
    fn it_is_written_as_it_was_read() {
        for url in ["ws://127.0.0.1:8000/ws", "wss://example.com/a?b=c", "ws://[::1]:81/"] {
            assert_eq!(Address::parse(url).expect(url).to_string(), url);
        }
    }
}
