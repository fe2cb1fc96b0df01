//! An echo server that supports one subprotocol and rejects handshakes that offer only others.

use futures_util::StreamExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;

/// The supported subprotocol.
pub const SUPPORTED: &str = "chat.v2";

/// The server; aborted on drop.
pub struct SubprotocolServer {
    /// WebSocket URL of the server.
    pub url: String,
    accepting: JoinHandle<()>,
}

impl SubprotocolServer {
    /// Starts the server on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("ws://{}/", listener.local_addr().expect("listener has an address"));
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(echo(stream));
            }
        });
        Self { url, accepting }
    }
}

impl Drop for SubprotocolServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn echo(stream: TcpStream) {
    let Ok(socket) = accept_hdr_async(stream, choose).await else { return };
    let (writer, reader) = socket.split();
    let messages = reader.filter(|message| {
        let data = message.as_ref().is_ok_and(|message| message.is_text() || message.is_binary());
        std::future::ready(data)
    });
    let _ = messages.forward(writer).await;
}

// The signature is required by tokio-tungstenite.
#[expect(clippy::result_large_err)]
fn choose(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let Some(offered) = request.headers().get(SEC_WEBSOCKET_PROTOCOL) else { return Ok(response) };
    let offered = offered.to_str().unwrap_or_default();
    if offered.split(',').any(|name| name.trim() == SUPPORTED) {
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, SUPPORTED.parse().expect("valid header value"));
        return Ok(response);
    }
    let mut rejection = ErrorResponse::new(None);
    *rejection.status_mut() = StatusCode::BAD_REQUEST;
    Err(rejection)
}
