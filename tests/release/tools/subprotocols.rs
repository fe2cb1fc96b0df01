//! Subprotocols that the server supports, and those that make the connection fail.

use support::{Browser, Page, Yodel, any_browser, apply, each_browser};

use super::subprotocol_server::{SUPPORTED, SubprotocolServer};

/// Connects to a server with these subprotocols.
async fn offer(page: &Page, url: &str, names: &str) {
    page.choose("selSpeak", "plain").await;
    page.fill("txtServer", url).await;
    page.fill("txtSubprotocols", &format!("{names}\n")).await;
}

#[apply(each_browser)]
async fn shows_the_negotiated_subprotocol(browser: &Browser) {
    let (yodel, server) = (Yodel::serve(&[]).await, SubprotocolServer::start().await);
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    offer(&page, &server.url, &format!("chat.v3, {SUPPORTED}")).await;
    page.wait_for_texts(".sidebar .section-state", |words| words.contains(&format!("Subprotocol: {SUPPORTED}"))).await;
    page.submit("hello").await;
    page.wait_for_last_row("warning:  > hello").await;
    page.finish().await;
}

#[apply(any_browser)]
async fn explains_unsupported_subprotocols_and_retries_without(browser: &Browser) {
    let (yodel, server) = (Yodel::serve(&[]).await, SubprotocolServer::start().await);
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    offer(&page, &server.url, "chat.v3").await;
    page.click("Why?").await;
    let offered =
        "Subprotocols were requested. If the server supports none of them, the browser closes the connection.";
    page.wait_for_texts(".diagnosis p", |reasons| reasons.contains(&offered.to_owned())).await;
    page.click("Retry without subprotocol").await;
    page.wait_for_state("Connected").await;
    page.wait_for_texts(".sidebar .section-state", |words| words.iter().any(|word| word == "Subprotocol: none")).await;
    page.submit("hello").await;
    page.wait_for_last_row("warning:  > hello").await;
    page.finish().await;
}

#[apply(any_browser)]
async fn rejects_invalid_subprotocols(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    for (names, invalid) in
        [("chat, two words", "Invalid subprotocol “two words”"), ("chat, chat", "“chat” is listed twice.")]
    {
        offer(&page, "/ws/echo", names).await;
        page.wait_for_texts("[aria-labelledby='connection'] .error", |words| words[0].starts_with(invalid)).await;
    }
    let snapshot = page.snapshot().await;
    assert!(snapshot.state == "Connected" && snapshot.address.ends_with("/ws"), "{snapshot:?}");
    page.finish().await;
}
