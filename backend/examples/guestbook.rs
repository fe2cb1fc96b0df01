//! A server of one's own: `cargo run -p backend --example guestbook`, then in a browser's console
//!
//! ```js
//! ws = new WebSocket("ws://127.0.0.1:8000/ws", "yodel.v1"); ws.onmessage = m => console.log(m.data)
//! ws.send('{"id":1,"type":"join","room":"guests"}')
//! ws.send('{"id":2,"type":"call","event":"guests/sign","data":{"name":"Ada","text":"Hello!"}}')
//! ```

use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use yodel_protocol::ErrorCode;
use yodel_server::{Caller, Hooks, RequestError, Server, ServerConfig};

#[derive(Deserialize, Serialize)]
struct Entry {
    name: String,
    text: String,
}

/// Writes into the book, and tells everybody who reads it; the caller gets the page number.
async fn sign(caller: Caller, entry: Entry) -> Result<u64, RequestError> {
    if entry.text.is_empty() {
        return Err(RequestError::new(ErrorCode::BadRequest, "an empty page is no entry"));
    }
    let page = caller.server.publish("guests", "signed", &entry).await;
    page.map(|page| page.offset.0).map_err(|error| RequestError::new(ErrorCode::Internal, error.to_string()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut hooks = Hooks::default();
    hooks.on_call("guests/sign", sign);
    hooks.on_connect(async |caller, _request| {
        println!("{} connected", caller.client);
        Ok(())
    });
    hooks.on_disconnect(async |caller, code, _reason| println!("{} disconnected ({code})", caller.client));
    let server = Server::new(ServerConfig::default())?.hooks(hooks)?;
    let listener = TcpListener::bind("127.0.0.1:8000").await?;
    server.run(listener, CancellationToken::new()).await?;
    Ok(())
}
