//! The tools that control the connection, and the appearance of the page.

use futures_util::StreamExt;
use serde_json::{Value, json};
use support::browser::DisplaySettings;
use support::page::PageSnapshot;
use support::{Browser, Page, Yodel, any_browser, apply, each_browser, retry_until, with_timeout};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

use crate::closing_server::ClosingServer;

/// Returns theme, background color, height of a row and stored settings of a page with a row.
const APPEARANCE: &str = "return [
    document.documentElement.dataset.theme,
    getComputedStyle(document.body).backgroundColor,
    document.querySelector('#divShow > li').offsetHeight,
    localStorage.getItem('yodel.theme'),
    localStorage.getItem('yodel.rows'),
]";

/// Records the background color when the document is complete.
const FIRST_COLOR: &str = "addEventListener('DOMContentLoaded', () => {
    window.firstColor = getComputedStyle(document.body).backgroundColor;
});";

/// Background color of the dark theme.
const DARK: &str = "rgb(17, 22, 28)";

/// Starts a server for one connection; returns its URL and the code and reason of the client's close frame.
async fn record_close() -> (String, JoinHandle<(u16, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let url = format!("ws://{}/ws", listener.local_addr().expect("listener has an address"));
    let closed = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut client = accept_async(stream).await.expect("a handshake");
        let mut closed = None;
        // Reading on replies to the close frame.
        while let Some(Ok(message)) = client.next().await {
            if let Message::Close(Some(frame)) = message {
                closed = Some((frame.code.into(), frame.reason.to_string()));
            }
        }
        closed.expect("a close frame with a code")
    });
    (url, closed)
}

async fn appearance(page: &Page) -> Value {
    page.window.script(APPEARANCE, Vec::new()).await
}

#[apply(each_browser)]
async fn the_server_receives_the_close_code_and_reason(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let (url, closed) = record_close().await;
    let page = Page::connected(browser, &yodel.url).await;
    page.connect_to(&url).await;
    page.wait_for_last_row(&format!("info: WebSocket Server [{url}] Connection Succeeded!")).await;
    page.open_tools().await;
    page.unfold("Close with code").await;
    page.fill("numCloseCode", "1001").await;
    page.click("Close connection").await;
    let error = "Browsers permit the close codes 1000 and 3000–4999 only.";
    page.wait_for_texts(".controls .error", |texts| texts == [error]).await;
    page.fill("numCloseCode", "4321").await;
    page.fill("txtCloseReason", "end of the shift, 再见").await;
    page.wait_for_text("#closeReasonSize", "24 of 123 bytes").await;
    page.click("Close connection").await;
    let received = with_timeout("the close frame", closed).await.expect("server is running");
    assert_eq!(received, (4321, "end of the shift, 再见".to_owned()));
    let snapshot = page.wait_for_state("Disconnected").await;
    assert!(snapshot.has_button("Connect") && snapshot.banner.is_empty(), "{snapshot:?}");
    page.finish().await;
}

#[apply(each_browser)]
async fn stays_disconnected_without_automatic_reconnects(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let server = ClosingServer::with_close(1011, "broken").await;
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.tick("Reconnect automatically").await;
    page.connect_to(&server.url).await;
    let off = "The connection was lost or failed. Automatic reconnect is off.";
    let snapshot = page.wait_until("the banner", |snapshot| snapshot.banner == off).await;
    assert!(snapshot.has_button("Connect") && snapshot.state == "Disconnected", "{snapshot:?}");
    let connections = server.connection_count();
    // The choice belongs to the tab, so it survives a reload.
    page.window.reload().await;
    page.wait_until("the link", |snapshot| snapshot.banner.starts_with("This link points to another server")).await;
    for losses in [2, 3] {
        page.click("Connect").await;
        let is_lost = |snapshot: &PageSnapshot| snapshot.texts("danger").len() == losses && snapshot.banner == off;
        page.wait_until("another loss", is_lost).await;
    }
    assert_eq!(server.connection_count(), connections + 2, "one for each click");
    page.open_tools().await;
    page.tick("Reconnect automatically").await;
    page.click("Try again").await;
    page.wait_until("the countdown", |snapshot| snapshot.banner.starts_with("Reconnecting in ")).await;
    page.finish().await;
}

#[apply(any_browser)]
async fn a_ping_shows_the_latency(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.click("Ping now").await;
    page.wait_for_texts("#ping", |texts| texts[0].starts_with("Latency: ") && texts[0].ends_with(" ms")).await;
    page.choose("selSpeak", "plain").await;
    page.fill("txtServer", &format!("ws://{}/ws/echo\n", yodel.address())).await;
    page.wait_for_texts("#ping", |texts| texts[0].starts_with("Browsers cannot send WebSocket pings.")).await;
    page.finish().await;
}

#[apply(each_browser)]
async fn theme_and_font_size_survive_a_reload(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let window = browser.window(DisplaySettings::default()).await;
    window.run_before_pages(FIRST_COLOR).await;
    let page = Page::open_in(window, &yodel.url).await;
    page.submit("a row").await;
    page.wait_for_last_row("warning:  > a row").await;
    page.open_tools().await;
    page.choose("selTheme", "dark").await;
    page.choose("selFontSize", "large").await;
    let chosen = json!(["dark", DARK, 38, "dark", "large"]);
    retry_until("the appearance", async || (appearance(&page).await == chosen).then_some(())).await;
    page.window.reload().await;
    page.wait_for_state("Connected").await;
    page.wait_until("the rows", |snapshot| !snapshot.rows.is_empty()).await;
    assert_eq!(appearance(&page).await, chosen);
    assert_eq!(page.window.script("return window.firstColor", Vec::new()).await, DARK, "before the page starts");
    // The list scrolls by the height of its rows.
    let height =
        "return document.querySelector('#divShow').offsetHeight / document.querySelectorAll('#divShow > li').length";
    assert_eq!(page.window.script(height, Vec::new()).await, 40);
    page.open_tools().await;
    page.choose("selTheme", "").await;
    page.choose("selFontSize", "").await;
    let default = json!(["", "rgb(246, 247, 249)", 30, null, null]);
    retry_until("the defaults", async || (appearance(&page).await == default).then_some(())).await;
    page.finish().await;
}
