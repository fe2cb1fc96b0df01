//! The handshake (RFC 6455, section 4): a request, and whether the answer is the right one.

use std::fmt::Write;

use httparse::{EMPTY_HEADER, Response, Status};

use super::answer::{Answer, Deflate, Fields};
use super::error::{LoadError, excerpt};
use super::options::Common;
use crate::websocket::extension::NAME;
use crate::websocket::handshake::accept;
use crate::websocket::header::has_token;

/// How many headers an answer may have.
const MOST_HEADERS: usize = 64;

/// What is asked for, and compared with the answer.
#[derive(Debug)]
pub struct Upgrade {
    /// The request without its key.
    head: String,
    subprotocol: Option<String>,
    compression: bool,
}

impl Upgrade {
    /// What these options ask for.
    pub fn new(common: &Common) -> Self {
        let host = common.header.iter().find(|header| header.is("host")).map(|header| header.value.as_str());
        let mut head = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
            common.url.path,
            host.unwrap_or(&common.url.authority),
        );
        let mut line = |name: &str, value: &str| write!(head, "{name}: {value}\r\n").expect("a string takes it");
        for header in common.header.iter().filter(|header| !header.is("host")) {
            line(&header.name, &header.value);
        }
        if let Some(name) = &common.subprotocol {
            line("Sec-WebSocket-Protocol", name);
        }
        if common.compression {
            line("Sec-WebSocket-Extensions", NAME);
        }
        Self { head, subprotocol: common.subprotocol.clone(), compression: common.compression }
    }

    /// The request with this key.
    pub fn request(&self, key: &str) -> String {
        format!("{}Sec-WebSocket-Key: {key}\r\n\r\n", self.head)
    }

    /// Reads the answer, and says how long it is; `None` while it is not all there.
    pub fn answer(&self, key: &str, bytes: &[u8]) -> Result<Option<(Answer, usize)>, LoadError> {
        let mut headers = [EMPTY_HEADER; MOST_HEADERS];
        let mut response = Response::new(&mut headers);
        let no_http = |_| LoadError::Handshake(format!("the answer is no HTTP/1.1: {}", excerpt(bytes)));
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
    fn check(&self, key: &str, fields: &Fields<'_>) -> Result<Option<Deflate>, LoadError> {
        let wrong = |what: String| Err(LoadError::Handshake(what));
        for (name, token) in [("Upgrade", "websocket"), ("Connection", "upgrade")] {
            if !has_token(fields.all(name), token) {
                return wrong(format!("the answer has no {name}: {token}"));
            }
        }
        if fields.get("Sec-WebSocket-Accept") != Some(accept(key.as_bytes()).as_str()) {
            return wrong("Sec-WebSocket-Accept does not belong to the key".to_owned());
        }
        let chosen = fields.get("Sec-WebSocket-Protocol");
        if chosen != self.subprotocol.as_deref() {
            let (asked, chosen) = (self.subprotocol.as_deref().unwrap_or("none"), chosen.unwrap_or("none"));
            return wrong(format!(
                "the subprotocol asked for is {asked}, the server chose {}",
                excerpt(chosen.as_bytes())
            ));
        }
        match fields.get("Sec-WebSocket-Extensions") {
            None => Ok(None),
            Some(line) => Deflate::agreed(line).filter(|_| self.compression).map(Some).ok_or_else(|| {
                LoadError::Handshake(format!("an extension that was not asked for: {}", excerpt(line.as_bytes())))
            }),
        }
    }
}

#[cfg(test)]
impl Upgrade {
    /// What the options ask for when none is given.
    pub fn example() -> Self {
        Self { head: String::new(), subprotocol: None, compression: false }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

    const OPEN: &str = "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n\
                        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

    #[derive(Parser)]
    struct Flags {
        #[command(flatten)]
        common: Common,
    }

    fn upgrade(flags: &[&str]) -> Upgrade {
        let line = ["load", "ws://example.com/ws?a=b"].iter().chain(flags);
        Upgrade::new(&Flags::try_parse_from(line).unwrap_or_else(|error| panic!("{error}")).common)
    }

    fn answer(flags: &[&str], answer: &str) -> Result<Answer, String> {
        let found = upgrade(flags).answer(KEY, answer.as_bytes()).map_err(|error| error.to_string())?;
        let (answer, _) = found.expect("it is all there");
        Ok(answer)
    }

    #[test]
    fn the_request_has_what_was_asked_for() {
        let flags = ["--subprotocol=chat", "--compression", "--header=Origin: http://a.example", "--header=host: b"];
        let request = upgrade(&flags).request(KEY);
        assert!(request.starts_with("GET /ws?a=b HTTP/1.1\r\nHost: b\r\n") && request.ends_with("\r\n\r\n"));
        for line in
            ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: chat", "Origin: http://a.example"]
        {
            assert!(request.contains(&format!("\r\n{line}\r\n")), "{request}");
        }
        assert_eq!(request.to_lowercase().matches("host:").count(), 1);
        assert!(upgrade(&[]).request(KEY).contains("\r\nHost: example.com\r\n"));
    }

    #[test]
    fn an_answer_opens_when_all_of_it_is_there() {
        let whole = format!("{OPEN}\r\n\x01");
        for part in 0..whole.len() - 1 {
            assert!(matches!(upgrade(&[]).answer(KEY, &whole.as_bytes()[..part]), Ok(None)), "{part}");
        }
        let (answer, length) = upgrade(&[]).answer(KEY, whole.as_bytes()).expect("HTTP").expect("all of it");
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
        assert!(
            answer(&["--subprotocol=chat"], &format!("{OPEN}\r\n")).is_err_and(|error| error.contains("chose none"))
        );
    }
}
