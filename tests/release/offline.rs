//! A browser without a network: said, and nothing that is typed is lost.

use serde_json::json;
use support::{Browser, Page, Yodel};

async fn set_offline(page: &Page, offline: bool) {
    let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    page.window.devtools("Network.enable", json!({})).await;
    page.window.devtools("Network.emulateNetworkConditions", conditions).await;
}

#[tokio::test]
async fn what_is_typed_offline_is_sent_when_the_network_is_back() {
    let yodel = Yodel::serve(&[]).await;
    let browser = Browser::start().await;
    let page = Page::connected(&browser, &yodel.url).await;
    let address = yodel.address().to_string();

    set_offline(&page, true).await;
    yodel.kill().await;
    page.until("the notice", |seen| seen.notice.starts_with("You appear to be offline.")).await;
    page.say("typed in a tunnel").await;
    let seen = page.until("it waits", |seen| seen.marks() == ["Waiting to send"]).await;
    assert_eq!((seen.state.as_str(), seen.received.as_str()), ("Offline", "0"));

    let _restarted = Yodel::serve_at(&address, &[]).await;
    set_offline(&page, false).await;
    let seen = page.until_last("warning:  > typed in a tunnel").await;
    assert_eq!((seen.state.as_str(), seen.notice.as_str()), ("Connected", ""));
    page.leave().await;
}
