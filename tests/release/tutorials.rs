//! Pages written the way the tutorials write them, on a port of their own, with nothing but the
//! browser's WebSocket: the server answers them as the tutorials' servers do.

use support::browser::{Browser, Kind, Look};
use support::page::GLANCE;
use support::window::Window;
use support::{TestClient, Yodel, apply, each_browser, http, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A page that dials a fixed address and writes down what happens.
const PAGE: &str = "<!doctype html><meta charset=utf-8><title>Old page</title><ol id=log></ol><script>
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

/// A web server that has one page.
struct OldServer {
    listener: TcpListener,
}

impl OldServer {
    async fn bind() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port") }
    }

    fn origin(&self) -> String {
        format!("http://{}", self.listener.local_addr().expect("it has an address"))
    }

    /// Serves the page, which dials this address.
    fn serve(self, socket: &str) {
        let page = PAGE.replace("SOCKET", socket);
        tokio::spawn(async move {
            while let Ok((stream, _)) = self.listener.accept().await {
                tokio::spawn(answer(stream, page.clone()));
            }
        });
    }
}

async fn answer(mut stream: TcpStream, page: String) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close";
    let _ = stream.write_all(format!("{head}\r\nContent-Length: {}\r\n\r\n{page}", page.len()).as_bytes()).await;
}

/// What the page has written down.
async fn log(window: &Window) -> Vec<String> {
    let items = "return [...document.querySelectorAll('#log li')].map((item) => item.textContent)";
    serde_json::from_value(window.script(items, Vec::new()).await).expect("texts")
}

/// Waits until the page has written down what is wanted.
async fn until(window: &Window, what: &str, wanted: impl Fn(&[String]) -> bool) {
    soon(what, async {
        while !wanted(&log(window).await) {
            tokio::time::sleep(GLANCE).await;
        }
    })
    .await;
}

async fn until_log(window: &Window, expected: &[&str]) {
    until(window, &format!("{expected:?}"), |noted| noted == expected).await;
}

async fn send(window: &Window, text: &str) {
    window.script("socket.send(arguments[0])", vec![text.into()]).await;
}

/// A window with the old page, and a server that lets it in.
async fn old_page(browser: &Browser, path: &str, arguments: &[&str]) -> (Yodel, Window) {
    let pages = OldServer::bind().await;
    let origin = pages.origin();
    let yodel = Yodel::serve(&[&["--origin", &origin], arguments].concat()).await;
    pages.serve(&format!("ws://{}{path}", yodel.address()));
    let window = browser.window(Look::default()).await;
    window.go(&origin).await;
    (yodel, window)
}

#[apply(each_browser)]
async fn a_page_elsewhere_echoes(browser: &Browser) {
    let (yodel, window) = old_page(browser, "/ws", &[]).await;
    // Firefox tells pages the name alone.
    let parameters = match browser.kind {
        Kind::Chromium => "; server_no_context_takeover; client_no_context_takeover",
        Kind::Firefox => "",
    };
    let open = &format!("open [\"\",\"permessage-deflate{parameters}\"]");
    until_log(&window, &[open]).await;
    send(&window, "hello").await;
    send(&window, "<b>你好</b>").await;
    window.script("socket.send(new Uint8Array(5))", Vec::new()).await;
    let said = [open, "message hello", "message <b>你好</b>", "message binary 5"];
    until_log(&window, &said).await;
    yodel.signal("TERM").await;
    until_log(&window, &[&said[..], &["close 1001 shutdown true"]].concat()).await;
}

#[apply(each_browser)]
async fn a_chat_page_elsewhere_hears_who_said_what_and_what_time_it_is(browser: &Browser) {
    let arguments = ["--plain", "broadcast", "--plain-format", "seed", "--ws-path", "/chat", "--tick", "1s"];
    let (yodel, window) = old_page(browser, "/chat", &arguments).await;
    until(&window, "it is connected", |noted| !noted.is_empty()).await;
    let mut other = TestClient::connect(&format!("ws://{}/ws", yodel.address())).await;
    other.send("hello").await;
    let expected = format!("message {} echo: hello", other.address);
    until(&window, "the message", |noted| noted.contains(&expected)).await;
    let told = |text: &String| text.starts_with("message Server broadcast: Current time is ");
    until(&window, "the time", |noted| noted.iter().any(told)).await;
}

#[apply(each_browser)]
async fn a_page_that_is_not_listed_is_refused(browser: &Browser) {
    let pages = OldServer::bind().await;
    let origin = pages.origin();
    let yodel = Yodel::serve(&[]).await;
    pages.serve(&format!("ws://{}/ws", yodel.address()));
    let window = browser.window(Look::default()).await;
    window.go(&origin).await;
    until_log(&window, &["error", "close 1006  false"]).await;
    let lines = format!(
        "GET /ws HTTP/1.1\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nOrigin: {origin}"
    );
    let refused = http::request(yodel.address(), &lines).await;
    assert!(refused.starts_with("HTTP/1.1 403 ") && refused.contains(&format!("--origin {origin}")), "{refused}");
}
