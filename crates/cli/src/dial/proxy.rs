//! The proxy that the environment names, as curl and others read it: `https_proxy` for `wss`,
//! `http_proxy` for `ws`, `all_proxy` for both, `no_proxy` for servers to be reached without one.

use std::io;

use http::{HeaderValue, Uri};
use httparse::{EMPTY_HEADER, Response, Status};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Address, DialError, excerpt};

/// The longest answer of a proxy, in bytes.
const LONGEST: usize = 64 * 1024;

/// A proxy that connects to a server (RFC 9110, section 9.3.6).
#[derive(Debug)]
pub struct Proxy {
    /// Its URL, without credentials.
    pub address: Address,
    /// Value of the `Proxy-Authorization` header, marked as sensitive: `Debug` does not print it.
    authorization: Option<HeaderValue>,
}

impl Proxy {
    /// Returns the proxy for this server, if the environment names one.
    ///
    /// # Errors
    /// When what it names is none.
    pub fn find(address: &Address) -> Result<Option<Self>, DialError> {
        Self::find_in(address, &|name| std::env::var(name).ok())
    }

    fn find_in(address: &Address, variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>, DialError> {
        let set = |name: &&'static str| variable(name).filter(|value| !value.is_empty()).map(|value| (*name, value));
        // Not `Matcher::from_env`: that reads HTTP_PROXY, which a server that runs programs sets from a header of a
        // stranger, and it connects without a proxy when it cannot read a variable.
        let names: &[&str] = if address.is_secure() { &["https_proxy", "HTTPS_PROXY"] } else { &["http_proxy"] };
        let Some((variable, url)) = names.iter().chain(&["all_proxy", "ALL_PROXY"]).find_map(set) else {
            return Ok(None);
        };
        let exempt = ["no_proxy", "NO_PROXY"].iter().find_map(set).map(|(_, list)| list).unwrap_or_default();
        let server = uri(address)?;
        let intercept = |proxy: &str| Matcher::builder().all(proxy).no(exempt.as_str()).build().intercept(&server);
        // The matcher ignores a URL that it cannot use: any other one tells whether the server is exempt.
        if intercept("http://proxy").is_none() {
            return Ok(None);
        }
        let found = intercept(&url).ok_or_else(|| "allowed is http://HOST:PORT".to_owned());
        found.and_then(|found| Self::new(&found)).map(Some).map_err(|why| DialError::Proxy { variable, why })
    }

    fn new(found: &Intercept) -> Result<Self, String> {
        let scheme = found.uri().scheme_str().unwrap_or_default();
        if scheme != "http" {
            return Err(format!("{scheme} is not supported, only http://HOST:PORT"));
        }
        let address = Address::parse_http(&found.uri().to_string()).map_err(|_| "allowed is http://HOST:PORT")?;
        Ok(Self { address, authorization: found.basic_auth().cloned() })
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
                let proxy = format!("{}:{}", self.address.host(), self.address.port());
                return if connected { Ok(stream) } else { Err(DialError::Tunnel { proxy, status }) };
            }
            if read == 0 || bytes.len() > LONGEST {
                return Err(DialError::Broken(io::Error::other("the proxy gave no answer")));
            }
        }
    }

    fn request(&self, address: &Address) -> String {
        let (host, port) = (address.host(), address.port());
        let server = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
        let login = self.authorization.as_ref().and_then(|login| login.to_str().ok());
        let login = login.map(|login| format!("Proxy-Authorization: {login}\r\n"));
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

/// Returns the server as the matcher knows servers: with the scheme of HTTP.
fn uri(address: &Address) -> Result<Uri, DialError> {
    let scheme = if address.is_secure() { "https" } else { "http" };
    let uri = Uri::builder().scheme(scheme).authority(address.authority()).path_and_query("/").build();
    uri.map_err(|error| DialError::Lookup(address.host().to_owned(), io::Error::other(error)))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    fn find(url: &str, variables: &[(&str, &str)]) -> Result<Option<Proxy>, DialError> {
        let address = Address::parse(url).expect(url);
        let variable = |name: &str| variables.iter().find(|(is, _)| *is == name).map(|(_, value)| (*value).to_owned());
        Proxy::find_in(&address, &variable)
    }

    fn found(url: &str, variables: &[(&str, &str)]) -> Option<String> {
        let found = find(url, variables).expect("it can be used");
        found.map(|proxy| format!("{}:{}", proxy.address.host(), proxy.address.port()))
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
            ("ws://a.example.com", "other.example, example.com"),
            ("ws://10.0.0.1:8000", "10.0.0.1"),
            ("ws://10.0.0.1:8000", "10.0.0.0/8"),
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
        for (wrong, why) in [
            ("socks5://a:1", "socks5 is not supported"),
            ("https://a:1", "https is not supported"),
            ("ftp://a:1", "http://HOST:PORT"),
            ("http://", "http://HOST:PORT"),
            ("http://a:b", "http://HOST:PORT"),
            ("http://me:hunter2@a:b", "http://HOST:PORT"),
        ] {
            let error = find("ws://a", &[("all_proxy", wrong)]).expect_err(wrong).to_string();
            assert!(error.starts_with("the proxy in all_proxy cannot be used: ") && error.contains(why), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
            let exempt = find("ws://a", &[("all_proxy", wrong), ("no_proxy", "a")]);
            assert!(exempt.is_ok_and(|proxy| proxy.is_none()), "{wrong}");
        }
    }

    #[test]
    fn a_name_and_a_password_go_along() {
        let found = find("wss://[::1]/ws", &[("https_proxy", "http://me:p%40ss%@proxy:3128")]);
        let proxy = found.expect("it can be used").expect("a proxy");
        let request = proxy.request(&Address::parse("wss://[::1]/ws").expect("a URL"));
        assert_eq!(
            request,
            "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\nProxy-Authorization: Basic bWU6cEBzcyU=\r\n\r\n"
        );
        let debug = format!("{proxy:?}");
        assert!(!debug.contains("p@ss") && !debug.contains("p%40ss") && !debug.contains("bWU6"), "{debug}");
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
        let url = format!("http://127.0.0.1:{port}");
        let proxy = Proxy { address: Address::parse_http(&url).expect("a URL"), authorization: None };
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
