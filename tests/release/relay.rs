//! A WebSocket server that relays messages between two connections.

use futures_util::StreamExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_tungstenite::accept_async;

/// A relay for two connections; aborted on drop.
#[derive(Debug)]
pub struct Relay {
    /// WebSocket URL of the relay.
    pub url: String,
    relaying: JoinHandle<()>,
}

impl Relay {
    /// Starts a relay on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("ws://{}/", listener.local_addr().expect("listener has an address"));
        Self { url, relaying: tokio::spawn(relay(listener)) }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.relaying.abort();
    }
}

async fn relay(listener: TcpListener) {
    let (one, _) = listener.accept().await.expect("a connection");
    let one = accept_async(one).await.expect("a handshake");
    let (other, _) = listener.accept().await.expect("another connection");
    let other = accept_async(other).await.expect("another handshake");
    let ((one_in, one_out), (other_in, other_out)) = (one.split(), other.split());
    let _ = tokio::join!(one_out.forward(other_in), other_out.forward(one_in));
}
