//! HTTP/2 over TLS, whose streams can be a WebSocket (RFC 8441), by somebody else (the `h2` crate).

use std::net::SocketAddr;
use std::path::Path;

use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use h2::ext::Protocol;
use h2::{Reason, RecvStream, SendStream};
use tokio_tungstenite::tungstenite::http::request::Builder;
use tokio_tungstenite::tungstenite::http::{HeaderMap, Method, Request, StatusCode, Uri};
use tokio_util::task::AbortOnDropHandle;

use crate::{soon, tls};

/// A connection; it ends when this and its streams are dropped.
#[derive(Debug)]
pub struct Http2 {
    requests: SendRequest<Bytes>,
    connection: AbortOnDropHandle<Result<(), h2::Error>>,
    /// `localhost:PORT`
    pub authority: String,
}

/// A whole response.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, which is text.
    pub body: String,
}

/// A stream that has become a WebSocket.
#[derive(Debug)]
pub struct Stream {
    writer: SendStream<Bytes>,
    reader: RecvStream,
}

impl Answer {
    /// A header that is there, and text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_else(|| panic!("{name}: {self:?}"))
    }
}

impl Http2 {
    /// Connects and trusts nobody but the holder of this certificate.
    pub async fn connect(address: SocketAddr, trusted: &Path) -> Self {
        let stream = tls::connect_speaking(&[b"h2"], address, trusted).await.expect("TLS");
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]), "the server speaks HTTP/2");
        let (requests, connection) = soon("a connection", h2::client::handshake(stream)).await.expect("HTTP/2");
        let connection = AbortOnDropHandle::new(tokio::spawn(connection));
        Self { requests, connection, authority: format!("localhost:{}", address.port()) }
    }

    /// Waits until the server has said that a stream may be a WebSocket (RFC 8441, section 3).
    pub async fn takes_websockets(&self) {
        soon("SETTINGS_ENABLE_CONNECT_PROTOCOL", async {
            while !self.requests.is_extended_connect_protocol_enabled() {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// A request for this path, to be completed.
    pub fn request(&self, method: Method, path: &str) -> Builder {
        let url = Uri::builder().scheme("https").authority(self.authority.as_str()).path_and_query(path);
        Request::builder().method(method).uri(url.build().expect("a good address"))
    }

    /// The beginning of a WebSocket at this path.
    pub fn websocket(&self, path: &str) -> Builder {
        let request = self.request(Method::CONNECT, path).extension(Protocol::from_static("websocket"));
        request.header("sec-websocket-version", "13")
    }

    /// Sends a request that has no body, and reads the answer.
    pub async fn ask(&mut self, request: Builder) -> Answer {
        let (response, _) = self.send(request, true).await;
        answer(response).await
    }

    /// Opens a WebSocket, or says why not.
    pub async fn try_open(&mut self, request: Builder) -> Result<Stream, Answer> {
        self.takes_websockets().await;
        let (response, writer) = self.send(request, false).await;
        let response = soon("an answer", response).await.expect("it is answered");
        let (head, reader) = response.into_parts();
        if head.status == StatusCode::OK {
            return Ok(Stream { writer, reader });
        }
        Err(Answer { status: head.status, headers: head.headers, body: text(reader).await })
    }

    /// Opens a WebSocket at this path.
    pub async fn open(&mut self, path: &str) -> Stream {
        let request = self.websocket(path);
        self.try_open(request).await.unwrap_or_else(|answer| panic!("{path}: {answer:?}"))
    }

    /// Waits until the server has ended the connection.
    pub async fn ended(self) {
        drop(self.requests);
        let _ = soon("the connection ends", self.connection).await.expect("no panic");
    }

    async fn send(&mut self, request: Builder, whole: bool) -> (ResponseFuture, SendStream<Bytes>) {
        let mut requests = soon("room for a stream", self.requests.clone().ready()).await.expect("it is open");
        requests.send_request(request.body(()).expect("a good request"), whole).expect("it is open")
    }
}

async fn answer(response: ResponseFuture) -> Answer {
    let (head, body) = soon("an answer", response).await.expect("it is answered").into_parts();
    Answer { status: head.status, headers: head.headers, body: text(body).await }
}

async fn text(mut body: RecvStream) -> String {
    let bytes = read(&mut body, |_| false).await;
    String::from_utf8(bytes).expect("text")
}

/// Reads until it is enough or the end.
async fn read(reader: &mut RecvStream, enough: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    while !enough(&bytes)
        && let Some(data) = soon("data", reader.data()).await
    {
        let data = data.expect("the stream is not reset");
        reader.flow_control().release_capacity(data.len()).expect("it was received");
        bytes.extend(data);
    }
    bytes
}

impl Stream {
    /// Sends bytes, as soon as the server takes them.
    pub fn write(&mut self, bytes: Vec<u8>) {
        self.writer.send_data(bytes.into(), false).expect("the stream is open");
    }

    /// Reads exactly so many bytes.
    pub async fn read(&mut self, length: usize) -> Vec<u8> {
        let bytes = read(&mut self.reader, |bytes| bytes.len() >= length).await;
        assert_eq!(bytes.len(), length, "{bytes:?}");
        bytes
    }

    /// Reads until the server ends the stream.
    pub async fn read_to_end(&mut self) -> Vec<u8> {
        read(&mut self.reader, |_| false).await
    }

    /// Ends our side.
    pub fn end(&mut self) {
        self.writer.send_data(Bytes::new(), true).expect("the stream is open");
    }

    /// Gives it up.
    pub fn reset(mut self) {
        self.writer.send_reset(Reason::CANCEL);
    }
}
