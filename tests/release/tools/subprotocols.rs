//! Subprotocols: one that the server knows, and one that makes the connection fail.

use support::{Browser, Page, Yodel, apply, each_browser};

use super::choosy::{Choosy, KNOWN};

/// Dials a server with these subprotocols.
async fn offer(page: &Page, url: &str, names: &str) {
    page.choose("selSpeak", "plain").await;
    page.fill("txtServer", url).await;
    page.fill("txtSubprotocols", &format!("{names}\n")).await;
}

#[apply(each_browser)]
async fn the_one_that_the_server_chose_is_said(browser: &Browser) {
    let (yodel, choosy) = (Yodel::serve(&[]).await, Choosy::start().await);
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    offer(&page, &choosy.url, &format!("chat.v3, {KNOWN}")).await;
    page.until_words(".sidebar p.muted", |words| words[0] == format!("Subprotocol: {KNOWN}")).await;
    page.say("hello").await;
    page.until_last("warning:  > hello").await;
    page.leave().await;
}

#[apply(each_browser)]
async fn where_none_is_known_the_page_says_so_and_tries_without(browser: &Browser) {
    let (yodel, choosy) = (Yodel::serve(&[]).await, Choosy::start().await);
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    offer(&page, &choosy.url, "chat.v3").await;
    page.click("Why?").await;
    let offered =
        "Subprotocols were requested: if the server supports none of them, the browser closes the connection.";
    page.until_words(".diagnosis p", |reasons| reasons.contains(&offered.to_owned())).await;
    page.click("Retry without subprotocol").await;
    page.until_state("Connected").await;
    page.until_words(".sidebar p.muted", |words| words[0] == "Subprotocol: none").await;
    page.say("hello").await;
    page.until_last("warning:  > hello").await;
    page.leave().await;
}

#[apply(each_browser)]
async fn what_cannot_be_one_is_said_and_not_dialled(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    for (names, wrong) in [("chat, two words", "“two words” cannot be"), ("chat, chat", "“chat” is listed twice.")]
    {
        offer(&page, "/ws/echo", names).await;
        page.until_words(".sidebar .error", |words| words[0].starts_with(wrong)).await;
    }
    let seen = page.seen().await;
    assert!(seen.state == "Connected" && seen.address.ends_with("/ws"), "{seen:?}");
    page.leave().await;
}
