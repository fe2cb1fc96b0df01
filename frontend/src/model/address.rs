//! Addresses: what the user typed -> what is dialed.

use yodel_client::{
    Mode, Secret, Target,
    target::{server_of, split_scheme, without_secrets},
};

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
    /// Plain messages; these subprotocols are offered. For an event stream, these are the names of its events that are
    /// received as well as unnamed ones.
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

    /// Completes a typed address, path or host with scheme and host; `None` for an invalid one. An address with
    /// `http(s)://` is an [event stream](is_event_stream).
    /// The browser's parser decides the rest.
    pub fn complete(&self, typed: &str) -> Option<String> {
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
        match split_scheme(typed).filter(|(scheme, _)| !scheme.contains(['/', '?'])) {
            Some((scheme, rest)) => address(known_scheme(scheme)?, rest),
            None => address(self.scheme(), typed),
        }
    }

    /// Returns whether a normalized address is on the page's own host. The part before the path must equal the host,
    /// without a user name.
    pub fn is_own_url(&self, url: &str) -> bool {
        split_scheme(server_of(url)).is_some_and(|(_, host)| host.eq_ignore_ascii_case(&self.host))
    }

    /// Returns the `url` for the page's query, without secrets; `None` for the default address.
    pub fn query_value(&self, url: &str) -> Option<String> {
        let url = without_secrets(url);
        if url == self.default_url() {
            return None;
        }
        let path = url.strip_prefix(&self.own("")).filter(|path| path.starts_with('/'));
        Some(path.unwrap_or(&url).to_owned())
    }

    /// Returns the target of a connection to this address. An automatic plain connection to another server offers no
    /// subprotocol, so it has no token. The subprotocols of an event stream are the names of its events.
    pub fn target(&self, url: String, protocol: &ProtocolChoice, token: Option<String>) -> Target {
        match protocol {
            ProtocolChoice::Plain(names) if is_event_stream(&url) => {
                Target { subprotocols: names.clone(), ..Target::new(url, Mode::Plain) }
            }
            _ if is_event_stream(&url) => Target::new(url, Mode::Plain),
            ProtocolChoice::Automatic if !self.is_own_url(&url) => Target::new(url, Mode::Plain),
            ProtocolChoice::Plain(offered) => {
                let (subprotocols, token) = (offered.clone(), token.map(Secret::new));
                Target { subprotocols, token, ..Target::new(url, Mode::Plain) }
            }
            _ => Target { token: token.map(Secret::new), ..Target::new(url, Mode::Envelope { lobby: true }) },
        }
    }

    fn own(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme(), self.host)
    }

    fn scheme(&self) -> &'static str {
        if self.secure { "wss" } else { "ws" }
    }
}

/// Returns the same address over TLS.
pub fn with_tls(url: &str) -> String {
    match split_scheme(url) {
        Some((scheme @ ("ws" | "http"), rest)) => [scheme, "s://", rest].concat(),
        _ => url.to_owned(),
    }
}

/// Returns whether a normalized address is an event stream (Server-Sent Events) and not a WebSocket.
pub fn is_event_stream(url: &str) -> bool {
    url.starts_with("http")
}

