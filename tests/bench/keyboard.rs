//! Keyboard input at a fixed rate, even into a busy page. `WebDriver` would wait for the page after each key,
//! so this uses the `DevTools` Protocol directly.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use support::window::Window;
use support::with_timeout;
use tokio::net::TcpStream;
use tokio::time::MissedTickBehavior;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

/// Interval between keys.
const KEY_INTERVAL: Duration = Duration::from_millis(200);

/// A `DevTools` connection that sends key events to a page.
#[derive(Debug)]
pub struct Keyboard(WebSocketStream<TcpStream>);

impl Keyboard {
    pub async fn of(window: &Window) -> Self {
        let port = window.devtools_port();
        let page = window.devtools("Target.getTargetInfo", json!({})).await;
        let page = page["targetInfo"]["targetId"].as_str().expect("page has a target id").to_owned();
        let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("Chromium is listening");
        let url = format!("ws://127.0.0.1:{port}/devtools/page/{page}");
        let (socket, _) = with_timeout("Chromium's handshake", client_async(url, stream))
            .await
            .expect("Chromium accepts the connection");
        Self(socket)
    }

    /// Presses `keys` keys. Responses are read and discarded.
    pub async fn press(&mut self, keys: usize) {
        let (mut pressed, mut interval) = (0, tokio::time::interval(KEY_INTERVAL));
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while pressed < keys {
            tokio::select! {
                response = self.0.next() => drop(response.expect("Chromium is running").expect("connection is open")),
                _ = interval.tick() => {
                    for kind in ["keyDown", "keyUp"] {
                        self.0.send(press(kind)).await.expect("Chromium is running");
                    }
                    pressed += 1;
                }
            }
        }
    }
}

/// Returns the command that presses or releases the key `a`.
fn press(kind: &str) -> Message {
    let mut key = json!({ "type": kind, "key": "a", "code": "KeyA", "windowsVirtualKeyCode": 65 });
    if kind == "keyDown" {
        key["text"] = Value::from("a");
    }
    Message::text(json!({ "id": 1, "method": "Input.dispatchKeyEvent", "params": key }).to_string())
}
