//! A list that is paused stays as it is, and counts what waits.

use support::{Browser, Page, TestClient, Yodel, apply, each_browser};

#[apply(each_browser)]
async fn a_paused_list_counts_what_waits_and_shows_it_in_the_end(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let mut other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    other.send("before").await;
    let before = page.until_last("warning:  > before").await.transcript();
    page.open_tools().await;
    page.click("Pause").await;
    page.until("it is paused", |seen| seen.has_button("Resume")).await;
    for text in ["one", "two", "three"] {
        other.send(text).await;
    }
    let seen = page.until("three wait", |seen| seen.has_button("Resume (3 new)")).await;
    assert_eq!((seen.transcript(), seen.received.as_str()), (before, "4"), "they are counted, not shown");
    page.click("Resume (3 new)").await;
    let seen = page.until_last("warning:  > three").await;
    assert!(seen.texts("warning") == [" > before", " > one", " > two", " > three"] && seen.has_button("Pause"));

    page.click("Pause").await;
    page.until("it is paused", |seen| seen.has_button("Resume")).await;
    other.send("four").await;
    page.until("one waits", |seen| seen.has_button("Resume (1 new)")).await;
    page.toggle_tools().await;
    page.until_last("warning:  > four").await;
    page.leave().await;
}
