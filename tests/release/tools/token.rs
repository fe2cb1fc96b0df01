//! Tokens in the page: authentication, and where a token is stored.

use serde_json::Value;
use support::browser::{Browser, DisplaySettings};
use support::{Page, any_browser, apply, each_browser};

use super::auth_server::{AuthServer, token};

/// Records the URL of every created WebSocket.
const RECORD_URLS: &str = "
    window.connectedUrls = [];
    window.WebSocket = class extends WebSocket {
        constructor(url, subprotocols) {
            super(url, subprotocols);
            window.connectedUrls.push(url);
        }
    };
";
/// Returns the places where a token could leak: URLs, cookies and the session storage.
const EXPOSED: &str = "return [location.href, ...window.connectedUrls, document.cookie, JSON.stringify(sessionStorage),
    ...performance.getEntriesByType('resource').map(({ name }) => name)].join(' ')";
const STORED: &str = "return JSON.stringify(localStorage)";

async fn text(page: &Page, script: &str) -> String {
    match page.window.script(script, Vec::new()).await {
        Value::String(text) => text,
        other => panic!("expected a string, got {other}"),
    }
}

/// Opens the page of a server that requires a token, with the tools panel.
async fn open_unauthenticated(browser: &Browser, server: &AuthServer) -> Page {
    let window = browser.window(DisplaySettings::default()).await;
    window.run_before_pages(RECORD_URLS).await;
    let page = Page::open_in(window, &server.yodel.url).await;
    page.open_tools().await;
    page
}

async fn join_and_wait_for_user(page: &Page) {
    page.join("chat").await;
    page.wait_for_texts("[aria-labelledby='h-people'] li", |people| people == ["ana (you) 1 tab"]).await;
}

#[apply(any_browser)]
async fn token_authenticates_and_is_not_stored(browser: &Browser) {
    let server = AuthServer::serve().await;
    let page = open_unauthenticated(browser, &server).await;
    let token = token("ana");
    page.fill("txtToken", &format!("{token}\n")).await;
    join_and_wait_for_user(&page).await;
    for script in [EXPOSED, STORED] {
        let found = text(&page, script).await;
        assert!(!found.contains(&token), "{found}");
    }
    assert!(text(&page, EXPOSED).await.contains("ws://"), "WebSocket URLs are recorded");

    page.window.reload().await;
    page.wait_until("the missing authentication", |snapshot| {
        snapshot.state != "Connected" && !snapshot.banner.is_empty()
    })
    .await;
    page.finish().await;
}

#[apply(each_browser)]
async fn token_is_stored_only_on_request(browser: &Browser) {
    let server = AuthServer::serve().await;
    let page = open_unauthenticated(browser, &server).await;
    let token = token("ana");
    page.tick("Remember in this browser").await;
    page.fill("txtToken", &format!("{token}\n")).await;
    join_and_wait_for_user(&page).await;
    assert!(text(&page, STORED).await.contains(&token));
    assert!(!text(&page, EXPOSED).await.contains(&token));

    page.window.reload().await;
    page.wait_for_state("Connected").await;
    page.open_tools().await;
    join_and_wait_for_user(&page).await;
    page.tick("Remember in this browser").await;
    page.fill("txtServer", "/ws\n").await;
    assert!(!text(&page, STORED).await.contains(&token));
    page.finish().await;
}
