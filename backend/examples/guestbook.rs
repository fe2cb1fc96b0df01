//! A server with a call handler. Run `cargo run -p yodel-server --example guestbook`, open <http://127.0.0.1:8000> in a
//! browser (other pages have an origin that the server rejects), and use its console:
//!
//! ```js
//! ws = new WebSocket("ws://127.0.0.1:8000/ws", "yodel.v1"); ws.onmessage = m => console.log(m.data)
//! ws.send('{"id":1,"type":"join","room":"guests"}')
//! ws.send('{"id":2,"type":"call","event":"guests/sign","data":{"name":"Ada","text":"Hello!"}}')
//! ```

use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use yodel_server::{Caller, Error, ErrorCode, RequestError, Server};

#[derive(Deserialize, Serialize)]
struct GuestbookEntry {
    name: String,
    text: String,
}

/// Publishes an entry to everyone in the room `guests`. Returns its page number.
async fn sign(caller: Caller, entry: GuestbookEntry) -> Result<u64, RequestError> {
    if entry.text.is_empty() {
        return Err(RequestError::new(ErrorCode::BadRequest, "an entry needs a text"));
    }
    let page = caller.server.publish("guests", "signed", &entry).await;
    page.map(|page| page.offset.0).map_err(|error| RequestError::new(ErrorCode::Internal, error.to_string()))
}

/// Serves the guestbook.
pub(crate) async fn serve(listener: TcpListener) -> Result<(), Error> {
    let server = Server::builder()
        .on_call("guests/sign", sign)
        .on_disconnect(async |caller, code, _reason| println!("{} disconnected ({code})", caller.client));
    server.build()?.serve(listener).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    Ok(serve(TcpListener::bind("127.0.0.1:8000").await?).await?)
}
