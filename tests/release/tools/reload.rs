//! Persistence of the log across reloads of the page.

use support::{Browser, Page, Yodel, apply, each_browser};

#[apply(each_browser)]
async fn log_and_counters_survive_a_reload(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.submit("before").await;
    let before = page.wait_for_last_row("warning:  > before").await;

    page.window.reload().await;
    let snapshot = page.wait_until("the new connection", |snapshot| snapshot.texts("info").len() == 3).await;
    let opened = before.texts("info")[0];
    let note = "Messages above are from before the reload.";
    assert_eq!(snapshot.texts("info"), [opened, note, opened]);
    assert_eq!(snapshot.transcript()[..3], before.transcript());
    assert_eq!((snapshot.sent.as_str(), snapshot.received.as_str()), ("1", "1"));
    page.submit("after").await;
    page.wait_for_last_row("warning:  > after").await;

    page.click("Clear").await;
    page.wait_until("no rows", |snapshot| snapshot.rows.is_empty()).await;
    page.window.reload().await;
    let snapshot = page.wait_until("the new connection", |snapshot| snapshot.texts("info").contains(&opened)).await;
    assert_eq!((snapshot.texts("success"), snapshot.texts("warning")), (vec![], vec![]));
    page.finish().await;
}
