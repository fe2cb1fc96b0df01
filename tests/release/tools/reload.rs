//! The log outlasts a reload of the page, until it is cleared.

use support::{Browser, Page, Yodel, apply, each_browser};

#[apply(each_browser)]
async fn the_log_and_its_counts_survive_a_reload(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.say("before").await;
    let before = page.until_last("warning:  > before").await;

    page.window.reload().await;
    let seen = page.until("it is connected again", |seen| seen.texts("info").len() == 3).await;
    let opened = before.texts("info")[0];
    let note = "Messages above are from before the reload.";
    assert_eq!(seen.texts("info"), [opened, note, opened]);
    assert_eq!(seen.transcript()[..3], before.transcript());
    assert_eq!((seen.sent.as_str(), seen.received.as_str()), ("1", "1"));
    page.say("after").await;
    page.until_last("warning:  > after").await;

    page.click("Clear").await;
    page.until("no rows", |seen| seen.rows.is_empty()).await;
    page.window.reload().await;
    let seen = page.until("it is connected again", |seen| seen.texts("info").contains(&opened)).await;
    assert_eq!((seen.texts("success"), seen.texts("warning")), (vec![], vec![]));
    page.leave().await;
}
