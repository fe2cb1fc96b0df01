//! Changes of the server in the page: tokens and rooms reach their own server only, and no secret of an address is
//! kept.

use serde_json::Value;
use support::{Browser, Page, Yodel, apply, each_browser};

use crate::recording_server::RecordingServer;

/// Returns all that the page keeps: its address and both storages.
const KEPT: &str = "return [location.href, JSON.stringify(sessionStorage), JSON.stringify(localStorage)].join(' ')";

async fn kept(page: &Page) -> String {
    match page.window.script(KEPT, Vec::new()).await {
        Value::String(text) => text,
        other => panic!("expected a string, got {other}"),
    }
}

/// Counts the texts that contain a word.
fn count(texts: &[String], word: &str) -> usize {
    texts.iter().filter(|text| text.contains(word)).count()
}

#[apply(each_browser)]
async fn tokens_and_rooms_stay_on_their_server(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let servers = [("a", RecordingServer::start().await), ("b", RecordingServer::start().await)];
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.choose("selSpeak", "envelope").await;
    for (name, server) in &servers {
        page.fill("txtServer", &server.url).await;
        page.fill("txtToken", &format!("token-{name}\n")).await;
        server.wait_until("the token", |received| count(received, &format!("token-{name}")) == 1).await;
        page.wait_for_state("Connected").await;
        page.fill("room", &format!("room-{name}\n")).await;
        server.wait_until("the join", |received| count(received, &format!("room-{name}")) == 1).await;
    }
    // Back to the first server, over the open connection to the second one.
    for (name, server) in &servers {
        page.fill("txtServer", &format!("{}\n", server.url)).await;
        server.wait_until("the room again", |received| count(received, &format!("room-{name}")) == 2).await;
    }
    for ((name, server), (other, _)) in servers.iter().zip(servers.iter().rev()) {
        let token = format!("token-{name}");
        let all = server.wait_until("both tokens", |received| count(received, &token) == 2).await;
        assert!(!all.contains(&format!("token-{other}")) && !all.contains(&format!("room-{other}")), "{all}");
    }
    page.finish().await;
}

#[apply(each_browser)]
async fn asks_for_the_token_that_a_server_requires(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let server = RecordingServer::start().await;
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.choose("selSpeak", "envelope").await;
    page.fill("txtServer", &format!("{}\n", server.url)).await;
    let expected = "This server requires a token. Enter it under Tools.";
    let snapshot = page.wait_until("the banner", |snapshot| snapshot.banner == expected).await;
    let opened = format!("WebSocket Server [{}] Connection Succeeded!", server.url);
    assert!(!snapshot.texts("info").contains(&opened.as_str()), "{:?}", snapshot.transcript());
    page.fill("txtToken", "token-a\n").await;
    page.wait_for_last_row(&format!("info: {opened}")).await;
    page.finish().await;
}

#[apply(each_browser)]
async fn keeps_no_secret_of_an_address(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    let own = format!("ws://{}/ws/echo", yodel.address());
    page.fill("txtServer", &format!("{own}?access_token=s3cret&room=1\n")).await;
    page.wait_for_last_row(&format!("info: WebSocket Server [{own}?room=1] Connection Succeeded!")).await;
    page.fill("txtServer", "ws://user:s3cret@127.0.0.1/ws\n").await;
    page.wait_for_text("[aria-labelledby='connection'] .error", "Remove the user name and password from the URL.")
        .await;
    // Leaving the page stores the log.
    page.window.reload().await;
    page.wait_until("the restored log", |snapshot| {
        snapshot.transcript().iter().any(|row| row.contains("Messages above are from before the reload."))
    })
    .await;
    let kept = kept(&page).await;
    assert!(kept.contains("room=1") && !kept.contains("s3cret"), "{kept}");
    page.finish().await;
}
