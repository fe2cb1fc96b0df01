//! An HTTP/2 client over TLS, on the `h2` crate. Its streams can carry a WebSocket (RFC 8441).

use std::net::SocketAddr;
use std::path::Path;

use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use h2::ext::Protocol;
use h2::{Reason, RecvStream, SendStream};
use tokio_tungstenite::tungstenite::http::request::Builder;
use tokio_tungstenite::tungstenite::http::{HeaderMap, Method, Request, StatusCode, Uri};
use tokio_util::task::AbortOnDropHandle;

use crate::{tls, with_timeout};

/// An HTTP/2 connection; closed when this and all of its streams are dropped.
#[derive(Debug)]
pub struct Http2 {
    requests: SendRequest<Bytes>,
    connection: AbortOnDropHandle<Result<(), h2::Error>>,
    /// Host and port of the server: `localhost:PORT`.
    pub authority: String,
}

/// A response with its whole body.
#[derive(Debug)]
pub struct Http2Response {
    /// Status code.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text.
    pub body: String,
}

/// A WebSocket on an HTTP/2 stream.
#[derive(Debug)]
pub struct Http2Stream {
    writer: SendStream<Bytes>,
    reader: RecvStream,
}

impl Http2Response {
    /// Returns the value of a header. Panics when it is missing or not text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_else(|| panic!("{name}: {self:?}"))
    }
}

impl Http2 {
    /// Connects and trusts only the certificate in this file.
    pub async fn connect(address: SocketAddr, trusted: &Path) -> Self {
        let stream = tls::connect_with_alpn(&[b"h2"], address, trusted).await.expect("TLS handshake succeeds");
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]), "server negotiates HTTP/2");
        let (requests, connection) = with_timeout("a connection", h2::client::handshake(stream)).await.expect("HTTP/2");
        let connection = AbortOnDropHandle::new(tokio::spawn(connection));
        Self { requests, connection, authority: format!("localhost:{}", address.port()) }
    }

    /// Waits for the server's `SETTINGS_ENABLE_CONNECT_PROTOCOL` (RFC 8441 §3).
    pub async fn wait_for_extended_connect(&self) {
        with_timeout("SETTINGS_ENABLE_CONNECT_PROTOCOL", async {
            while !self.requests.is_extended_connect_protocol_enabled() {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Returns a request builder for this path.
    pub fn request(&self, method: Method, path: &str) -> Builder {
        let url = Uri::builder().scheme("https").authority(self.authority.as_str()).path_and_query(path);
        Request::builder().method(method).uri(url.build().expect("valid URI"))
    }

    /// Returns a request builder for an extended CONNECT to this path.
    pub fn websocket(&self, path: &str) -> Builder {
        let request = self.request(Method::CONNECT, path).extension(Protocol::from_static("websocket"));
        request.header("sec-websocket-version", "13")
    }

    /// Sends a request without a body and reads the response.
    pub async fn send_request(&mut self, request: Builder) -> Http2Response {
        let (response, _) = self.send(request, true).await;
        read_response(response).await
    }

    /// Opens a WebSocket. Returns the response of a rejected handshake as the error.
    pub async fn try_open(&mut self, request: Builder) -> Result<Http2Stream, Http2Response> {
        self.wait_for_extended_connect().await;
        let (response, writer) = self.send(request, false).await;
        let response = with_timeout("a response", response).await.expect("stream is not reset");
        let (head, reader) = response.into_parts();
        if head.status == StatusCode::OK {
            return Ok(Http2Stream { writer, reader });
        }
        Err(Http2Response { status: head.status, headers: head.headers, body: text(reader).await })
    }

    /// Opens a WebSocket at this path. Panics when it is rejected.
    pub async fn open(&mut self, path: &str) -> Http2Stream {
        let request = self.websocket(path);
        self.try_open(request).await.unwrap_or_else(|response| panic!("{path}: {response:?}"))
    }

    /// Opens a WebSocket and resets its stream before the response. Returns whether the connection is still open.
    pub async fn open_and_reset(&mut self, path: &str) -> bool {
        self.wait_for_extended_connect().await;
        let request = self.websocket(path).body(()).expect("valid request");
        let ready = with_timeout("capacity for a stream", self.requests.clone().ready()).await;
        let Ok(mut requests) = ready else { return false };
        let Ok((_response, mut writer)) = requests.send_request(request, false) else { return false };
        writer.send_reset(Reason::CANCEL);
        true
    }

    /// Waits until the server closes the connection, which the client keeps open.
    pub async fn closed_by_server(&mut self) {
        let ended = with_timeout("the end of the connection", &mut self.connection).await;
        let _ = ended.expect("connection task does not panic");
    }

    /// Waits until the server closes the connection.
    pub async fn closed(self) {
        drop(self.requests);
        let _ =
            with_timeout("the end of the connection", self.connection).await.expect("connection task does not panic");
    }

    async fn send(&mut self, request: Builder, end_of_stream: bool) -> (ResponseFuture, SendStream<Bytes>) {
        let mut requests =
            with_timeout("capacity for a stream", self.requests.clone().ready()).await.expect("connection is open");
        requests.send_request(request.body(()).expect("valid request"), end_of_stream).expect("connection is open")
    }
}

async fn read_response(response: ResponseFuture) -> Http2Response {
    let (head, body) = with_timeout("a response", response).await.expect("stream is not reset").into_parts();
    Http2Response { status: head.status, headers: head.headers, body: text(body).await }
}

async fn text(mut body: RecvStream) -> String {
    let bytes = read(&mut body, |_| false).await;
    String::from_utf8(bytes).expect("body is UTF-8")
}

/// Reads until `enough` returns `true` or the stream ends.
async fn read(reader: &mut RecvStream, enough: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    while !enough(&bytes)
        && let Some(data) = with_timeout("data", reader.data()).await
    {
        let data = data.expect("stream is not reset");
        reader.flow_control().release_capacity(data.len()).expect("capacity was received before");
        bytes.extend(data);
    }
    bytes
}

impl Http2Stream {
    /// Queues bytes, which are sent when flow control permits.
    pub fn write(&mut self, bytes: Vec<u8>) {
        self.writer.send_data(bytes.into(), false).expect("stream is open");
    }

    /// Reads exactly `length` bytes.
    pub async fn read(&mut self, length: usize) -> Vec<u8> {
        let bytes = read(&mut self.reader, |bytes| bytes.len() >= length).await;
        assert_eq!(bytes.len(), length, "{bytes:?}");
        bytes
    }

    /// Reads until the server ends its side of the stream.
    pub async fn read_to_end(&mut self) -> Vec<u8> {
        read(&mut self.reader, |_| false).await
    }

    /// Waits until the server resets the stream, and returns the reason.
    pub async fn reset_by_server(&mut self) -> Reason {
        let reset = std::future::poll_fn(|context| self.writer.poll_reset(context));
        with_timeout("a reset of the stream", reset).await.expect("connection is open")
    }

    /// Ends the client's side of the stream.
    pub fn end(&mut self) {
        self.writer.send_data(Bytes::new(), true).expect("stream is open");
    }

    /// Resets the stream with `CANCEL`.
    pub fn reset(mut self) {
        self.writer.send_reset(Reason::CANCEL);
    }
}
