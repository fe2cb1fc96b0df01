//! A server that handles each connection by its number, for tests of clients that connect again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A server that handles each connection by its number.
pub struct NumberedServer {
    /// URL of a WebSocket.
    pub url: String,
    connections: Arc<AtomicUsize>,
}

impl NumberedServer {
    /// Starts a server that handles each connection with this function, and passes its number, from 0.
    pub async fn start<F>(serve: impl Fn(usize, TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("ws://{}/ws", listener.local_addr().expect("listener has an address"));
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(count.fetch_add(1, Ordering::SeqCst), stream));
            }
        });
        Self { url, connections }
    }

    /// Starts a server that sends this response to each request.
    pub async fn responding(response: String) -> Self {
        Self::start(move |_, stream| respond(stream, response.clone())).await
    }

    /// Returns the number of connections so far.
    pub fn connection_count(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Reads the head of a request, which a body may follow, sends the response, and waits for the client's end.
pub async fn respond(mut stream: TcpStream, response: String) {
    let mut request = Vec::new();
    while !request.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        if !stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {
            return;
        }
    }
    let _ = stream.write_all(response.as_bytes()).await;
    let _ = stream.read_to_end(&mut request).await;
}
