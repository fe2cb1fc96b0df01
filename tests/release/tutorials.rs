//! Pages written as in the tutorials, served from another origin, with the browser's plain WebSocket: the
//! server behaves as the tutorials' servers do.

use support::browser::{Browser, BrowserKind, DisplaySettings};
use support::page::POLL_INTERVAL;
use support::window::Window;
use support::{TestClient, Yodel, any_browser, apply, each_browser, http, with_timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A page that connects to a fixed address and logs its events.
const PAGE: &str = "<!doctype html><meta charset=utf-8><title>Tutorial page</title><ol id=log></ol><script>
    const note = (text) => {
        const item = document.createElement('li');
        item.textContent = text;
        document.getElementById('log').append(item);
    };
    var socket = new WebSocket('SOCKET');
    socket.onopen = () => note('open ' + JSON.stringify([socket.protocol, socket.extensions]));
    socket.onmessage = ({ data }) => note('message ' + (typeof data === 'string' ? data : 'binary ' + data.size));
    socket.onerror = () => note('error');
    socket.onclose = ({ code, reason, wasClean }) => note(`close ${code} ${reason} ${wasClean}`);
</script>";

/// A web server with one page.
struct TutorialServer {
    listener: TcpListener,
}

impl TutorialServer {
    async fn bind() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port") }
    }

    fn origin(&self) -> String {
        format!("http://{}", self.listener.local_addr().expect("listener has an address"))
    }

    /// Serves the page, which connects to this address.
    fn serve(self, socket: &str) {
        let page = PAGE.replace("SOCKET", socket);
        tokio::spawn(async move {
            while let Ok((stream, _)) = self.listener.accept().await {
                tokio::spawn(respond(stream, page.clone()));
            }
        });
    }
}

async fn respond(mut stream: TcpStream, page: String) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close";
    let _ = stream.write_all(format!("{head}\r\nContent-Length: {}\r\n\r\n{page}", page.len()).as_bytes()).await;
}

/// Returns the events that the page has logged.
async fn log(window: &Window) -> Vec<String> {
    let items = "return [...document.querySelectorAll('#log li')].map((item) => item.textContent)";
    serde_json::from_value(window.script(items, Vec::new()).await).expect("texts")
}

/// Polls the log of the page until `condition` holds.
async fn wait_for_log(window: &Window, description: &str, condition: impl Fn(&[String]) -> bool) {
    with_timeout(description, async {
        while !condition(&log(window).await) {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    })
    .await;
}

async fn wait_for_log_of(window: &Window, expected: &[&str]) {
    wait_for_log(window, &format!("{expected:?}"), |log| log == expected).await;
}

async fn send(window: &Window, text: &str) {
    window.script("socket.send(arguments[0])", vec![text.into()]).await;
}

/// Starts a server that permits the tutorial page's origin, and opens the page.
async fn tutorial_page(browser: &Browser, path: &str, arguments: &[&str]) -> (Yodel, Window) {
    let pages = TutorialServer::bind().await;
    let origin = pages.origin();
    let yodel = Yodel::serve(&[&["--origin", &origin], arguments].concat()).await;
    pages.serve(&format!("ws://{}{path}", yodel.address()));
    let window = browser.window(DisplaySettings::default()).await;
    window.go(&origin).await;
    (yodel, window)
}

#[apply(each_browser)]
async fn tutorial_page_receives_echoes(browser: &Browser) {
    let (yodel, window) = tutorial_page(browser, "/ws", &[]).await;
    // Firefox exposes only the name of the extension.
    let parameters = match browser.kind {
        BrowserKind::Chromium => "; server_no_context_takeover; client_no_context_takeover",
        BrowserKind::Firefox => "",
    };
    let open = &format!("open [\"\",\"permessage-deflate{parameters}\"]");
    wait_for_log_of(&window, &[open]).await;
    send(&window, "hello").await;
    send(&window, "<b>你好</b>").await;
    window.script("socket.send(new Uint8Array(5))", Vec::new()).await;
    let events = [open, "message hello", "message <b>你好</b>", "message binary 5"];
    wait_for_log_of(&window, &events).await;
    yodel.signal("TERM").await;
    wait_for_log_of(&window, &[&events[..], &["close 1001 shutdown true"]].concat()).await;
}

#[apply(any_browser)]
async fn tutorial_chat_page_receives_senders_and_ticks(browser: &Browser) {
    let arguments = ["--plain", "broadcast", "--plain-format", "seed", "--ws-path", "/chat", "--tick", "1s"];
    let (yodel, window) = tutorial_page(browser, "/chat", &arguments).await;
    wait_for_log(&window, "connected", |log| !log.is_empty()).await;
    let mut other = TestClient::connect(&format!("ws://{}/ws", yodel.address())).await;
    other.send("hello").await;
    let expected = format!("message {} echo: hello", other.address);
    wait_for_log(&window, "the message", |log| log.contains(&expected)).await;
    let is_tick = |text: &String| text.starts_with("message Server broadcast: Current time is ");
    wait_for_log(&window, "the time", |log| log.iter().any(is_tick)).await;
}

#[apply(each_browser)]
async fn rejects_an_unlisted_origin(browser: &Browser) {
    let pages = TutorialServer::bind().await;
    let origin = pages.origin();
    let yodel = Yodel::serve(&[]).await;
    pages.serve(&format!("ws://{}/ws", yodel.address()));
    let window = browser.window(DisplaySettings::default()).await;
    window.go(&origin).await;
    wait_for_log_of(&window, &["error", "close 1006  false"]).await;
    let lines = format!(
        "GET /ws HTTP/1.1\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nOrigin: {origin}"
    );
    let rejected = http::request(yodel.address(), &lines).await;
    assert!(rejected.starts_with("HTTP/1.1 403 ") && rejected.contains(&format!("--origin {origin}")), "{rejected}");
}
