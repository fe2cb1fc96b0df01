//! A token: it opens the server, and is in nobody's way to be read.

use serde_json::Value;
use support::browser::{Browser, Look};
use support::{Page, apply, each_browser};

use super::guarded::{Guarded, token};

/// Writes down every address that is dialled.
const WATCH: &str = "
    window.dialled = [];
    window.WebSocket = class extends WebSocket {
        constructor(url, subprotocols) {
            super(url, subprotocols);
            window.dialled.push(url);
        }
    };
";
/// Everything where others may read a token.
const OPEN: &str = "return [location.href, ...window.dialled, document.cookie, JSON.stringify(sessionStorage),
    ...performance.getEntriesByType('resource').map(({ name }) => name)].join(' ')";
const STORED: &str = "return JSON.stringify(localStorage)";

async fn text(page: &Page, script: &str) -> String {
    match page.window.script(script, Vec::new()).await {
        Value::String(text) => text,
        other => panic!("{other} is no text"),
    }
}

/// The page of a server that wants a token.
async fn closed(browser: &Browser, server: &Guarded) -> Page {
    let window = browser.window(Look::default()).await;
    window.run_before_pages(WATCH).await;
    let page = Page::open_in(window, &server.yodel.url).await;
    page.open_tools().await;
    page
}

async fn until_logged_in(page: &Page) {
    page.join("chat").await;
    page.until_words("[aria-labelledby='h-people'] li", |people| people == ["ana (you) 1 tab"]).await;
}

#[apply(each_browser)]
async fn a_token_lets_one_in_and_is_kept_nowhere(browser: &Browser) {
    let server = Guarded::serve().await;
    let page = closed(browser, &server).await;
    let token = token("ana");
    page.fill("txtToken", &format!("{token}\n")).await;
    until_logged_in(&page).await;
    for script in [OPEN, STORED] {
        let found = text(&page, script).await;
        assert!(!found.contains(&token), "{found}");
    }
    assert!(text(&page, OPEN).await.contains("ws://"), "a dial was seen");

    page.window.reload().await;
    page.until("it is not let in", |seen| seen.state != "Connected" && !seen.notice.is_empty()).await;
    page.leave().await;
}

#[apply(each_browser)]
async fn a_token_is_remembered_when_asked_and_forgotten_when_asked(browser: &Browser) {
    let server = Guarded::serve().await;
    let page = closed(browser, &server).await;
    let token = token("ana");
    page.tick("Remember in this browser").await;
    page.fill("txtToken", &format!("{token}\n")).await;
    until_logged_in(&page).await;
    assert!(text(&page, STORED).await.contains(&token));
    assert!(!text(&page, OPEN).await.contains(&token));

    page.window.reload().await;
    page.until_state("Connected").await;
    page.open_tools().await;
    until_logged_in(&page).await;
    page.tick("Remember in this browser").await;
    page.fill("txtServer", "/ws\n").await;
    assert!(!text(&page, STORED).await.contains(&token));
    page.leave().await;
}
