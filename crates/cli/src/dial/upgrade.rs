//! The handshake (RFC 6455, section 4): a request, and whether the answer is the right one.

use std::fmt::Write;

use httparse::{EMPTY_HEADER, Response, Status};

use super::answer::{Answer, Deflate, Fields};
use super::{Address, DialError, Header, excerpt};
use yodel_websocket::extension::NAME;
use yodel_websocket::handshake::accept;
use yodel_websocket::header::has_token;

/// How many headers an answer may have.
const MOST_HEADERS: usize = 64;

/// What a handshake asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// The server.
    pub url: &'a Address,
    /// Further headers.
    pub headers: &'a [Header],
    /// Subprotocols of which the server has to choose one.
    pub subprotocols: &'a [String],
    /// Whether messages may be compressed.
    pub compression: bool,
}

/// A request, and what the answer is compared with.
#[derive(Debug)]
pub struct Upgrade {
    /// The request without its key.
    head: String,
    subprotocols: Vec<String>,
    compression: bool,
}

impl Upgrade {
    /// Asks for this.
    pub fn new(wish: Wish<'_>) -> Self {
        let host = wish.headers.iter().find(|header| header.is("host")).map(|header| header.value.as_str());
        let mut head = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
            wish.url.path(),
            host.unwrap_or(wish.url.authority()),
        );
        let mut line = |name: &str, value: &str| write!(head, "{name}: {value}\r\n").expect("a string takes it");
        for header in wish.headers.iter().filter(|header| !header.is("host")) {
            line(&header.name, &header.value);
        }
        if !wish.subprotocols.is_empty() {
            line("Sec-WebSocket-Protocol", &wish.subprotocols.join(", "));
        }
        if wish.compression {
            line("Sec-WebSocket-Extensions", NAME);
        }
        Self { head, subprotocols: wish.subprotocols.to_vec(), compression: wish.compression }
    }

    /// The request with this key.
    pub fn request(&self, key: &str) -> String {
        format!("{}Sec-WebSocket-Key: {key}\r\n\r\n", self.head)
    }

    /// Reads the answer, and says how long it is; `None` while it is not all there.
    pub fn answer(&self, key: &str, bytes: &[u8]) -> Result<Option<(Answer, usize)>, DialError> {
        let mut headers = [EMPTY_HEADER; MOST_HEADERS];
        let mut response = Response::new(&mut headers);
        let no_http = |_| DialError::Handshake(format!("the answer is no HTTP/1.1: {}", excerpt(bytes)));
        let Status::Complete(length) = response.parse(bytes).map_err(no_http)? else {
            return Ok(None);
        };
        let fields = Fields(response.headers);
        let answer = match response.code {
            Some(101) => Answer::Open { deflate: self.check(key, &fields)? },
            code => Answer::refused(code.unwrap_or_default(), response.reason.unwrap_or_default(), &fields),
        };
        Ok(Some((answer, length)))
    }

    /// What has to be in a 101 (section 4.1).
    fn check(&self, key: &str, fields: &Fields<'_>) -> Result<Option<Deflate>, DialError> {
        let wrong = |what: String| Err(DialError::Handshake(what));
        for (name, token) in [("Upgrade", "websocket"), ("Connection", "upgrade")] {
            if !has_token(fields.all(name), token) {
                return wrong(format!("the answer has no {name}: {token}"));
            }
        }
        if fields.get("Sec-WebSocket-Accept") != Some(accept(key.as_bytes()).as_str()) {
            return wrong("Sec-WebSocket-Accept does not belong to the key".to_owned());
        }
        let chosen = fields.get("Sec-WebSocket-Protocol");
        let is_asked_for = |chosen| self.subprotocols.iter().any(|asked| asked == chosen);
        if !chosen.map_or(self.subprotocols.is_empty(), is_asked_for) {
            let asked = if self.subprotocols.is_empty() { "none".to_owned() } else { self.subprotocols.join(", ") };
            let chosen = excerpt(chosen.unwrap_or("none").as_bytes());
            return wrong(format!("the subprotocol asked for is {asked}, the server chose {chosen}"));
        }
        match fields.get("Sec-WebSocket-Extensions") {
            None => Ok(None),
            Some(line) => Deflate::agreed(line).filter(|_| self.compression).map(Some).ok_or_else(|| {
                DialError::Handshake(format!("an extension that was not asked for: {}", excerpt(line.as_bytes())))
            }),
        }
    }
}

