//! A WebSocket server that closes every connection after the handshake and counts connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// A server that closes every connection; aborted on drop.
#[derive(Debug)]
pub struct ClosingServer {
    /// WebSocket URL of the server.
    pub url: String,
    connections: Arc<AtomicUsize>,
    accepting: JoinHandle<()>,
}

impl ClosingServer {
    /// Starts a server that closes with this code and reason.
    pub async fn with_close(code: u16, reason: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("ws://{}/ws", listener.local_addr().expect("listener has an address"));
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(close(stream, code, reason));
            }
        });
        Self { url, connections, accepting }
    }

    /// Returns the number of accepted TCP connections.
    pub fn connection_count(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for ClosingServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Accepts a WebSocket, sends a close frame and waits for the end of the connection.
async fn close(stream: TcpStream, code: u16, reason: &str) {
    let Ok(mut socket) = accept_async(stream).await else { return };
    let frame = CloseFrame { code: code.into(), reason: reason.into() };
    let _ = socket.send(Message::Close(Some(frame))).await;
    while let Some(Ok(_)) = socket.next().await {}
}
