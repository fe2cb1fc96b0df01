//! A WebSocket server that closes every connection at once, as it is told, and counts them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// A server that wants nobody.
#[derive(Debug)]
pub struct Peer {
    /// Where to dial it.
    pub url: String,
    dialled: Arc<AtomicUsize>,
    accepting: JoinHandle<()>,
}

impl Peer {
    /// Starts one that closes with this code and reason.
    pub async fn closing_with(code: u16, reason: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("ws://{}/ws", listener.local_addr().expect("it has an address"));
        let dialled = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&dialled);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(close(stream, code, reason));
            }
        });
        Self { url, dialled, accepting }
    }

    /// How often somebody connected, in whatever way.
    pub fn dialled(&self) -> usize {
        self.dialled.load(Ordering::SeqCst)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Opens, closes, and waits for the answer to the close.
async fn close(stream: TcpStream, code: u16, reason: &str) {
    let Ok(mut socket) = accept_async(stream).await else { return };
    let frame = CloseFrame { code: code.into(), reason: reason.into() };
    let _ = socket.send(Message::Close(Some(frame))).await;
    while let Some(Ok(_)) = socket.next().await {}
}
