//! The documents' snippets for a browser's console, run in browsers.

// The tests call the public functions of the examples, not `main`.
#[allow(dead_code, unreachable_pub)]
#[path = "../../backend/examples/guestbook.rs"]
mod guestbook;
#[allow(dead_code, unreachable_pub)]
#[path = "../../backend/examples/mounted.rs"]
mod mounted;

use std::net::SocketAddr;

use serde_json::{Value, json};
use support::browser::{Browser, DisplaySettings};
use support::page::POLL_INTERVAL;
use support::window::Window;
use support::yodel::command;
use support::{TestServer, Yodel, apply, document, each_browser, with_timeout};

/// Runs in the page before its own scripts, as a console does: records what is printed, and declares the variable of
/// the snippets. The page's policy forbids `eval`, so the snippets are functions.
const PRELUDE: &str = "
    window.ws = undefined;
    window.printed = [];
    window.console.log = (value) => window.printed.push(typeof value === 'string' ? value : JSON.stringify(value));
";

/// A window at the server's own address, with snippets for its console.
struct Console {
    window: Window,
}

impl Console {
    /// Opens the address. The snippets use it instead of the documented one, and the value of `EPOCH` that is set
    /// later.
    async fn open(browser: &Browser, address: SocketAddr, snippets: &[String]) -> Self {
        let window = browser.window(DisplaySettings::default()).await;
        let functions: Vec<String> = snippets.iter().map(|snippet| format!("() => {{ {snippet} }}")).collect();
        let functions = functions.join(",\n").replace("127.0.0.1:8000", &address.to_string());
        let functions = functions.replace("EPOCH", "' + window.epoch + '");
        window.run_before_pages(&format!("{PRELUDE} window.snippets = [{functions}];")).await;
        window.go(&format!("http://{address}/")).await;
        Self { window }
    }

    /// Runs the snippet with this index.
    async fn run(&self, index: usize) {
        self.window.script("window.snippets[arguments[0]]()", vec![index.into()]).await;
    }

