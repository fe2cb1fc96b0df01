//! Heads of requests that open a connection.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::{HeaderMap, Uri};

/// The target, headers and peer address of a request that opens a connection; cheap to clone.
///
/// The server creates one only if a registered hook has it as an argument, and drops it when the last of
/// these hooks has finished. `Debug` omits query and headers, which can contain tokens and cookies.
#[derive(Clone)]
pub struct RequestHead(Arc<HeadInner>);

struct HeadInner {
    uri: Uri,
    headers: HeaderMap,
    peer: SocketAddr,
}

impl RequestHead {
    pub(crate) fn new(uri: Uri, headers: HeaderMap, peer: SocketAddr) -> Self {
        Self(Arc::new(HeadInner { uri, headers, peer }))
    }

    /// Returns the path of the request, percent-encoded.
    pub fn path(&self) -> &str {
        self.0.uri.path()
    }

    /// Returns the query without `?`, percent-encoded; `None` without a query.
    pub fn query(&self) -> Option<&str> {
        self.0.uri.query()
    }

    /// Returns all headers of the request, credentials included.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Returns the first value of a header; `None` if it is missing or not visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns the address of the peer, which may be a reverse proxy.
    pub fn peer(&self) -> SocketAddr {
        self.0.peer
    }
}

impl fmt::Debug for RequestHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestHead").field("path", &self.path()).field("peer", &self.0.peer).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    #[test]
    fn omits_query_and_headers_from_debug_output() {
        let headers = [(header::COOKIE, HeaderValue::from_static("session=secret"))].into_iter().collect();
        let uri = Uri::from_static("/ws?token=secret");
        let head = RequestHead::new(uri, headers, SocketAddr::from(([127, 0, 0, 1], 1)));
        assert_eq!(
            (head.path(), head.query(), head.header("Cookie")),
            ("/ws", Some("token=secret"), Some("session=secret"))
        );
        assert!(!format!("{head:?}").contains("secret"));
    }
}
