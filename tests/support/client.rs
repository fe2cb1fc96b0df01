//! A WebSocket client on tokio-tungstenite, independent of Yodel's own codec.

use std::net::SocketAddr;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message, http};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::{TestServer, retry_until, with_timeout};

/// An open WebSocket connection.
#[derive(Debug)]
pub struct TestClient {
    socket: WebSocketStream<TcpStream>,
    /// Local address of the socket.
    pub address: SocketAddr,
}

impl TestClient {
    /// Connects to `ws://ADDRESS/PATH`.
    pub async fn connect(url: &str) -> Self {
        Self::try_connect(url, &[]).await.unwrap_or_else(|status| panic!("{url}: handshake rejected with {status}"))
    }

    /// Connects with additional request headers. Returns the HTTP status of a rejected handshake as the error.
    pub async fn try_connect(url: &str, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let mut request = url.into_client_request().expect("valid URL");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("valid header value"));
        }
        let host = request.uri().authority().expect("URL has a host").to_string();
        let stream = with_timeout("a connection", TcpStream::connect(host)).await.expect("server is listening");
        let address = stream.local_addr().expect("socket has a local address");
        match with_timeout("a handshake", client_async(request, stream)).await {
            Ok((socket, _)) => Ok(Self { socket, address }),
            Err(Error::Http(response)) => Err(http::StatusCode::as_u16(&response.status())),
            Err(error) => panic!("handshake with {url}: {error}"),
        }
    }

    /// Connects to a path of a server at its connection limit, as soon as a connection is closed.
    pub async fn connect_when_free(server: &TestServer, path: &str) -> Self {
        let url = format!("ws://{}{path}", server.address);
        retry_until("a free connection slot", async || match Self::try_connect(&url, &[]).await {
            Ok(client) => Some(client),
            Err(status) => {
                assert_eq!(status, 503, "{url}");
                None
            }
        })
        .await
    }

    /// Sends a text message.
    pub async fn send(&mut self, text: &str) {
        self.send_message(Message::text(text)).await;
    }

    /// Sends a message of any kind.
    pub async fn send_message(&mut self, message: Message) {
        with_timeout("sending a message", self.socket.send(message)).await.expect("connection is open");
    }

    /// Returns the next message that is neither a ping nor a pong.
    pub async fn receive_message(&mut self) -> Message {
        loop {
            match with_timeout("a message", self.socket.next()).await {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(message)) => return message,
                other => panic!("expected a message, got {other:?}"),
            }
        }
    }

    /// Returns the next message, which must be text.
    pub async fn receive(&mut self) -> String {
        match self.receive_message().await {
            Message::Text(text) => text.to_string(),
            other => panic!("expected a text message, got {other:?}"),
        }
    }

    /// Skips messages until the server closes and returns its close code and reason: 1005 for a close
    /// frame without a code, 1006 for a missing close frame.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            match with_timeout("a close", self.socket.next()).await {
                Some(Ok(Message::Close(Some(frame)))) => return (frame.code.into(), frame.reason.to_string()),
                Some(Ok(Message::Close(None))) => return (1005, String::new()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return (1006, String::new()),
            }
        }
    }

    /// Splits the connection into halves that can be used concurrently.
    pub fn split(self) -> (Writer, Reader) {
        let (writer, reader) = self.socket.split();
        (Writer(writer), Reader(reader))
    }

    /// Closes with a code and returns the code of the server's close frame.
    pub async fn close(mut self, code: u16) -> u16 {
        let frame =
            tokio_tungstenite::tungstenite::protocol::CloseFrame { code: CloseCode::from(code), reason: "done".into() };
        self.send_message(Message::Close(Some(frame))).await;
        self.closed().await.0
    }
}

/// The sending half of a [`TestClient`].
#[derive(Debug)]
pub struct Writer(SplitSink<WebSocketStream<TcpStream>, Message>);

impl Writer {
    /// Sends a message; fails when the connection is closed.
    pub async fn try_send(&mut self, message: Message) -> Result<(), Error> {
        with_timeout("sending a message", self.0.send(message)).await
    }

    /// Sends a message.
    pub async fn send(&mut self, message: Message) {
        with_timeout("sending a message", self.0.send(message)).await.expect("connection is open");
    }
}

/// The receiving half of a [`TestClient`].
#[derive(Debug)]
pub struct Reader(SplitStream<WebSocketStream<TcpStream>>);

impl Reader {
    /// Returns the next message of any kind.
    pub async fn receive(&mut self) -> Message {
        with_timeout("a message", self.0.next()).await.expect("connection is open").expect("a message")
    }
}
