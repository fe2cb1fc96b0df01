//! The proxy that the environment names, as curl and others read it: `https_proxy` for `wss`,
//! `http_proxy` for `ws`, `all_proxy` for both, `no_proxy` for servers to be reached without one.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use httparse::{EMPTY_HEADER, Response, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Address, DialError, excerpt};

/// The longest answer of a proxy, in bytes.
const LONGEST: usize = 64 * 1024;

/// A proxy that connects to a server (RFC 9110, section 9.3.6).
#[derive(Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Its name or IP address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// A name and a password, as the header wants them.
    authorization: Option<String>,
}

impl Proxy {
    /// The proxy for this server, if the environment names one.
    ///
    /// # Errors
    /// When what it names is none.
    pub fn find(address: &Address) -> Result<Option<Self>, DialError> {
        Self::find_in(address, &|name| std::env::var(name).ok())
    }

    fn find_in(address: &Address, variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>, DialError> {
        let set = |name: &&'static str| variable(name).filter(|value| !value.is_empty()).map(|value| (*name, value));
        // Not HTTP_PROXY: a server that runs programs sets that from a header of a stranger.
        let names: &[&str] = if address.secure { &["https_proxy", "HTTPS_PROXY"] } else { &["http_proxy"] };
        let Some((variable, url)) = names.iter().chain(&["all_proxy", "ALL_PROXY"]).find_map(set) else {
            return Ok(None);
        };
        if ["no_proxy", "NO_PROXY"].iter().find_map(set).is_some_and(|(_, list)| is_listed(address, &list)) {
            return Ok(None);
        }
        Self::parse(&url).map(Some).map_err(|why| DialError::Proxy { variable, why })
    }

    /// Reads `http://NAME:PASSWORD@HOST:PORT`, of which only the host must be there.
    fn parse(url: &str) -> Result<Self, String> {
        let rest = match url.split_once("://") {
            Some(("http", rest)) => rest,
            Some((scheme, _)) => return Err(format!("{scheme} is not supported, only http://HOST:PORT")),
            None => url,
        };
        let authority = rest.split('/').next().unwrap_or_default();
        let (login, server) = authority.rsplit_once('@').map_or((None, authority), |(login, rest)| (Some(login), rest));
        let (host, port) = match server.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| "its port is no number")?),
            _ => (server, 80),
        };
        let host = host.trim_matches(['[', ']']).to_owned();
        if host.is_empty() {
            return Err("it has no host".to_owned());
        }
        let authorization = login.map(|login| format!("Basic {}", STANDARD.encode(decoded(login))));
        Ok(Self { host, port, authorization })
    }

    /// Has it connect to a server.
    ///
    /// # Errors
    /// When it does not.
    pub async fn tunnel(&self, mut stream: TcpStream, address: &Address) -> Result<TcpStream, DialError> {
        stream.write_all(self.request(address).as_bytes()).await.map_err(DialError::Broken)?;
        let mut bytes = Vec::new();
        loop {
            let read = stream.read_buf(&mut bytes).await.map_err(DialError::Broken)?;
            if let Some((connected, status)) = answer(&bytes).filter(|_| read > 0) {
                let proxy = format!("{}:{}", self.host, self.port);
                return if connected { Ok(stream) } else { Err(DialError::Tunnel { proxy, status }) };
            }
            if read == 0 || bytes.len() > LONGEST {
                return Err(DialError::Broken(io::Error::other("the proxy gave no answer")));
            }
        }
    }

    fn request(&self, address: &Address) -> String {
        let host = if address.host.contains(':') { format!("[{}]", address.host) } else { address.host.clone() };
        let server = format!("{host}:{}", address.port);
        let login = self.authorization.as_ref().map(|login| format!("Proxy-Authorization: {login}\r\n"));
        format!("CONNECT {server} HTTP/1.1\r\nHost: {server}\r\n{}\r\n", login.unwrap_or_default())
    }
}

/// Whether it connects, and the status line; `None` while the answer is not all there.
fn answer(bytes: &[u8]) -> Option<(bool, String)> {
    let mut headers = [EMPTY_HEADER; 64];
    let mut response = Response::new(&mut headers);
    match response.parse(bytes) {
        Ok(Status::Partial) => None,
        // A server waits for its client, so nothing comes behind the answer.
        Ok(Status::Complete(length)) => {
            let code = response.code.unwrap_or_default();
            let status = format!("{code} {}", response.reason.unwrap_or_default());
            Some(((200..300).contains(&code) && length == bytes.len(), excerpt(status.as_bytes())))
        }
        Err(_) => Some((false, excerpt(bytes))),
    }
}

