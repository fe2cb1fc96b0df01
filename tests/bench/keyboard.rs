//! Somebody who types into the page, whatever it is busy with. A driver would wait for the page's
//! answer to each key before it presses the next one, so this one speaks to Chromium itself.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use support::soon;
use support::window::Window;
use tokio::net::TcpStream;
use tokio::time::{MissedTickBehavior, interval};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

/// From key to key.
const PAUSE: Duration = Duration::from_millis(200);

/// The page's keyboard.
#[derive(Debug)]
pub struct Keyboard(WebSocketStream<TcpStream>);

impl Keyboard {
    pub async fn of(window: &Window) -> Self {
        let port = window.debugger();
        let page = window.devtools("Target.getTargetInfo", json!({})).await;
        let page = page["targetInfo"]["targetId"].as_str().expect("it has a name").to_owned();
        let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("Chromium listens");
        let url = format!("ws://127.0.0.1:{port}/devtools/page/{page}");
        let (socket, _) = soon("Chromium's answer", client_async(url, stream)).await.expect("it takes commands");
        Self(socket)
    }

    /// Presses so many keys. Answers are read, and are no news.
    pub async fn press(&mut self, keys: usize) {
        let (mut pressed, mut beat) = (0, interval(PAUSE));
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while pressed < keys {
            tokio::select! {
                answer = self.0.next() => drop(answer.expect("Chromium runs").expect("it answers")),
                _ = beat.tick() => {
                    for kind in ["keyDown", "keyUp"] {
                        self.0.send(press(kind)).await.expect("Chromium runs");
                    }
                    pressed += 1;
                }
            }
        }
    }
}

/// The command that presses or lets go of the `a`.
fn press(kind: &str) -> Message {
    let mut key = json!({ "type": kind, "key": "a", "code": "KeyA", "windowsVirtualKeyCode": 65 });
    if kind == "keyDown" {
        key["text"] = Value::from("a");
    }
    Message::text(json!({ "id": 1, "method": "Input.dispatchKeyEvent", "params": key }).to_string())
}
