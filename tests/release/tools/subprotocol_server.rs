//! A WebSocket server that knows one subprotocol, refuses every handshake that offers others, and
//! repeats what it gets.

use futures_util::StreamExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;

/// The one that it knows.
pub const KNOWN: &str = "chat.v2";

/// The server.
pub struct Choosy {
    /// Where to dial it.
    pub url: String,
    accepting: JoinHandle<()>,
}

impl Choosy {
    /// Starts it on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("ws://{}/", listener.local_addr().expect("it has an address"));
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(echo(stream));
            }
        });
        Self { url, accepting }
    }
}

impl Drop for Choosy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn echo(stream: TcpStream) {
    let Ok(socket) = accept_hdr_async(stream, choose).await else { return };
    let (writer, reader) = socket.split();
    let said = reader.filter(|message| {
        let data = message.as_ref().is_ok_and(|message| message.is_text() || message.is_binary());
        std::future::ready(data)
    });
    let _ = said.forward(writer).await;
}

// The signature is the library's.
#[expect(clippy::result_large_err)]
fn choose(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let Some(offered) = request.headers().get(SEC_WEBSOCKET_PROTOCOL) else { return Ok(response) };
    let offered = offered.to_str().unwrap_or_default();
    if offered.split(',').any(|name| name.trim() == KNOWN) {
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, KNOWN.parse().expect("a good header"));
        return Ok(response);
    }
    let mut refusal = ErrorResponse::new(None);
    *refusal.status_mut() = StatusCode::BAD_REQUEST;
    Err(refusal)
}
