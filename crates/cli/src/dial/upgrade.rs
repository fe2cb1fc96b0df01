//! The request of the handshake (RFC 6455, section 4.1), and the validation of its response.

use std::fmt::Write;

use httparse::{EMPTY_HEADER, Response, Status};

use super::response::{DeflateParams, ResponseHeaders, UpgradeResponse};
use super::tls_error::is_tls_record;
use super::{Address, DialError, Header, excerpt};
use yodel_protocol::TOKEN_SUBPROTOCOL_PREFIX;
use yodel_websocket::extension::NAME;
use yodel_websocket::handshake::accept;
use yodel_websocket::header::has_token;

/// Largest number of headers in a response.
const MAX_HEADERS: usize = 64;

/// Options of a handshake.
#[derive(Clone, Copy, Debug)]
pub struct UpgradeOptions<'a> {
    /// The server's URL.
    pub url: &'a Address,
    /// Additional headers.
    pub headers: &'a [Header],
    /// Offered subprotocols, and perhaps a token; the server must select one of the subprotocols.
    pub subprotocols: &'a [String],
    /// Offers permessage-deflate.
    pub compression: bool,
}

/// The request of a handshake, and what its response must match.
#[derive(Debug)]
pub struct UpgradeRequest {
    /// The request without the line of its key.
    head: String,
    /// The offered subprotocols. Without tokens, which the server must not select.
    subprotocols: Vec<String>,
    compression: bool,
}

impl UpgradeRequest {
    /// Creates the request with these options.
    pub fn new(options: UpgradeOptions<'_>) -> Self {
        let host = options.headers.iter().find(|header| header.is("host")).map(|header| header.value.as_str());
        let mut head = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
            options.url.path(),
            host.unwrap_or(options.url.authority()),
        );
        let mut line =
            |name: &str, value: &str| write!(head, "{name}: {value}\r\n").expect("writing to a string succeeds");
        for header in options.headers.iter().filter(|header| !header.is("host")) {
            line(&header.name, &header.value);
        }
        if !options.subprotocols.is_empty() {
            line("Sec-WebSocket-Protocol", &options.subprotocols.join(", "));
        }
        if options.compression {
            line("Sec-WebSocket-Extensions", NAME);
        }
        let subprotocols = options.subprotocols.iter().filter(|name| !is_bearer_token(name)).cloned().collect();
        Self { head, subprotocols, compression: options.compression }
    }

    /// Returns the request with this `Sec-WebSocket-Key`.
    pub fn encode(&self, key: &str) -> String {
        format!("{}Sec-WebSocket-Key: {key}\r\n\r\n", self.head)
    }

    /// Parses the response to the request with this key. Returns it with its length in bytes, or `None` while it is
    /// incomplete.
    ///
    /// # Errors
    /// Returns [`DialError::Handshake`] if the response is not HTTP/1.1 or does not match the request.
    pub fn parse_response(&self, key: &str, bytes: &[u8]) -> Result<Option<(UpgradeResponse, usize)>, DialError> {
        let mut buffer = [EMPTY_HEADER; MAX_HEADERS];
        let mut response = Response::new(&mut buffer);
        let invalid = |_| not_http(bytes);
        let Status::Complete(length) = response.parse(bytes).map_err(invalid)? else {
            return Ok(None);
        };
        let headers = ResponseHeaders(response.headers);
        let parsed = match response.code {
            Some(101) => UpgradeResponse::Accepted { deflate: self.validate(key, &headers)? },
            code => UpgradeResponse::rejected(code.unwrap_or_default(), response.reason.unwrap_or_default(), &headers),
        };
        Ok(Some((parsed, length)))
    }

    /// Validates a response with status 101 (section 4.1).
    fn validate(&self, key: &str, headers: &ResponseHeaders<'_>) -> Result<Option<DeflateParams>, DialError> {
        let invalid = |problem: String| Err(DialError::Handshake(problem));
        for (name, token) in [("Upgrade", "websocket"), ("Connection", "upgrade")] {
            if !has_token(headers.get_all(name), token) {
                return invalid(format!("the response has no header {name}: {token}"));
            }
        }
        if headers.get("Sec-WebSocket-Accept") != Some(accept(key.as_bytes()).as_str()) {
            return invalid("Sec-WebSocket-Accept does not match the key".to_owned());
        }
        let selected = headers.get("Sec-WebSocket-Protocol");
        let is_offered = |selected| self.subprotocols.iter().any(|offered| offered == selected);
        if !selected.map_or(self.subprotocols.is_empty(), is_offered) {
            let offered = if self.subprotocols.is_empty() { "none".to_owned() } else { self.subprotocols.join(", ") };
            let selected = match selected {
                Some(names) if names.split(',').any(|name| is_bearer_token(name.trim())) => "the token".to_owned(),
                selected => excerpt(selected.unwrap_or("none").as_bytes()),
            };
            return invalid(format!("offered subprotocols: {offered}, the server selected {selected}"));
        }
        match headers.get("Sec-WebSocket-Extensions") {
            None => Ok(None),
            Some(line) => DeflateParams::parse(line).filter(|_| self.compression).map(Some).ok_or_else(|| {
                DialError::Handshake(format!(
                    "the server uses an extension that was not offered: {}",
                    excerpt(line.as_bytes())
                ))
            }),
        }
    }
}

