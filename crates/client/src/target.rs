//! The target of a connection: a server, and everything that belongs to it.

use std::fmt;

use yodel_protocol::{PLAIN_SUBPROTOCOL, SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX};

use crate::{Mode, Secret};

/// Words that mark a query parameter as a secret, see [`without_secrets`].
const SECRET_WORDS: [&str; 9] =
    ["token", "secret", "passw", "auth", "jwt", "key", "credential", "signature", "session"];

/// Address, protocol, subprotocols and token of a connection.
///
/// They change together: a token or a subprotocol of one target is never used with the address of another one.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// The address, `ws://..` or `wss://..`.
    pub url: String,
    /// The mode of the connection.
    pub mode: Mode,
    /// The subprotocols that the handshake offers in plain mode.
    pub subprotocols: Vec<String>,
    /// The token that authenticates the user. In envelope mode the session sends it, and does not use it again when it
    /// has expired; in plain mode it is [offered](Self::offers) in the handshake.
    pub token: Option<Secret>,
}

impl Target {
    /// Creates a target without subprotocols and token.
    pub fn new(url: impl Into<String>, mode: Mode) -> Self {
        Self { url: url.into(), mode, subprotocols: Vec::new(), token: None }
    }

    /// Returns the subprotocols that the handshake of a page offers. One of them may contain the token.
    pub fn offers(&self) -> Vec<String> {
        if let Mode::Envelope { .. } = self.mode {
            return vec![SUBPROTOCOL.to_owned()];
        }
        let mut offers = self.subprotocols.clone();
        if let Some(token) = self.token.clone() {
            offers.retain(|name| name.as_bytes() != PLAIN_SUBPROTOCOL.as_bytes());
            offers.extend([PLAIN_SUBPROTOCOL.to_owned(), [TOKEN_SUBPROTOCOL_PREFIX, &token.reveal()].concat()]);
        }
        offers
    }
}

/// The address is shown without secrets.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("url", &without_secrets(&self.url))
            .field("mode", &self.mode)
            .field("subprotocols", &self.subprotocols)
            .field("token", &self.token)
            .finish()
    }
}

/// Returns the server of an address: scheme, host and port. Tokens and rooms belong to a server, whatever the path.
///
/// Addresses are compared as text: the caller normalizes upper case and default ports.
pub fn server_of(url: &str) -> &str {
    &url[..authority(url).1]
}

/// Returns an address or a relative reference without user name and password, and without the query parameters whose
/// names contain `token`, `secret`, `passw`, `auth`, `jwt`, `key`, `credential`, `signature` or `session` in any case.
///
/// The result may be shown, logged and stored.
pub fn without_secrets(url: &str) -> String {
    let (start, end) = authority(url);
    let host = url.as_bytes()[start..end].iter().rposition(|byte| *byte == b'@').map_or(start, |at| start + at + 1);
    let (path, query) = url[end..].split_once('?').unwrap_or((&url[end..], ""));
    let mut public = [&url[..start], &url[host..end], path].concat();
    let mut separator = '?';
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty() && !is_secret(parameter)) {
        public.push(separator);
        public.push_str(parameter);
        separator = '&';
    }
    public
}

/// Returns the scheme of an address and what follows `://`; `None` if it has no scheme.
pub fn split_scheme(url: &str) -> Option<(&str, &str)> {
    // By bytes, here and in the other functions: the searchers of strings are 0.4 % of the page's download.
    let at = url.as_bytes().windows(3).position(|part| part == b"://")?;
    Some((&url[..at], &url[at + 3..]))
}

/// Returns start and end of user name, host and port in an address. They follow the first `//`, unless that is a part
/// of the path or of the query. Without `//` they are what precedes the first `/`, `?` or `#`, as in a typed `HOST/PATH`.
fn authority(url: &str) -> (usize, usize) {
    let bytes = url.as_bytes();
    let next = |from: usize| {
        let is_end = |byte: &u8| matches!(byte, b'/' | b'?' | b'#');
        bytes[from..].iter().position(is_end).map_or(bytes.len(), |at| from + at)
    };
    let slash = next(0);
    let has_authority = bytes[slash..].starts_with(b"//") && (slash == 0 || bytes[slash - 1] == b':');
    let start = if has_authority { slash + 2 } else { 0 };
    (start, next(start))
}

