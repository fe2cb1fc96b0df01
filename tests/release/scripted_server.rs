//! A server for one connection with scripted responses, valid or not.

use std::sync::Arc;

use support::http::{frame, read_until};
use support::with_timeout;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// A server for one connection; aborted on drop.
#[derive(Debug)]
pub struct ScriptedServer {
    /// `127.0.0.1:PORT`
    pub address: String,
    received: Arc<Notify>,
    serving: JoinHandle<()>,
}

impl ScriptedServer {
    /// Reads a request's head, sends this response, and keeps the connection open.
    pub async fn responding(response: &'static str) -> Self {
        Self::start(move |mut stream| async move {
            with_timeout("a request", read_until(&mut stream, b"\r\n\r\n")).await;
            stream.write_all(response.as_bytes()).await.expect("socket accepts data");
            let _ = stream.read_to_end(&mut Vec::new()).await;
        })
        .await
    }

    /// Accepts a WebSocket with these additional response headers, sends the bytes `first`, and then echoes
    /// every frame.
    pub async fn echoing(lines: &'static str, first: &'static [u8]) -> Self {
        Self::start(move |mut stream| async move {
            open(&mut stream, lines).await;
            stream.write_all(first).await.expect("socket accepts data");
            while echo(&mut stream).await.is_ok() {}
        })
        .await
    }

    /// Accepts a WebSocket, reads a frame, sends these bytes, and closes the connection.
    pub async fn ending(last: &'static [u8]) -> Self {
        Self::start(move |mut stream| async move {
            open(&mut stream, "").await;
            let _ = with_timeout("a frame", stream.read(&mut [0; 1024])).await;
            stream.write_all(last).await.expect("socket accepts data");
        })
        .await
    }

    /// Accepts a WebSocket, reads, and sends nothing.
    pub async fn silent() -> Self {
        let received = Arc::new(Notify::new());
        let notify = Arc::clone(&received);
        let server = Self::start(move |mut stream| async move {
            open(&mut stream, "").await;
            if stream.read_u8().await.is_ok() {
                notify.notify_one();
            }
            let _ = stream.read_to_end(&mut Vec::new()).await;
        });
        let mut server = server.await;
        server.received = received;
        server
    }

    /// Waits until a [`silent`](Self::silent) server has received bytes after the handshake.
    pub async fn received_bytes(&self) {
        with_timeout("bytes after the handshake", self.received.notified()).await;
    }

    async fn start<F>(serve: impl FnOnce(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("listener has an address").to_string();
        let serving = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a connection");
            serve(stream).await;
        });
        Self { address, received: Arc::default(), serving }
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn open(stream: &mut TcpStream, lines: &str) {
    let request = with_timeout("a handshake", read_until(stream, b"\r\n\r\n")).await;
    let request = String::from_utf8(request).expect("data is UTF-8");
    let key = request.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: ")).expect("a key");
    let accept = derive_accept_key(key.as_bytes());
    let response = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n{lines}\r\n"
    );
    stream.write_all(response.as_bytes()).await.expect("socket accepts data");
}

/// Echoes one frame of less than 64 KiB.
async fn echo(stream: &mut TcpStream) -> std::io::Result<()> {
    let first = stream.read_u8().await?;
    let length = match stream.read_u8().await? & 0x7f {
        126 => usize::from(stream.read_u16().await?),
        short => usize::from(short),
    };
    let mut key = [0; 4];
    stream.read_exact(&mut key).await?;
    let mut payload = vec![0; length];
    stream.read_exact(&mut payload).await?;
    payload.iter_mut().zip(key.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
    // Server frames have no masking key.
    let mut response = frame(first, &payload);
    let header = response.len() - payload.len() - 4;
    response.drain(header..header + 4);
    response[1] &= 0x7f;
    stream.write_all(&response).await
}