fn known_scheme(typed: &str) -> Option<&'static str> {
    ["ws", "wss", "http", "https"].into_iter().find(|scheme| scheme.eq_ignore_ascii_case(typed))
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

    fn completed(typed: &str) -> Option<String> {
        page(false).complete(typed)
    }

    #[test]
    fn completes_typed_addresses() {
        for (typed, url) in [
            ("/ws/broadcast", "ws://yodel.test:8000/ws/broadcast"),
            (" ws://a:1/ws\n", "ws://a:1/ws"),
            ("WSS://a/ws?x=1", "wss://a/ws?x=1"),
            ("http://a/events", "http://a/events"),
            ("HTTPS://a/events?x=1", "https://a/events?x=1"),
            ("localhost:9000/ws", "ws://localhost:9000/ws"),
            ("//a/ws", "ws://a/ws"),
            ("ws://a/ws#part", "ws://a/ws"),
            ("a/ws?next=http://x", "ws://a/ws?next=http://x"),
            ("a?next=http://x", "ws://a?next=http://x"),
            ("/ws?next=http://x", "ws://yodel.test:8000/ws?next=http://x"),
            ("user:pass@a/ws", "ws://user:pass@a/ws"),
        ] {
            assert_eq!(completed(typed).as_deref(), Some(url), "{typed:?}");
        }
    }

    #[test]
    fn completes_with_wss_on_a_secure_page() {
        assert_eq!(page(true).complete("/ws").as_deref(), Some("wss://yodel.test:8000/ws"));
        assert_eq!(page(true).complete("a:1/ws").as_deref(), Some("wss://a:1/ws"));
        assert_eq!(page(true).default_url(), "wss://yodel.test:8000/ws");
    }

    #[test]
    fn rejects_invalid_addresses() {
        for typed in ["", "  ", "ftp://a", "javascript://a", "ws://", "ws:///ws", "two words", "a\\b", ":80", "#x"] {
            assert_eq!(completed(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn selects_envelope_mode_for_the_own_server_and_on_request() {
        let target = |url: &str, protocol: &ProtocolChoice| page(false).target(url.into(), protocol, Some("t".into()));
        let mode = |url: &str, protocol: &ProtocolChoice| target(url, protocol).mode;
        let (own, other, envelope) = ("ws://yodel.test:8000/ws", "ws://other.test/ws", Mode::Envelope { lobby: true });
        assert_eq!(mode(own, &ProtocolChoice::Automatic), envelope);
        assert_eq!(mode(own, &ProtocolChoice::Plain(Vec::new())), Mode::Plain);
        assert_eq!(mode(other, &ProtocolChoice::Automatic), Mode::Plain);
        assert_eq!(mode(other, &ProtocolChoice::Envelope), envelope);
        assert_eq!(target(other, &ProtocolChoice::Envelope).token, Some(Secret::new("t".into())));
        assert_eq!(target(other, &ProtocolChoice::Automatic).token, None);
        let offered = target(own, &ProtocolChoice::Plain(vec!["chat".into()]));
        assert_eq!((offered.token, offered.subprotocols), (Some(Secret::new("t".into())), vec!["chat".to_owned()]));
    }

    #[test]
    fn an_event_stream_has_plain_messages_and_no_token() {
        for url in ["http://yodel.test:8000/sse/chat", "https://other.test/events"] {
            assert!(is_event_stream(url));
            let target = |protocol: &ProtocolChoice| page(false).target(url.into(), protocol, Some("t".into()));
            for protocol in [ProtocolChoice::Automatic, ProtocolChoice::Envelope] {
                assert_eq!(target(&protocol), Target::new(url, Mode::Plain));
            }
            let named = target(&ProtocolChoice::Plain(vec!["tick".into()]));
            assert_eq!((named.subprotocols, named.token), (vec!["tick".to_owned()], None));
        }
        assert!(!is_event_stream("ws://http/") && !is_event_stream("wss://a/"));
    }

    #[test]
    fn recognizes_the_own_host() {
        for (url, is_own) in [
            ("ws://yodel.test:8000/x", true),
            ("ws://yodel.test:8000/?a=/b", true),
            ("ws://evil.test/ws", false),
            ("ws://yodel.test/ws", false),
            ("ws://yodel.test:8000@evil.test/", false),
            ("ws://evil.test/?yodel.test:8000", false),
            ("ws://yodel.test:8000.evil.test/ws", false),
        ] {
            assert_eq!(page(false).is_own_url(url), is_own, "{url}");
        }
    }

    #[test]
    fn puts_only_other_addresses_into_the_query() {
        let page = page(false);
        assert_eq!(page.query_value(&page.default_url()), None);
        assert_eq!(page.query_value("ws://yodel.test:8000/ws/echo").as_deref(), Some("/ws/echo"));
        assert_eq!(page.query_value("ws://other/ws").as_deref(), Some("ws://other/ws"));
        assert_eq!(page.query_value("ws://yodel.test:80000/ws").as_deref(), Some("ws://yodel.test:80000/ws"));
        for path in &PATHS[1..] {
            let url = page.complete(path).unwrap();
            assert_eq!(page.query_value(&url).and_then(|link| page.complete(&link)), Some(url));
        }
        assert_eq!(page.query_value("http://yodel.test:8000/ws").as_deref(), Some("http://yodel.test:8000/ws"));
        for secret in ["ws://other/ws?token=abc", "ws://user:abc@other/ws"] {
            assert_eq!(page.query_value(secret).as_deref(), Some("ws://other/ws"), "{secret}");
        }
        assert_eq!(page.query_value("ws://yodel.test:8000/ws/echo?token=abc").as_deref(), Some("/ws/echo"));
        assert_eq!(page.query_value("ws://yodel.test:8000/ws?token=abc"), None);
    }

    #[test]
    fn adds_tls_to_an_address() {
        assert_eq!(with_tls("ws://a/ws"), "wss://a/ws");
        assert_eq!(with_tls("http://a/events"), "https://a/events");
        assert_eq!(with_tls("wss://a/ws"), "wss://a/ws");
    }
}
