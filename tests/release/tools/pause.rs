//! Pausing the list of messages.

use support::yodel::NO_PINGS;
use support::{Browser, Page, TestClient, Yodel, any_browser, apply};

#[apply(any_browser)]
async fn pause_counts_hidden_rows_and_resume_shows_them(browser: &Browser) {
    let yodel = Yodel::serve(&NO_PINGS).await;
    let mut other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    other.send("before").await;
    let before = page.wait_for_last_row("warning:  > before").await.transcript();
    page.open_tools().await;
    page.click("Pause").await;
    page.wait_until("the resume button", |snapshot| snapshot.has_button("Resume")).await;
    for text in ["one", "two", "three"] {
        other.send(text).await;
    }
    let snapshot = page.wait_until("three hidden messages", |snapshot| snapshot.has_button("Resume (3 new)")).await;
    assert_eq!(
        (snapshot.transcript(), snapshot.received.as_str()),
        (before, "4"),
        "messages are counted but not shown"
    );
    page.click("Resume (3 new)").await;
    let snapshot = page.wait_for_last_row("warning:  > three").await;
    assert!(snapshot.texts("warning") == [" > before", " > one", " > two", " > three"] && snapshot.has_button("Pause"));

    page.click("Pause").await;
    page.wait_until("the resume button", |snapshot| snapshot.has_button("Resume")).await;
    other.send("four").await;
    page.wait_until("one hidden message", |snapshot| snapshot.has_button("Resume (1 new)")).await;
    page.toggle_tools().await;
    page.wait_for_last_row("warning:  > four").await;
    page.finish().await;
}
