//! An HTTP proxy that opens tunnels with CONNECT (RFC 9110 §9.3.6), with or without a password.

use support::http::read_until;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::task::AbortOnDropHandle;

/// A running proxy; stopped on drop.
#[derive(Debug)]
pub struct ProxyServer {
    /// Host and port.
    pub address: String,
    requests: UnboundedReceiver<String>,
    _accepting: AbortOnDropHandle<()>,
}

impl ProxyServer {
    /// Starts a proxy for any destination. With `credentials`, a value of `Proxy-Authorization`, it answers 407 to
    /// requests without them.
    pub async fn start(credentials: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("listener has an address").to_string();
        let (sender, requests) = unbounded_channel();
        let accepting = tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let request = read_until(&mut client, b"\r\n\r\n").await;
                let request = String::from_utf8(request).expect("data is UTF-8");
                let _ = sender.send(request.clone());
                tokio::spawn(serve(client, request, credentials));
            }
        });
        Self { address, requests, _accepting: AbortOnDropHandle::new(accepting) }
    }

    /// Returns the requests since the last call.
    pub fn requests(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.requests.try_recv().ok()).collect()
    }
}

async fn serve(mut client: TcpStream, request: String, credentials: Option<&'static str>) {
    let permitted = credentials.is_none_or(|value| request.contains(&format!("Proxy-Authorization: {value}\r\n")));
    if !permitted {
        let rejected = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\n\
                        Content-Length: 0\r\n\r\n";
        let _ = client.write_all(rejected.as_bytes()).await;
        return;
    }
    let server = request.split(' ').nth(1).expect("request has a target");
    let mut server = TcpStream::connect(server).await.expect("server is listening");
    client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.expect("socket accepts data");
    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
}
