//! Event streams in the page: rooms of the real server, and why a stream fails.

use serde_json::json;
use support::tls::CertificateFiles;
use support::{Browser, EnvelopeClient, FaultyProxy, Page, Yodel, any_browser, apply, each_browser};

use crate::numbered_server::NumberedServer;
use crate::scripted_server::ScriptedServer;

/// An event stream with named events, whose connection stays open.
const NAMED_EVENTS: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nAccess-Control-Allow-Origin: *\r\n\r\n\
    data: unnamed\n\nevent: tick\nid: k:7\ndata: named\n\nevent: other\ndata: not listened to\n\ndata: the end\n\n";

/// A response that is not an event stream.
const HTML: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nAccess-Control-Allow-Origin: *\r\n\
    Content-Length: 4\r\nConnection: close\r\n\r\n<p>x";

/// A publisher in the room `chat` of a server.
struct Publisher {
    client: EnvelopeClient,
    published: u64,
}

impl Publisher {
    async fn connect(yodel: &Yodel) -> Self {
        let mut client = EnvelopeClient::connect(&format!("ws://{}/ws", yodel.address())).await;
        client.next().await;
        Self { client, published: 0 }
    }

    /// Publishes this many messages, numbered from 1.
    async fn publish(&mut self, messages: u64) {
        for _ in 0..messages {
            self.published += 1;
            let number = self.published;
            let publish = json!({
                "id": number, "type": "publish", "room": "chat", "event": "msg", "data": format!("number {number};"),
            });
            self.client.send(&publish.to_string()).await;
            let reply = self.client.next().await;
            assert_eq!(reply["type"], "ok", "{reply}");
        }
    }
}

/// Returns the numbers of the messages in the rows, in their order.
fn numbers(rows: &[&str]) -> Vec<u64> {
    let number = |row: &&str| row.split_once("\"number ")?.1.split_once(';')?.0.parse().ok();
    rows.iter().filter_map(number).collect()
}

/// Opens a page that was connected to a stream and waits for the reason of the failure.
async fn diagnose(browser: &Browser, page_url: &str, stream: &str, expected: &[&str]) {
    let page = Page::connected(browser, page_url).await;
    page.connect_to(stream).await;
    page.click("Why?").await;
    page.wait_for_texts(".diagnosis", |texts| expected.iter().all(|word| texts.concat().contains(word))).await;
    // Browsers report the failed requests in the console, so it is not checked.
    page.window.close().await;
}

#[apply(each_browser)]
async fn a_room_resumes_after_a_drop_without_loss_or_duplicates(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let proxy = FaultyProxy::start(yodel.address(), 1).await;
    proxy.stop_faults();
    let page = Page::connected(browser, &format!("http://{}", proxy.address)).await;
    let stream = format!("http://{}/sse/chat", proxy.address);
    page.connect_to(&stream).await;
    let opened = format!("info: Event Stream [{stream}] Connection Succeeded!");
    page.wait_until("the stream", |snapshot| snapshot.transcript().contains(&opened)).await;
    page.wait_until("the position", |snapshot| !snapshot.texts("warning").is_empty()).await;
    let mut publisher = Publisher::connect(&yodel).await;
    publisher.publish(3).await;
    page.wait_until("three messages", |snapshot| numbers(&snapshot.texts("warning")) == [1, 2, 3]).await;
    for round in 1..=2 {
        proxy.cut_all();
        // The messages are missed, because the browser waits before it connects again.
        page.wait_until("the drop", |snapshot| snapshot.texts("danger").len() == round).await;
        publisher.publish(2).await;
        let expected: Vec<u64> = (1..=publisher.published).collect();
        page.wait_until("the missed messages", |snapshot| {
            numbers(&snapshot.texts("warning")) == expected && snapshot.state == "Connected"
        })
        .await;
        publisher.publish(1).await;
        let expected: Vec<u64> = (1..=publisher.published).collect();
        page.wait_until("a new message", |snapshot| numbers(&snapshot.texts("warning")) == expected).await;
        let snapshot = page.snapshot().await;
        assert_eq!(snapshot.texts("danger").len(), round, "one row per drop: {:?}", snapshot.transcript());
    }
    // Browsers report the drops in the console, so it is not checked.
    page.window.close().await;
}

#[apply(each_browser)]
async fn an_event_stream_is_receive_only_and_can_be_left(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.connect_to(&format!("{}/sse/chat", yodel.url)).await;
    page.wait_until("the position", |snapshot| !snapshot.texts("warning").is_empty()).await;
    let field = "const field = document.querySelector('#txtContent'); return [field.disabled, field.placeholder]";
    let expected = json!([true, "Server-Sent Events are receive-only"]);
    assert_eq!(page.window.script(field, Vec::new()).await, expected);
    page.click("Disconnect").await;
    page.wait_for_state("Disconnected").await;
    page.connect_to(&format!("ws://{}/ws", yodel.address())).await;
    page.wait_for_state("Connected").await;
    page.submit("hello").await;
    page.wait_for_last_row("warning:  > hello").await;
    page.finish().await;
}

#[apply(each_browser)]
async fn shows_names_and_ids_of_events(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let server = ScriptedServer::responding(NAMED_EVENTS).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.fill("txtServer", &format!("http://{}/events", server.address)).await;
    page.fill("txtEventNames", "tick, tock\n").await;
    let snapshot = page.wait_for_last_row("warning:  > the end").await;
    assert_eq!(snapshot.texts("warning"), [" > unnamed", " > [tick]: named", " > the end"]);
    page.window.click("//li[contains(., 'named') and contains(., 'tick')]").await;
    page.wait_for_texts(".inspector dd", |texts| texts.iter().any(|text| text == "k:7")).await;
    page.finish().await;
}

#[apply(each_browser)]
async fn names_missing_cors_headers_and_other_responses(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let other = Yodel::serve(&[]).await;
    let origin = yodel.url.trim_end_matches('/');
    diagnose(browser, &yodel.url, &format!("{}/sse/chat", other.url), &["CORS headers are missing", origin]).await;
    diagnose(browser, &yodel.url, &format!("{}/nothing", yodel.url), &["with status 404"]).await;
    diagnose(browser, &yodel.url, &format!("{}/ws", yodel.url), &["Use ws:// or wss://."]).await;
    diagnose(browser, &yodel.url, &yodel.url, &["text/html", "text/event-stream"]).await;
}

#[apply(any_browser)]
async fn names_the_content_type_of_another_server(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let server = NumberedServer::responding(HTML.to_owned()).await;
    let url = server.url.replace("ws://", "http://");
    diagnose(browser, &yodel.url, &url, &["text/html", "not an event stream"]).await;
}

#[apply(each_browser)]
async fn names_mixed_content(browser: &Browser) {
    let folder = tempfile::tempdir().expect("temporary folder");
    let yodel = Yodel::serve(&CertificateFiles::write(folder.path()).flags()).await;
    let page = Page::connected(browser, &format!("https://localhost:{}", yodel.address().port())).await;
    page.connect_to("http://events.invalid/stream").await;
    let blocked = "This page uses HTTPS, so browsers block ws:// and http://.";
    let snapshot = page.wait_until("the banner", |snapshot| snapshot.banner == blocked).await;
    assert!(snapshot.has_button("Use https://"), "{:?}", snapshot.buttons);
    // Browsers report the blocked request in the console, so it is not checked.
    page.window.close().await;
}
