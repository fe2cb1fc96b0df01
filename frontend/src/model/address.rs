//! Addresses: what the user typed -> what is dialed, and what may be dialed without a question.

use yodel_client::Mode;

/// The default path of the page's own server.
pub const DEFAULT_PATH: &str = "/ws";
/// Paths the own server answers, to choose from.
const PATHS: [&str; 3] = [DEFAULT_PATH, "/ws/echo", "/ws/broadcast"];

/// The protocol that the user chose for a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ProtocolChoice {
    /// `yodel.v1` with the page's own server, no subprotocol with any other. A browser fails a connection when the
    /// server selects none of the offered subprotocols.
    #[default]
    Automatic,
    /// Plain messages; these subprotocols are offered.
    Plain(Vec<String>),
    /// `yodel.v1`.
    Envelope,
}

/// The origin of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// `true` if the page was loaded over https.
    pub secure: bool,
    /// Host and port, as in `location.host`.
    pub host: String,
}

/// The reaction to the address in a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartAction {
    /// Dial it.
    Dial(String),
    /// The link names another server: the user decides.
    Confirm(String),
    /// The link contains no valid address.
    Invalid(String),
}

impl Origin {
    /// Returns the default address of the own server.
    pub fn default_url(&self) -> String {
        self.own(DEFAULT_PATH)
    }

    /// Returns the endpoints of the own server as whole addresses, because browsers suggest only values that contain
    /// the typed text.
    pub fn endpoints(&self) -> [String; 3] {
        PATHS.map(|path| self.own(path))
    }

    /// Returns the address to dial for a typed address, `http(s)://` address, path or host; `None` for an invalid one.
    pub fn resolve(&self, typed: &str) -> Option<String> {
        let typed = typed.trim();
        let typed = typed.split_once('#').map_or(typed, |(before, _)| before);
        if typed.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return None;
        }
        if let Some(rest) = typed.strip_prefix("//") {
            return address(self.scheme(), rest);
        }
        if typed.starts_with('/') {
            return Some(self.own(typed));
        }
        match typed.split_once("://") {
            Some((scheme, rest)) => address(web_socket(scheme)?, rest),
            None => address(self.scheme(), typed),
        }
    }

    /// Returns whether an address is on the page's own host. The part before the path must equal the host, without a
    /// user name.
    pub fn is_own_url(&self, url: &str) -> bool {
        let Some((_, rest)) = url.split_once("://") else { return false };
        rest.split(['/', '?', '#']).next().is_some_and(|host| host.eq_ignore_ascii_case(&self.host))
    }

    /// Returns the reaction to the `url` in the page's query.
    pub fn start(&self, requested: Option<&str>) -> StartAction {
        let Some(requested) = requested.filter(|requested| !requested.trim().is_empty()) else {
            return StartAction::Dial(self.default_url());
        };
        match self.resolve(requested) {
            None => StartAction::Invalid(requested.to_owned()),
            Some(url) if self.is_own_url(&url) => StartAction::Dial(url),
            Some(url) => StartAction::Confirm(url),
        }
    }

    /// Returns the `url` for the page's query; `None` for the default address.
    pub fn query_value(&self, url: &str) -> Option<String> {
        if url == self.default_url() {
            return None;
        }
        let path = url.strip_prefix(&self.own("")).filter(|path| path.starts_with('/'));
        Some(path.unwrap_or(url).to_owned())
    }

    /// Returns the mode of a connection to this address.
    pub fn mode(&self, url: &str, protocol: &ProtocolChoice) -> Mode {
        match protocol {
            ProtocolChoice::Envelope => Mode::Envelope { lobby: true },
            ProtocolChoice::Automatic if self.is_own_url(url) => Mode::Envelope { lobby: true },
            _ => Mode::Plain,
        }
    }

    fn own(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme(), self.host)
    }

    fn scheme(&self) -> &'static str {
        if self.secure { "wss" } else { "ws" }
    }
}

/// Returns scheme, host and port of an address: a token is valid for these.
pub fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url[host..].find(['/', '?', '#']).map_or(url.len(), |at| host + at);
    &url[..end]
}

/// Returns the same address over TLS.
pub fn with_tls(url: &str) -> String {
    url.strip_prefix("ws://").map_or_else(|| url.to_owned(), |rest| format!("wss://{rest}"))
}

fn web_socket(scheme: &str) -> Option<&'static str> {
    match scheme.to_ascii_lowercase().as_str() {
        "ws" | "http" => Some("ws"),
        "wss" | "https" => Some("wss"),
        _ => None,
    }
}