    /// Waits until an object with these members is printed, and returns it.
    async fn wait_for(&self, members: &Value) -> Value {
        let matches = |printed: &Value| {
            let members = members.as_object().expect("an object");
            members.iter().all(|(name, value)| printed[name] == *value)
        };
        with_timeout(&members.to_string(), async {
            loop {
                if let Some(found) = self.objects().await.into_iter().find(matches) {
                    return found;
                }
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        })
        .await
    }

    /// Waits until a text is printed.
    async fn wait_for_text(&self, text: &str) {
        with_timeout(text, async {
            while !self.printed().await.iter().any(|printed| printed == text) {
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        })
        .await;
    }

    async fn objects(&self) -> Vec<Value> {
        self.printed().await.iter().filter_map(|text| serde_json::from_str(text).ok()).collect()
    }

    async fn printed(&self) -> Vec<String> {
        serde_json::from_value(self.window.script("return printed", Vec::new()).await).expect("texts")
    }
}

#[apply(each_browser)]
async fn readme_snippet_prints_an_echo(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let snippet = document::code_block("README.md", "js", "new WebSocket");
    let console = Console::open(browser, yodel.address(), &[snippet]).await;
    console.run(0).await;
    console.wait_for_text("hello").await;
}

#[apply(each_browser)]
async fn getting_started_snippets_join_publish_and_recover(browser: &Browser) {
    let block = |text| document::code_block("docs/getting-started.md", "js", text);
    let yodel = Yodel::serve(&[]).await;
    let snippets = [block("new WebSocket"), block(r#""id":2"#), block("EPOCH")];
    let console = Console::open(browser, yodel.address(), &snippets).await;
    console.run(0).await;
    console.wait_for(&json!({"type": "welcome"})).await;
    console.run(1).await;
    let joined = console.wait_for(&json!({"id": 1, "type": "joined"})).await;
    console.wait_for(&json!({"id": 2, "offset": 1})).await;
    console.wait_for(&json!({"type": "message", "offset": 1, "data": {"text": "hello"}})).await;
    console.window.script("window.epoch = arguments[0]", vec![joined["epoch"].clone()]).await;
    console.run(2).await;
    let again = console.wait_for(&json!({"id": 5, "recovered": true})).await;
    let missed: Vec<&Value> =
        again["messages"].as_array().expect("messages").iter().map(|one| &one["offset"]).collect();
    assert_eq!(missed, [&json!(2), &json!(3)]);
}

#[apply(each_browser)]
async fn event_source_snippet_prints_a_room(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let snippet = document::code_block("docs/http.md", "js", "new EventSource");
    let console = Console::open(browser, yodel.address(), &[snippet]).await;
    console.run(0).await;
    console.wait_for(&json!({"type": "joined", "room": "chat"})).await;
    let url = format!("ws://{}/ws", yodel.address());
    let sent = command(&["connect", &url, "--join", "chat", "--send", "to a page"]).output();
    let output = with_timeout("the command's exit", sent).await.expect("binary can be run");
    assert!(output.status.success(), "{output:?}");
    console.wait_for(&json!({"type": "message", "room": "chat", "offset": 1, "data": "to a page"})).await;
}

#[apply(each_browser)]
async fn event_source_reconnects_without_a_gap(browser: &Browser) {
    let yodel = Yodel::serve(&["--drain", "1s"]).await;
    let listen = yodel.address().to_string();
    let snippet = document::code_block("docs/http.md", "js", "new EventSource");
    let console = Console::open(browser, yodel.address(), &[snippet]).await;
    console.run(0).await;
    console.wait_for(&json!({"type": "joined", "recovered": false})).await;
    yodel.signal("TERM").await;
    console.wait_for(&json!({"type": "goodbye"})).await;
    yodel.wait_for_exit().await;
    let _again = Yodel::serve_at(&listen, &[]).await;
    with_timeout("a second `joined`", async {
        while console.objects().await.iter().filter(|event| event["type"] == "joined").count() < 2 {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    })
    .await;
    let epochs: Vec<Value> =
        console.objects().await.iter().filter(|event| event["type"] == "joined").cloned().collect();
    assert_ne!(epochs[0]["epoch"], epochs[1]["epoch"], "the other server has another epoch");
    assert_eq!(epochs[1]["recovered"], false);
}

/// Returns the snippet in an example's documentation: its first line, which connects, and the others.
fn example_snippet(path: &str) -> [String; 2] {
    let text = document::text(path);
    let docs: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("//!")).collect();
    let docs = docs.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n");
    let blocks = document::code_blocks(&docs, "js");
    assert_eq!(blocks.len(), 1, "{path}");
    let (first, others) = blocks[0].split_once('\n').expect("several lines");
    [first, others].map(str::to_owned)
}

#[apply(each_browser)]
async fn guestbook_example_works_from_a_console(browser: &Browser) {
    let server = TestServer::start_program(|listener, _| guestbook::serve(listener));
    let snippets = example_snippet("backend/examples/guestbook.rs");
    let console = Console::open(browser, server.address, &snippets).await;
    console.run(0).await;
    console.wait_for(&json!({"type": "welcome"})).await;
    console.run(1).await;
    console.wait_for(&json!({"type": "result", "id": 2, "data": 1})).await;
    console.wait_for(&json!({"type": "message", "room": "guests", "data": {"name": "Ada", "text": "Hello!"}})).await;
}

#[apply(each_browser)]
async fn mounted_example_works_from_a_console(browser: &Browser) {
    let server = TestServer::start_program(|listener, stop| async move {
        mounted::serve(listener, stop.cancelled_owned()).await.expect("server stops without an error");
        Ok(())
    });
    let snippets = example_snippet("backend/examples/mounted.rs");
    let console = Console::open(browser, server.address, &snippets).await;
    console.run(0).await;
    console.wait_for(&json!({"type": "welcome"})).await;
    console.run(1).await;
    console.wait_for(&json!({"type": "joined", "room": "news"})).await;
    let announced = server.call("POST /announce HTTP/1.1", "Lunch is ready.").await;
    assert_eq!(announced.status, 200, "{announced:?}");
    console.wait_for(&json!({"type": "message", "room": "news", "data": "Lunch is ready."})).await;
}
