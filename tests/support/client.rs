//! A WebSocket client by somebody else (tokio-tungstenite): an independent second opinion.

use std::net::SocketAddr;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message, http};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::soon;

/// An open WebSocket.
#[derive(Debug)]
pub struct TestClient {
    socket: WebSocketStream<TcpStream>,
    /// Where it calls from.
    pub address: SocketAddr,
}

impl TestClient {
    /// Connects to `ws://ADDRESS/PATH`.
    pub async fn connect(url: &str) -> Self {
        Self::try_connect(url, &[]).await.unwrap_or_else(|status| panic!("{url} answers {status}"))
    }

    /// Connects with these headers; the error is the status of a refused handshake.
    pub async fn try_connect(url: &str, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let mut request = url.into_client_request().expect("a good address");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a good header"));
        }
        let host = request.uri().authority().expect("an address has a host").to_string();
        let stream = soon("a connection", TcpStream::connect(host)).await.expect("somebody listens");
        let address = stream.local_addr().expect("a socket has an address");
        match soon("a handshake", client_async(request, stream)).await {
            Ok((socket, _)) => Ok(Self { socket, address }),
            Err(Error::Http(response)) => Err(http::StatusCode::as_u16(&response.status())),
            Err(error) => panic!("handshake with {url}: {error}"),
        }
    }

    /// Sends a text.
    pub async fn send(&mut self, text: &str) {
        self.send_message(Message::text(text)).await;
    }

    /// Sends a message of any kind.
    pub async fn send_message(&mut self, message: Message) {
        soon("a message is sent", self.socket.send(message)).await.expect("the connection is open");
    }

    /// The next message that is neither ping nor pong.
    pub async fn receive_message(&mut self) -> Message {
        loop {
            match soon("a message", self.socket.next()).await {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(message)) => return message,
                other => panic!("expected a message, got {other:?}"),
            }
        }
    }

    /// The next message, which is a text.
    pub async fn receive(&mut self) -> String {
        match self.receive_message().await {
            Message::Text(text) => text.to_string(),
            other => panic!("expected a text, got {other:?}"),
        }
    }

    /// The code and reason with which the server closes, after any messages; 1005 for a close
    /// without a code, 1006 for none at all.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            match soon("a close", self.socket.next()).await {
                Some(Ok(Message::Close(Some(frame)))) => return (frame.code.into(), frame.reason.to_string()),
                Some(Ok(Message::Close(None))) => return (1005, String::new()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return (1006, String::new()),
            }
        }
    }

    /// The two directions, to be used at the same time.
    pub fn split(self) -> (Writer, Reader) {
        let (writer, reader) = self.socket.split();
        (Writer(writer), Reader(reader))
    }

    /// Closes with a code, and says with which one the server answers.
    pub async fn close(mut self, code: u16) -> u16 {
        let frame =
            tokio_tungstenite::tungstenite::protocol::CloseFrame { code: CloseCode::from(code), reason: "done".into() };
        self.send_message(Message::Close(Some(frame))).await;
        self.closed().await.0
    }
}

/// The half that sends.
#[derive(Debug)]
pub struct Writer(SplitSink<WebSocketStream<TcpStream>, Message>);

impl Writer {
    /// Sends a message as long as the connection is open.
    pub async fn try_send(&mut self, message: Message) -> Result<(), Error> {
        soon("a message is sent", self.0.send(message)).await
    }

    /// Sends a message.
    pub async fn send(&mut self, message: Message) {
        soon("a message is sent", self.0.send(message)).await.expect("the connection is open");
    }
}

/// The half that receives.
#[derive(Debug)]
pub struct Reader(SplitStream<WebSocketStream<TcpStream>>);

impl Reader {
    /// The next message.
    pub async fn receive(&mut self) -> Message {
        soon("a message", self.0.next()).await.expect("the connection is open").expect("a message")
    }
}
