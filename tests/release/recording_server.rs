//! A server of `yodel.v1` that requires a token and records what it receives.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use support::with_timeout;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;

/// The server; aborted on drop.
#[derive(Debug)]
pub struct RecordingServer {
    /// WebSocket URL of the server.
    pub url: String,
    received: watch::Receiver<Vec<String>>,
    accepting: JoinHandle<()>,
}

impl RecordingServer {
    /// Starts the server on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("ws://{}/ws", listener.local_addr().expect("listener has an address"));
        let (record, received) = watch::channel(Vec::new());
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, record.clone()));
            }
        });
        Self { url, received, accepting }
    }

    /// Waits until the requests and frames so far meet a condition; returns them as one text.
    pub async fn wait_until(&self, what: &str, condition: impl Fn(&[String]) -> bool) -> String {
        let mut received = self.received.clone();
        let met = with_timeout(what, received.wait_for(|received| condition(received))).await;
        met.expect("server is running").join("\n")
    }
}

impl Drop for RecordingServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(stream: TcpStream, record: watch::Sender<Vec<String>>) {
    let add = |text: String| record.send_modify(|received| received.push(text));
    // The signature is required by tokio-tungstenite.
    #[expect(clippy::result_large_err)]
    let accept = |request: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
        add(format!("{} {:?}", request.uri(), request.headers()));
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, "yodel.v1".parse().expect("valid header value"));
        Ok(response)
    };
    let Ok(mut socket) = accept_hdr_async(stream, accept).await else { return };
    let welcome = json!({
        "type": "welcome", "client": "c_1", "version": "0", "node": "n", "plain": "echo", "ping": 25, "max": 65536,
        "time": 1, "auth_required": true,
    });
    let mut reply = Some(welcome);
    loop {
        if let Some(reply) = reply.take()
            && socket.send(Message::text(reply.to_string())).await.is_err()
        {
            return;
        }
        let Some(Ok(message)) = socket.next().await else { return };
        if let Ok(text) = message.to_text()
            && let Ok(frame) = serde_json::from_str::<Value>(text)
        {
            add(text.to_owned());
            reply = reply_to(&frame);
        }
    }
}

fn reply_to(frame: &Value) -> Option<Value> {
    let id = &frame["id"];
    match frame["type"].as_str()? {
        "auth" => Some(json!({ "type": "ok", "id": id, "user": "42" })),
        "join" => Some(json!({
            "type": "joined", "id": id, "room": frame["room"], "epoch": "e", "offset": 0, "recovered": false,
            "messages": [], "users": [{ "user": "42", "clients": 1 }],
        })),
        _ => None,
    }
}
