//! A browser without a network: said, and nothing that is typed is lost.

use support::{Browser, Page, Yodel, apply, each_browser};

#[apply(each_browser)]
async fn what_is_typed_offline_is_sent_when_the_network_is_back(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    let address = yodel.address().to_string();

    page.window.set_offline(true).await;
    yodel.kill().await;
    page.until("the notice", |seen| seen.notice.starts_with("You are offline.")).await;
    page.say("typed in a tunnel").await;
    let seen = page.until("it waits", |seen| seen.marks() == ["Queued"]).await;
    assert_eq!((seen.state.as_str(), seen.received.as_str()), ("Offline", "0"));

    let _restarted = Yodel::serve_at(&address, &[]).await;
    page.window.set_offline(false).await;
    let seen = page.until_last("warning:  > typed in a tunnel").await;
    assert_eq!((seen.state.as_str(), seen.notice.as_str()), ("Connected", ""));
    page.leave().await;
}
