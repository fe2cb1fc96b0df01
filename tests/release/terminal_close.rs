//! A server that says "stay away" is left alone.

use support::{Browser, Page, Yodel, apply, each_browser};

use crate::peer::Peer;
use crate::stopwatch;

#[apply(each_browser)]
async fn a_refusal_is_shown_and_not_retried_until_a_person_tries_again(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let peer = Peer::closing_with(4502, "unauthorized").await;
    let page = stopwatch::open(browser, &format!("{}/?url={}", yodel.url, peer.url)).await;
    page.click("Connect").await;

    let refused = "The server refused this connection (4502: unauthorized). It will not be retried.";
    let closed = format!("WebSocket Server [{}] Connection Closed! (4502, unauthorized", peer.url);
    page.until(&closed, |seen| seen.texts("danger").iter().any(|row| row.starts_with(&closed))).await;
    let seen = page.seen().await;
    assert_eq!((seen.state.as_str(), seen.notice.as_str()), ("Disconnected", refused));
    stopwatch::pass_a_day(&page).await;
    assert_eq!(page.seen().await.notice, refused);
    assert_eq!(peer.dialled(), 1);

    page.click("Try again").await;
    page.until("a second refusal", |seen| seen.texts("danger").len() == 2).await;
    stopwatch::pass_a_day(&page).await;
    assert_eq!(peer.dialled(), 2);
    page.leave().await;
}

#[apply(each_browser)]
async fn a_message_over_the_servers_limit_is_said_and_not_sent_again(browser: &Browser) {
    let yodel = Yodel::serve(&["--max-message", "100"]).await;
    let page = stopwatch::open(browser, &format!("{}/?mode=plain", yodel.url)).await;
    page.until_state("Connected").await;
    page.say(&"x".repeat(100)).await;
    page.until("the limit itself is taken", |seen| seen.received == "1").await;
    page.say(&"x".repeat(101)).await;

    let refused = "The server refused this connection (1009: message too big). It will not be retried.";
    page.until(refused, |seen| seen.notice == refused).await;
    stopwatch::pass_a_day(&page).await;
    assert_eq!(stopwatch::dials(&page).await, 1);

    page.click("Try again").await;
    page.until_state("Connected").await;
    page.say("short").await;
    let seen = page.until_last("warning:  > short").await;
    assert_eq!((seen.sent.as_str(), seen.received.as_str()), ("3", "2"), "the long one was sent once");
    page.leave().await;
}

#[apply(each_browser)]
async fn in_an_envelope_it_is_not_sent_at_all_and_the_connection_stays(browser: &Browser) {
    let yodel = Yodel::serve(&["--max-message", "200"]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.say(&"x".repeat(201)).await;
    page.until("why", |seen| seen.marks() == ["Not sent. (larger than the server takes)"]).await;
    page.say("short").await;
    let seen = page.until_last("warning:  > short").await;
    assert_eq!((seen.sent.as_str(), seen.received.as_str(), seen.state.as_str()), ("1", "1", "Connected"));
    page.leave().await;
}

#[apply(each_browser)]
async fn edit_leads_to_the_address(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let peer = Peer::closing_with(1008, "not here").await;
    let page = Page::open(browser, &format!("{}/?url={}", yodel.url, peer.url)).await;
    page.click("Connect").await;
    page.until("the refusal", |seen| seen.notice.contains("(1008: not here)")).await;
    page.click("Edit").await;
    let seen = page.until("the address field", |seen| seen.focus == "txtUrl").await;
    assert_eq!(seen.address, peer.url);
    page.press("/ws\n").await;
    page.until_state("Connected").await;
    assert_eq!(peer.dialled(), 1);
    page.leave().await;
}
