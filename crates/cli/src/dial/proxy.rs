//! HTTP proxies from the environment, as curl reads them: `https_proxy` for `wss` and `https`, `http_proxy` for `ws`
//! and `http`, `all_proxy` for both; `no_proxy` lists the servers that are reached directly.

use std::io;

use http::{HeaderValue, Uri};
use httparse::{EMPTY_HEADER, Response, Status};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Address, DialError, excerpt};

/// Largest response of a proxy, in bytes.
const MAX_RESPONSE: usize = 64 * 1024;

/// HTTP proxy that opens a tunnel to a server with CONNECT (RFC 9110, section 9.3.6).
#[derive(Debug)]
pub struct Proxy {
    /// The proxy's URL, without credentials.
    pub address: Address,
    /// Value of the `Proxy-Authorization` header, marked as sensitive: `Debug` does not print it.
    authorization: Option<HeaderValue>,
}

impl Proxy {
    /// Returns the proxy for this server, or `None` if the environment names none or exempts the server.
    ///
    /// # Errors
    /// Returns [`DialError::Proxy`] if the variable's value cannot be used.
    pub fn find(address: &Address) -> Result<Option<Self>, DialError> {
        Self::from_variables(address, &|name| std::env::var(name).ok())
    }

    fn from_variables(address: &Address, variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>, DialError> {
        let set = |name: &&'static str| variable(name).filter(|value| !value.is_empty()).map(|value| (*name, value));
        // `Matcher::from_env` is not used: it reads HTTP_PROXY, which a CGI server sets from a header of the client,
        // and it connects directly when it cannot parse a variable.
        let names: &[&str] = if address.is_secure() { &["https_proxy", "HTTPS_PROXY"] } else { &["http_proxy"] };
        let Some((variable, url)) = names.iter().chain(&["all_proxy", "ALL_PROXY"]).find_map(set) else {
            return Ok(None);
        };
        let exempt = ["no_proxy", "NO_PROXY"].iter().find_map(set).map(|(_, list)| list).unwrap_or_default();
        let server = uri(address)?;
        let intercept = |proxy: &str| Matcher::builder().all(proxy).no(exempt.as_str()).build().intercept(&server);
        // The matcher ignores a URL that it cannot parse, so it gets a valid placeholder: only whether the server is
        // exempt matters.
        if intercept("http://proxy").is_none() {
            return Ok(None);
        }
        let found = intercept(&url).ok_or_else(|| "expected http://HOST:PORT".to_owned());
        found.and_then(|found| Self::new(&found)).map(Some).map_err(|reason| DialError::Proxy { variable, reason })
    }

    fn new(found: &Intercept) -> Result<Self, String> {
        let scheme = found.uri().scheme_str().unwrap_or_default();
        if scheme != "http" {
            return Err(format!("{scheme} is not supported: expected http://HOST:PORT"));
        }
        let address = Address::parse_http(&found.uri().to_string()).map_err(|_| "expected http://HOST:PORT")?;
        Ok(Self { address, authorization: found.basic_auth().cloned() })
    }

    /// Opens a tunnel to a server through the proxy, over an open connection to the proxy.
    ///
    /// # Errors
    /// Returns an error if the connection fails or if the proxy rejects the request.
    pub async fn tunnel(&self, mut stream: TcpStream, address: &Address) -> Result<TcpStream, DialError> {
        stream.write_all(self.request(address).as_bytes()).await.map_err(DialError::Io)?;
        let mut bytes = Vec::new();
        loop {
            let read = stream.read_buf(&mut bytes).await.map_err(DialError::Io)?;
            if let Some((connected, status)) = parse_response(&bytes).filter(|_| read > 0) {
                let proxy = format!("{}:{}", self.address.host(), self.address.port());
                return if connected { Ok(stream) } else { Err(DialError::Tunnel { proxy, status }) };
            }
            if read == 0 || bytes.len() > MAX_RESPONSE {
                return Err(DialError::Io(io::Error::other("the proxy sent no valid response")));
            }
        }
    }

    fn request(&self, address: &Address) -> String {
        let (host, port) = (address.host(), address.port());
        let server = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
        let credentials = self.authorization.as_ref().and_then(|value| value.to_str().ok());
        let authorization = credentials.map(|value| format!("Proxy-Authorization: {value}\r\n"));
        format!("CONNECT {server} HTTP/1.1\r\nHost: {server}\r\n{}\r\n", authorization.unwrap_or_default())
    }
}

/// Parses the response: whether the tunnel is open, and the status. Returns `None` while the response is incomplete.
fn parse_response(bytes: &[u8]) -> Option<(bool, String)> {
    let mut headers = [EMPTY_HEADER; 64];
    let mut response = Response::new(&mut headers);
    match response.parse(bytes) {
        Ok(Status::Partial) => None,
        // A server waits for its client, so nothing may follow the response.
        Ok(Status::Complete(length)) => {
            let code = response.code.unwrap_or_default();
            let status = format!("{code} {}", response.reason.unwrap_or_default());
            Some(((200..300).contains(&code) && length == bytes.len(), excerpt(status.as_bytes())))
        }
        Err(_) => Some((false, excerpt(bytes))),
    }
}

/// Returns the server's URI with the scheme `http` or `https`, which the matcher needs.
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
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Proxy::from_variables(&address, &variable)
    }

    fn proxy_for(url: &str, variables: &[(&str, &str)]) -> Option<String> {
        let found = find(url, variables).expect("a usable proxy");
        found.map(|proxy| format!("{}:{}", proxy.address.host(), proxy.address.port()))
    }

    #[test]
    fn reads_the_variable_of_each_scheme_and_all_proxy() {
        let all = [("http_proxy", "http://plain:1"), ("https_proxy", "secure:2"), ("all_proxy", "http://all:3/")];
        assert_eq!(proxy_for("ws://a", &all), Some("plain:1".to_owned()));
        assert_eq!(proxy_for("wss://a", &all), Some("secure:2".to_owned()));
        assert_eq!(proxy_for("ws://a", &all[2..]), Some("all:3".to_owned()));
        assert_eq!(proxy_for("wss://a", &[("HTTPS_PROXY", "http://[::1]")]), Some("::1:80".to_owned()));
        assert_eq!(proxy_for("ws://a", &[("HTTP_PROXY", "http://stranger:1")]), None);
        assert_eq!(proxy_for("ws://a", &[("http_proxy", "")]), None);
    }

    #[test]
    fn connects_directly_to_servers_in_no_proxy() {
        let without = |url: &str, list: &str| proxy_for(url, &[("all_proxy", "p:1"), ("no_proxy", list)]).is_none();
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
    fn rejects_an_unusable_proxy() {
        for (invalid, reason) in [
            ("socks5://a:1", "socks5 is not supported"),
            ("https://a:1", "https is not supported"),
            ("ftp://a:1", "http://HOST:PORT"),
            ("http://", "http://HOST:PORT"),
            ("http://a:b", "http://HOST:PORT"),
            ("http://me:hunter2@a:b", "http://HOST:PORT"),
        ] {
            let error = find("ws://a", &[("all_proxy", invalid)]).expect_err(invalid).to_string();
            assert!(error.starts_with("cannot use the proxy in all_proxy: ") && error.contains(reason), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
            let exempt = find("ws://a", &[("all_proxy", invalid), ("no_proxy", "a")]);
            assert!(exempt.is_ok_and(|proxy| proxy.is_none()), "{invalid}");
        }
    }

    #[test]
    fn sends_the_proxy_credentials() {
        let found = find("wss://[::1]/ws", &[("https_proxy", "http://me:p%40ss%@proxy:3128")]);
        let proxy = found.expect("a usable proxy").expect("a proxy");
        let request = proxy.request(&Address::parse("wss://[::1]/ws").expect("a URL"));
        assert_eq!(
            request,
            "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\nProxy-Authorization: Basic bWU6cEBzcyU=\r\n\r\n"
        );
        let debug = format!("{proxy:?}");
        assert!(!debug.contains("p@ss") && !debug.contains("p%40ss") && !debug.contains("bWU6"), "{debug}");
    }

    async fn tunnel(response: &'static str) -> Result<(), String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind a loopback port");
        let port = listener.local_addr().expect("the local address").port();
        tokio::spawn(async move {
            let (mut client, _) = listener.accept().await.expect("accept the client");
            client.read_buf(&mut Vec::new()).await.expect("read the request");
            for part in response.as_bytes().chunks(9) {
                client.write_all(part).await.expect("write to the client");
            }
        });
        let url = format!("http://127.0.0.1:{port}");
        let proxy = Proxy { address: Address::parse_http(&url).expect("a URL"), authorization: None };
        let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("connect to the proxy");
        let address = Address::parse("ws://example.com/ws").expect("a URL");
        proxy.tunnel(stream, &address).await.map(|_| ()).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn opens_a_tunnel_or_reports_the_rejection() {
        assert_eq!(tunnel("HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n").await, Ok(()));
        for (response, reason) in [
            ("HTTP/1.1 407 Login first\r\n\r\n", "rejected the connection: 407 Login first"),
            ("HTTP/1.1 200 OK", "no valid response"),
            ("220 mail.example.com", "rejected the connection: 220 mail"),
        ] {
            let error = tunnel(response).await.expect_err(response);
            assert!(error.contains(reason), "{error}");
        }
    }
}
