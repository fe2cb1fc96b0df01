//! A server of one connection that does by hand what it is told, right or wrong.

use support::http::{frame, read_until};
use support::soon;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// A server of one connection.
#[derive(Debug)]
pub struct Lone {
    /// `127.0.0.1:PORT`
    pub address: String,
    serving: JoinHandle<()>,
}

impl Lone {
    /// Reads a request's head and answers this, whatever it was, and keeps the connection.
    pub async fn answering(answer: &'static str) -> Self {
        Self::start(move |mut stream| async move {
            soon("a request", read_until(&mut stream, b"\r\n\r\n")).await;
            stream.write_all(answer.as_bytes()).await.expect("the socket takes it");
            let _ = stream.read_to_end(&mut Vec::new()).await;
        })
        .await
    }

    /// Opens a WebSocket with these further header lines, says this, and then repeats every frame:
    /// the same first byte, the same payload.
    pub async fn echoing(lines: &'static str, first: &'static [u8]) -> Self {
        Self::start(move |mut stream| async move {
            open(&mut stream, lines).await;
            stream.write_all(first).await.expect("the socket takes it");
            while echo(&mut stream).await.is_ok() {}
        })
        .await
    }

    /// Opens a WebSocket, reads, and says nothing.
    pub async fn silent() -> Self {
        Self::start(|mut stream| async move {
            open(&mut stream, "").await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        })
        .await
    }

    async fn start<F>(serve: impl FnOnce(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("it has an address").to_string();
        let serving = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a connection");
            serve(stream).await;
        });
        Self { address, serving }
    }
}

impl Drop for Lone {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn open(stream: &mut TcpStream, lines: &str) {
    let request = soon("a handshake", read_until(stream, b"\r\n\r\n")).await;
    let request = String::from_utf8(request).expect("text");
    let key = request.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: ")).expect("a key");
    let accept = derive_accept_key(key.as_bytes());
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n{lines}\r\n"
    );
    stream.write_all(answer.as_bytes()).await.expect("the socket takes it");
}

/// Repeats one frame of less than 64 KiB.
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
    // As a server's frame: without the mask.
    let mut answer = frame(first, &payload);
    let header = answer.len() - payload.len() - 4;
    answer.drain(header..header + 4);
    answer[1] &= 0x7f;
    stream.write_all(&answer).await
}
