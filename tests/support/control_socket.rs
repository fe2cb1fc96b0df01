//! Blocking commands to a whole browser: the Chrome `DevTools` Protocol or `WebDriver` BiDi, which have the same
//! frames. Blocking, so that a window can be closed where nothing can be awaited, and so that a connection outlives the
//! runtime of the test that opened it.

use std::io;
use std::net::{SocketAddr, TcpStream};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{self, Message, WebSocket};

use crate::TIMEOUT;

/// A connection to the browser.
#[derive(Debug)]
pub(crate) struct ControlSocket {
    socket: WebSocket<TcpStream>,
    last_id: u64,
}

impl ControlSocket {
    /// Connects to a URL such as `ws://127.0.0.1:9222/devtools/browser/ID`. Each read and write has the deadline
    /// [`TIMEOUT`].
    pub fn connect(url: &str) -> io::Result<Self> {
        let authority = url.trim_start_matches("ws://").split('/').next().unwrap_or_default();
        let address: SocketAddr = authority.parse().map_err(io::Error::other)?;
        let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        stream.set_nodelay(true)?;
        let (socket, _) = tungstenite::client(url, stream).map_err(io::Error::other)?;
        Ok(Self { socket, last_id: 0 })
    }

    /// Runs a command and returns its result. Events that arrive meanwhile are discarded.
    pub fn run(&mut self, method: &str, parameters: &Value) -> io::Result<Value> {
        self.last_id += 1;
        let command = json!({ "id": self.last_id, "method": method, "params": parameters });
        self.socket.send(Message::text(command.to_string())).map_err(io::Error::other)?;
        loop {
            let frame = self.socket.read().map_err(io::Error::other)?;
            let Message::Text(text) = frame else { continue };
            let mut answer: Value = serde_json::from_str(&text)?;
            if answer["id"] != self.last_id {
                continue;
            }
            return match answer.get("error") {
                Some(_) => Err(io::Error::other(format!("{method}: {text}"))),
                None => Ok(answer["result"].take()),
            };
        }
    }

    /// Runs a command that creates something, and returns its identifier: this field of the result.
    pub fn create(&mut self, method: &str, parameters: &Value, field: &str) -> io::Result<String> {
        let result = self.run(method, parameters)?;
        let id = result[field].as_str().map(str::to_owned);
        id.ok_or_else(|| io::Error::other(format!("{method}: no {field} in {result}")))
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// Connects to a peer that sends these frames after the first command.
    fn connected(frames: &'static [&str]) -> ControlSocket {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("listener is bound");
        std::thread::spawn(move || {
            let (stream, _) = listener.accept().expect("client connects");
            let mut peer = tungstenite::accept(stream).expect("a handshake");
            peer.read().expect("a command");
            for frame in frames {
                peer.send(Message::text(*frame)).expect("client is connected");
            }
        });
        ControlSocket::connect(&format!("ws://{address}/session")).expect("peer accepts")
    }

    #[test]
    fn returns_the_result_of_the_command_and_discards_events() {
        let mut socket = connected(&[r#"{"method":"log","params":{}}"#, r#"{"id":1,"result":{"context":"a"}}"#]);
        assert_eq!(socket.run("create", &json!({})).expect("a result"), json!({ "context": "a" }));
    }

    #[test]
    fn reports_a_result_without_the_identifier() {
        let mut socket = connected(&[r#"{"id":1,"result":{}}"#]);
        let error = socket.create("create", &json!({}), "context").expect_err("an error").to_string();
        assert_eq!(error, "create: no context in {}");
    }

    #[test]
    fn reports_an_error_of_the_browser() {
        let mut socket = connected(&[r#"{"id":1,"error":{"message":"Not allowed"}}"#]);
        let error = socket.run("create", &json!({})).expect_err("an error").to_string();
        assert!(error.contains("create") && error.contains("Not allowed"), "{error}");
    }

    #[test]
    fn reports_a_lost_connection() {
        let mut socket = connected(&[]);
        socket.run("create", &json!({})).expect_err("the peer is gone");
    }
}