#[cfg(test)]
impl Upgrade {
    /// What the options ask for when none is given.
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

    fn upgrade(headers: &[&str], subprotocols: &[&str], compression: bool) -> Upgrade {
        let url = Address::parse("ws://example.com/ws?a=b").expect("a URL");
        let headers: Vec<Header> = headers.iter().map(|text| Header::parse(text).expect("a header")).collect();
        let subprotocols: Vec<String> = subprotocols.iter().map(ToString::to_string).collect();
        Upgrade::new(Wish { url: &url, headers: &headers, subprotocols: &subprotocols, compression })
    }

    fn answer(subprotocols: &[&str], answer: &str) -> Result<Answer, String> {
        let found =
            upgrade(&[], subprotocols, false).answer(KEY, answer.as_bytes()).map_err(|error| error.to_string())?;
        let (answer, _) = found.expect("it is all there");
        Ok(answer)
    }

    #[test]
    fn the_request_has_what_was_asked_for() {
        let request = upgrade(&["Origin: http://a.example", "host: b"], &["chat", "talk"], true).request(KEY);
        assert!(request.starts_with("GET /ws?a=b HTTP/1.1\r\nHost: b\r\n") && request.ends_with("\r\n\r\n"));
        for line in [
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol: chat, talk",
            "Origin: http://a.example",
        ] {
            assert!(request.contains(&format!("\r\n{line}\r\n")), "{request}");
        }
        assert_eq!(request.to_lowercase().matches("host:").count(), 1);
        assert!(upgrade(&[], &[], false).request(KEY).contains("\r\nHost: example.com\r\n"));
    }

    #[test]
    fn an_answer_opens_when_all_of_it_is_there() {
        let whole = format!("{OPEN}\r\n\x01");
        for part in 0..whole.len() - 1 {
            assert!(matches!(upgrade(&[], &[], false).answer(KEY, &whole.as_bytes()[..part]), Ok(None)), "{part}");
        }
        let (answer, length) =
            upgrade(&[], &[], false).answer(KEY, whole.as_bytes()).expect("HTTP").expect("all of it");
        assert_eq!((answer, length), (Answer::Open { deflate: None }, whole.len() - 1));
    }

    #[test]
    fn an_answer_that_misses_something_is_none() {
        for (from, to, what) in [
            ("WebSocket", "h2c", "no Upgrade"),
            ("keep-alive, Upgrade", "close", "no Connection"),
            ("s3pP", "S3pP", "does not belong to the key"),
            ("Connection:", "Sec-WebSocket-Protocol: chat\r\nConnection:", "the server chose chat"),
            ("Connection:", "Sec-WebSocket-Extensions: permessage-deflate\r\nConnection:", "not asked for"),
            ("HTTP/1.1", "SSH-2.0", "no HTTP"),
        ] {
            let error = answer(&[], &format!("{}\r\n", OPEN.replace(from, to))).expect_err(what);
            assert!(error.contains(what), "{error}");
        }
        assert!(answer(&["chat"], &format!("{OPEN}\r\n")).is_err_and(|error| error.contains("chose none")));
    }

    #[test]
    fn a_server_chooses_one_of_the_subprotocols() {
        let chosen = |name: &str| answer(&["chat", "talk"], &format!("{OPEN}Sec-WebSocket-Protocol: {name}\r\n\r\n"));
        assert!(chosen("talk").is_ok() && chosen("chat").is_ok());
        assert!(chosen("sing").is_err_and(|error| error.contains("asked for is chat, talk, the server chose sing")));
    }
}