fn is_secret(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default().to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| name.as_bytes().windows(word.len()).any(|part| part == word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_ends_before_the_path() {
        for url in ["ws://a:1/ws", "ws://a:1", "ws://a:1?x=/y", "ws://a:1/ws?to=ws://b"] {
            assert_eq!(server_of(url), "ws://a:1", "{url}");
        }
        assert_ne!(server_of("ws://a/ws"), server_of("wss://a/ws"), "a token for TLS is not sent without TLS");
    }

    #[test]
    fn offers_the_token_in_plain_mode_with_a_subprotocol_to_select() {
        let token = || Some(Secret::new("a.b.c".to_owned()));
        let offers = |mode, names: &[&str], token| {
            let subprotocols = names.iter().map(|name| (*name).to_owned()).collect();
            Target { subprotocols, token, ..Target::new("ws://a", mode) }.offers()
        };
        assert!(offers(Mode::Plain, &[], None).is_empty());
        assert_eq!(offers(Mode::Plain, &["chat"], None), ["chat"]);
        assert_eq!(offers(Mode::Plain, &[], token()), ["yodel.plain", "bearer.a.b.c"]);
        assert_eq!(offers(Mode::Plain, &["yodel.plain", "chat"], token()), ["chat", "yodel.plain", "bearer.a.b.c"]);
        assert_eq!(offers(Mode::Envelope { lobby: true }, &["chat"], token()), ["yodel.v1"], "a frame has the token");
    }

    #[test]
    fn removes_user_name_and_password() {
        for url in ["ws://user:pass@a:1/ws@2", "ws://user@a:1/ws@2", "ws://us@er:p@a:1/ws@2", "ws://a:1/ws@2"] {
            assert_eq!(without_secrets(url), "ws://a:1/ws@2", "{url}");
        }
        assert_eq!(without_secrets("ws://u:p@a?x=@"), "ws://a?x=@");
    }

    #[test]
    fn removes_parameters_with_secret_names() {
        for secret in [
            "token=t",
            "access_token=t",
            "TOKEN=t",
            "id-token=t",
            "jwt",
            "apiKey=t",
            "api_key=t",
            "key=",
            "auth=t",
            "authorization=t",
            "password=t",
            "client_secret=t",
            "X-Amz-Signature=t",
            "X-Amz-Credential=t",
            "session=t",
        ] {
            for (url, public) in [
                (format!("ws://a/ws?{secret}"), "ws://a/ws"),
                (format!("ws://a/ws?{secret}&room=1"), "ws://a/ws?room=1"),
                (format!("ws://a/ws?room=1&{secret}&{secret}"), "ws://a/ws?room=1"),
                (format!("ws://a?room=1&{secret}&b"), "ws://a?room=1&b"),
            ] {
                assert_eq!(without_secrets(&url), public, "{url}");
            }
        }
        let harmless = "ws://a/token/ws?room=token&next=http://b?c&protocol=yodel.v1";
        assert_eq!(without_secrets(harmless), harmless);
    }

    #[test]
    fn removes_secrets_of_relative_references() {
        for (url, public) in [
            ("/ws?token=t&next=http://b/", "/ws?next=http://b/"),
            ("?token=t", ""),
            ("ws?token=t", "ws"),
            ("//u:p@a/ws?token=t", "//a/ws"),
            ("/a//u@b", "/a//u@b"),
            ("u:p@a/ws?token=t", "a/ws"),
        ] {
            assert_eq!(without_secrets(url), public, "{url}");
        }
    }

    #[test]
    fn debug_output_contains_no_secret() {
        let token = Some(Secret::new("abc".to_owned()));
        let target = Target { token, ..Target::new("ws://abc@a/ws?token=abc", Mode::Plain) };
        let shown = format!("{target:?}");
        assert!(shown.contains("ws://a/ws") && !shown.contains("abc"), "{shown}");
    }
}