/// Whether a list such as `localhost,.example.com,10.0.0.1:8000` has this server in it.
fn is_listed(address: &Address, list: &str) -> bool {
    let names = list.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| name.trim_start_matches("*.").trim_start_matches('.')).any(|name| {
        let (host, port) = match name.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') => (host, port.parse().ok()),
            _ => (name.trim_matches(['[', ']']), Some(address.port)),
        };
        let server = address.host.to_ascii_lowercase();
        let host = host.to_ascii_lowercase();
        let fits = server == host || server.strip_suffix(&host).is_some_and(|rest| rest.ends_with('.'));
        name == "*" || fits && port == Some(address.port)
    })
}

/// Undoes the percent-encoding of a name and password.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
        let escaped = if *first == b'%' { after.get(..2).and_then(hex) } else { None };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    fn found(url: &str, variables: &[(&str, &str)]) -> Option<String> {
        let address = Address::parse(url).expect(url);
        let variable = |name: &str| variables.iter().find(|(is, _)| *is == name).map(|(_, value)| (*value).to_owned());
        let found = Proxy::find_in(&address, &variable).expect("it can be used");
        found.map(|proxy| format!("{}:{}", proxy.host, proxy.port))
    }

    #[test]
    fn each_scheme_has_its_variable_and_both_have_one() {
        let all = [("http_proxy", "http://plain:1"), ("https_proxy", "secure:2"), ("all_proxy", "http://all:3/")];
        assert_eq!(found("ws://a", &all), Some("plain:1".to_owned()));
        assert_eq!(found("wss://a", &all), Some("secure:2".to_owned()));
        assert_eq!(found("ws://a", &all[2..]), Some("all:3".to_owned()));
        assert_eq!(found("wss://a", &[("HTTPS_PROXY", "http://[::1]")]), Some("::1:80".to_owned()));
        assert_eq!(found("ws://a", &[("HTTP_PROXY", "http://stranger:1")]), None);
        assert_eq!(found("ws://a", &[("http_proxy", "")]), None);
    }

    #[test]
    fn servers_that_are_listed_are_reached_without_one() {
        let without = |url: &str, list: &str| found(url, &[("all_proxy", "p:1"), ("no_proxy", list)]).is_none();
        for (url, list) in [
            ("ws://localhost:8000", "example.com,localhost"),
            ("ws://a.example.com", ".example.com"),
            ("ws://a.Example.com", "example.COM"),
            ("ws://example.com", "*.example.com"),
            ("ws://10.0.0.1:8000", "10.0.0.1:8000"),
            ("ws://[::1]:8000", "::1"),
            ("ws://anything", "*"),
        ] {
            assert!(without(url, list), "{url} {list}");
        }
        for (url, list) in [
            ("ws://localhost", ""),
            ("ws://badexample.com", "example.com"),
            ("ws://10.0.0.1:8000", "10.0.0.1:80"),
            ("ws://10.0.0.1:8000", "10.0.0.1:http"),
        ] {
            assert!(!without(url, list), "{url} {list}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_said() {
        for wrong in ["socks5://a:1", "https://a:1", "http://", "http://a:b"] {
            assert!(Proxy::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_and_a_password_go_along() {
        let proxy = Proxy::parse("http://me:p%40ss%@proxy:3128").expect("a proxy");
        let request = proxy.request(&Address::parse("wss://[::1]/ws").expect("a URL"));
        assert_eq!(
            request,
            "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\nProxy-Authorization: Basic bWU6cEBzcyU=\r\n\r\n"
        );
    }

    async fn tunnel(said: &'static str) -> Result<(), String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        tokio::spawn(async move {
            let (mut client, _) = listener.accept().await.expect("a client");
            client.read_buf(&mut Vec::new()).await.expect("a request");
            for part in said.as_bytes().chunks(9) {
                client.write_all(part).await.expect("it is there");
            }
        });
        let proxy = Proxy { host: "127.0.0.1".to_owned(), port, authorization: None };
        let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a proxy");
        let address = Address::parse("ws://example.com/ws").expect("a URL");
        proxy.tunnel(stream, &address).await.map(|_| ()).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn it_connects_or_says_why_not() {
        assert_eq!(tunnel("HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n").await, Ok(()));
        for (said, why) in [
            ("HTTP/1.1 407 Login first\r\n\r\n", "refused to connect: 407 Login first"),
            ("HTTP/1.1 200 OK", "no answer"),
            ("220 mail.example.com", "refused to connect: 220 mail"),
        ] {
            let error = tunnel(said).await.expect_err(said);
            assert!(error.contains(why), "{error}");
        }
    }
}
