//! The page in a browser without a network.

use support::{Browser, Page, Yodel, apply, each_browser};

use crate::restart;

#[apply(each_browser)]
async fn sends_offline_messages_after_the_network_returns(browser: &Browser) {
    let yodel = restart::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    let address = yodel.address().to_string();

    page.window.set_offline(true).await;
    yodel.kill().await;
    page.wait_until("the banner", |snapshot| snapshot.banner.starts_with("You are offline.")).await;
    page.submit("typed in a tunnel").await;
    let snapshot = page.wait_until("the queued message", |snapshot| snapshot.marks() == ["Queued"]).await;
    assert_eq!((snapshot.state.as_str(), snapshot.received.as_str()), ("Offline", "0"));

    let _restarted = Yodel::serve_at(&address, &[]).await;
    page.window.set_offline(false).await;
    let snapshot = page.wait_for_last_row("warning:  > typed in a tunnel").await;
    assert_eq!((snapshot.state.as_str(), snapshot.banner.as_str()), ("Connected", ""));
    page.finish().await;
}
