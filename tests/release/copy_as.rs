//! The page's menu "Copy as": its commands repeat outside of the page what the page does.

use support::yodel::{NO_PINGS, shell};
use support::{Browser, Page, Yodel, any_browser, apply};

use crate::connect_process::{output, stdout_on_success};

/// Clicks a tool of the menu, and returns the text that the page has copied and shows.
async fn copied(page: &Page, tool: &str) -> String {
    page.click(tool).await;
    let begin = if tool == "JavaScript" { "const socket" } else { tool };
    let shown = page.wait_for_texts(".copy-as .snippet", |shown| shown.len() == 1 && shown[0].starts_with(begin)).await;
    shown[0].clone()
}

#[apply(any_browser)]
async fn a_copied_command_connects_like_the_page(browser: &Browser) {
    let yodel = Yodel::serve(&NO_PINGS).await;
    let page = Page::connected(browser, &format!("{}/?mode=plain&url=/ws/echo", yodel.url)).await;
    page.open_tools().await;
    page.unfold("Copy as").await;
    let url = format!("ws://{}/ws/echo", yodel.address());
    let command = copied(&page, "yodel connect").await;
    assert_eq!(command, format!("yodel connect {url}"));
    assert_eq!(copied(&page, "websocat").await, format!("websocat {url}"));
    assert_eq!(copied(&page, "wscat").await, format!("wscat -c {url}"));
    assert!(copied(&page, "JavaScript").await.contains(&format!("new WebSocket(\"{url}\")")));
    let arguments = command.strip_prefix("yodel ").expect("a command");
    let check = shell(&format!("\"$0\" {arguments} --send=hi --expect=hi --timeout=1h"));
    assert_eq!(stdout_on_success(&output(check).await), "hi\n");
    page.finish().await;
}

#[apply(any_browser)]
async fn a_copied_command_uses_the_protocol_of_the_page(browser: &Browser) {
    let yodel = Yodel::serve(&NO_PINGS).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.unfold("Copy as").await;
    let url = format!("ws://{}/ws", yodel.address());
    assert_eq!(copied(&page, "wscat").await, format!("wscat -c {url} -s yodel.v1"));
    let command = copied(&page, "yodel connect").await;
    assert_eq!(command, format!("yodel connect {url} --subprotocol=yodel.v1"));
    page.finish().await;
}