/// Returns `true` if an offer is a token, such as `bearer.TOKEN`, and not a subprotocol.
pub fn is_bearer_token(offer: &str) -> bool {
    offer.starts_with(TOKEN_SUBPROTOCOL_PREFIX)
}

/// Returns the error for a response that is not HTTP/1.1.
fn not_http(bytes: &[u8]) -> DialError {
    if is_tls_record(bytes) {
        return DialError::TlsPort;
    }
    DialError::Handshake(format!("the response is not HTTP/1.1: {}", excerpt(bytes)))
}

#[cfg(test)]
impl UpgradeRequest {
    /// Returns a request without subprotocols and compression.
    pub fn example() -> Self {
        Self { head: String::new(), subprotocols: Vec::new(), compression: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

    const OPEN: &str = "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n\
                        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

    fn upgrade(headers: &[&str], subprotocols: &[&str], compression: bool) -> UpgradeRequest {
        let url = Address::parse("ws://example.com/ws?a=b").expect("a URL");
        let headers: Vec<Header> = headers.iter().map(|text| Header::parse(text).expect("a header")).collect();
        let subprotocols: Vec<String> = subprotocols.iter().map(ToString::to_string).collect();
        UpgradeRequest::new(UpgradeOptions { url: &url, headers: &headers, subprotocols: &subprotocols, compression })
    }

    fn parse(subprotocols: &[&str], response: &str) -> Result<UpgradeResponse, String> {
        let found = upgrade(&[], subprotocols, false)
            .parse_response(KEY, response.as_bytes())
            .map_err(|error| error.to_string())?;
        let (response, _) = found.expect("the response is complete");
        Ok(response)
    }

    #[test]
    fn requests_the_options() {
        let request = upgrade(&["Origin: http://a.example", "host: b"], &["chat", "talk"], true).encode(KEY);
        assert!(request.starts_with("GET /ws?a=b HTTP/1.1\r\nHost: b\r\n") && request.ends_with("\r\n\r\n"));
        for line in [
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol: chat, talk",
            "Origin: http://a.example",
        ] {
            assert!(request.contains(&format!("\r\n{line}\r\n")), "{request}");
        }
        assert_eq!(request.to_lowercase().matches("host:").count(), 1);
        assert!(upgrade(&[], &[], false).encode(KEY).contains("\r\nHost: example.com\r\n"));
    }

    #[test]
    fn accepts_only_a_complete_response() {
        let whole = format!("{OPEN}\r\n\x01");
        for part in 0..whole.len() - 1 {
            assert!(
                matches!(upgrade(&[], &[], false).parse_response(KEY, &whole.as_bytes()[..part]), Ok(None)),
                "{part}"
            );
        }
        let (response, length) =
            upgrade(&[], &[], false).parse_response(KEY, whole.as_bytes()).expect("HTTP").expect("complete");
        assert_eq!((response, length), (UpgradeResponse::Accepted { deflate: None }, whole.len() - 1));
    }

    #[test]
    fn rejects_an_invalid_response() {
        for (from, to, problem) in [
            ("WebSocket", "h2c", "no header Upgrade"),
            ("keep-alive, Upgrade", "close", "no header Connection"),
            ("s3pP", "S3pP", "does not match the key"),
            ("Connection:", "Sec-WebSocket-Protocol: chat\r\nConnection:", "the server selected chat"),
            ("Connection:", "Sec-WebSocket-Extensions: permessage-deflate\r\nConnection:", "not offered"),
            ("HTTP/1.1", "SSH-2.0", "not HTTP"),
        ] {
            let error = parse(&[], &format!("{}\r\n", OPEN.replace(from, to))).expect_err(problem);
            assert!(error.contains(problem), "{error}");
        }
        assert!(parse(&["chat"], &format!("{OPEN}\r\n")).is_err_and(|error| error.contains("selected none")));
    }

    #[test]
    fn accepts_only_an_offered_subprotocol() {
        let select = |name: &str| parse(&["chat", "talk"], &format!("{OPEN}Sec-WebSocket-Protocol: {name}\r\n\r\n"));
        assert!(select("talk").is_ok() && select("chat").is_ok());
        assert!(
            select("sing")
                .is_err_and(|error| error.contains("offered subprotocols: chat, talk, the server selected sing"))
        );
    }

    #[test]
    fn neither_accepts_nor_prints_a_token() {
        let select =
            |offers: &[&str], name: &str| parse(offers, &format!("{OPEN}Sec-WebSocket-Protocol: {name}\r\n\r\n"));
        assert!(select(&["yodel.plain", "bearer.hunter2"], "yodel.plain").is_ok());
        for name in ["bearer.hunter2", "bearer.hunter", "chat, bearer.hunter2", "other"] {
            let error = select(&["chat", "bearer.hunter2"], name).expect_err(name);
            assert!(error.contains("offered subprotocols: chat, the server") && !error.contains("hunter"), "{error}");
        }
        assert!(parse(&["bearer.hunter2"], &format!("{OPEN}\r\n")).is_ok(), "a token alone needs no selection");
        assert!(upgrade(&[], &["chat", "bearer.a"], false).encode(KEY).contains("-Protocol: chat, bearer.a\r\n"));
    }
}