fn address(scheme: &str, rest: &str) -> Option<String> {
    let has_host = !rest.starts_with(['/', '?', ':']) && !rest.is_empty();
    has_host.then(|| format!("{scheme}://{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(secure: bool) -> Origin {
        Origin { secure, host: "yodel.test:8000".into() }
    }

    fn resolved(typed: &str) -> Option<String> {
        page(false).resolve(typed)
    }

    #[test]
    fn resolves_typed_addresses() {
        for (typed, url) in [
            ("/ws/broadcast", "ws://yodel.test:8000/ws/broadcast"),
            (" ws://a:1/ws\n", "ws://a:1/ws"),
            ("WSS://a/ws?x=1", "wss://a/ws?x=1"),
            ("http://a/ws", "ws://a/ws"),
            ("https://a/ws", "wss://a/ws"),
            ("localhost:9000/ws", "ws://localhost:9000/ws"),
            ("//a/ws", "ws://a/ws"),
            ("ws://a/ws#part", "ws://a/ws"),
        ] {
            assert_eq!(resolved(typed).as_deref(), Some(url), "{typed:?}");
        }
    }

    #[test]
    fn completes_with_wss_on_a_secure_page() {
        assert_eq!(page(true).resolve("/ws").as_deref(), Some("wss://yodel.test:8000/ws"));
        assert_eq!(page(true).resolve("a:1/ws").as_deref(), Some("wss://a:1/ws"));
        assert_eq!(page(true).default_url(), "wss://yodel.test:8000/ws");
    }

    #[test]
    fn rejects_invalid_addresses() {
        for typed in ["", "  ", "ftp://a", "javascript://a", "ws://", "ws:///ws", "two words", "a\\b", ":80", "#x"] {
            assert_eq!(resolved(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn selects_envelope_mode_for_the_own_server_and_on_request() {
        let mode = |url: &str, protocol: &ProtocolChoice| page(false).mode(url, protocol);
        let (own, other, envelope) = ("ws://yodel.test:8000/ws", "ws://other.test/ws", Mode::Envelope { lobby: true });
        assert_eq!(mode(own, &ProtocolChoice::Automatic), envelope);
        assert_eq!(mode(own, &ProtocolChoice::Plain(Vec::new())), Mode::Plain);
        assert_eq!(mode(other, &ProtocolChoice::Automatic), Mode::Plain);
        assert_eq!(mode(other, &ProtocolChoice::Envelope), envelope);
    }

    #[test]
    fn asks_before_dialing_another_host() {
        for own in ["/ws/echo", "ws://yodel.test:8000/x", "ws://YODEL.test:8000?a=/b"] {
            assert!(matches!(page(false).start(Some(own)), StartAction::Dial(_)), "{own}");
        }
        for foreign in [
            "ws://evil.test/ws",
            "ws://yodel.test/ws",
            "ws://yodel.test:8000@evil.test/",
            "ws://evil.test?yodel.test:8000",
            "//evil.test/ws",
            "ws://yodel.test:8000.evil.test/ws",
        ] {
            assert!(matches!(page(false).start(Some(foreign)), StartAction::Confirm(_)), "{foreign}");
        }
        assert_eq!(page(false).start(Some("ws://yodel.test:8000\\@evil")), {
            StartAction::Invalid("ws://yodel.test:8000\\@evil".into())
        });
    }

    #[test]
    fn dials_the_own_server_without_a_request() {
        for nothing in [None, Some(""), Some(" ")] {
            assert_eq!(page(false).start(nothing), StartAction::Dial("ws://yodel.test:8000/ws".into()));
        }
    }

    #[test]
    fn puts_only_other_addresses_into_the_query() {
        let page = page(false);
        assert_eq!(page.query_value(&page.default_url()), None);
        assert_eq!(page.query_value("ws://yodel.test:8000/ws/echo").as_deref(), Some("/ws/echo"));
        assert_eq!(page.query_value("ws://other/ws").as_deref(), Some("ws://other/ws"));
        assert_eq!(page.query_value("ws://yodel.test:80000/ws").as_deref(), Some("ws://yodel.test:80000/ws"));
        for path in PATHS {
            let url = page.resolve(path).unwrap();
            assert_eq!(page.start(page.query_value(&url).as_deref()), StartAction::Dial(url));
        }
    }

    #[test]
    fn origin_ends_before_the_path() {
        for url in ["ws://a:1/ws", "ws://a:1", "ws://a:1?x=/y", "ws://a:1/ws?to=ws://b"] {
            assert_eq!(origin_of(url), "ws://a:1", "{url}");
        }
        assert_ne!(origin_of("ws://a/ws"), origin_of("wss://a/ws"), "a token for TLS is not sent without TLS");
    }

    #[test]
    fn replaces_ws_with_wss() {
        assert_eq!(with_tls("ws://a/ws"), "wss://a/ws");
        assert_eq!(with_tls("wss://a/ws"), "wss://a/ws");
    }
}
