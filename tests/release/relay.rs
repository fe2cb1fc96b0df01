//! A WebSocket server that joins two connections: what one says, the other hears, and not itself.

use futures_util::StreamExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_tungstenite::accept_async;

/// A server for two.
#[derive(Debug)]
pub struct Relay {
    /// Where to dial it.
    pub url: String,
    joining: JoinHandle<()>,
}

impl Relay {
    /// Starts it on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("ws://{}/", listener.local_addr().expect("it has an address"));
        Self { url, joining: tokio::spawn(join(listener)) }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.joining.abort();
    }
}

async fn join(listener: TcpListener) {
    let (one, _) = listener.accept().await.expect("a connection");
    let one = accept_async(one).await.expect("a handshake");
    let (other, _) = listener.accept().await.expect("another connection");
    let other = accept_async(other).await.expect("another handshake");
    let ((one_in, one_out), (other_in, other_out)) = (one.split(), other.split());
    let _ = tokio::join!(one_out.forward(other_in), other_out.forward(one_in));
}
