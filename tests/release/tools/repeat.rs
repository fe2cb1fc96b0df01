//! The same message again and again.

use support::{Browser, Page, TestClient, Yodel, apply, each_browser};

/// The page with its tools open and a message in its field, and somebody who hears it.
async fn ready(browser: &Browser, yodel: &Yodel) -> (Page, TestClient) {
    let other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    page.open_tools().await;
    page.unfold("Repeat").await;
    page.write("tick").await;
    (page, other)
}

#[apply(each_browser)]
async fn a_message_is_sent_as_often_as_asked(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let (page, mut other) = ready(browser, &yodel).await;
    page.fill("numEvery", "20").await;
    page.fill("numTimes", "3").await;
    page.click("Start").await;
    page.until_says("#repeated", "3 sent").await;
    page.until("it has ended", |seen| seen.has_button("Start")).await;
    page.say("").await;
    for expected in ["tick", "tick", "tick", "tick"] {
        assert_eq!(other.receive().await, expected, "three by themselves, and the field is as it was");
    }
    page.until("all that was sent", |seen| seen.sent == "4").await;
    page.leave().await;
}

#[apply(each_browser)]
async fn a_repetition_without_an_end_is_stopped(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let (page, mut other) = ready(browser, &yodel).await;
    page.fill("numEvery", "10").await;
    page.click("Start").await;
    for _ in 0..5 {
        assert_eq!(other.receive().await, "tick");
    }
    page.click("Stop").await;
    let said = page.until_words("#repeated", |_| true).await;
    let sent: usize = said[0].trim_end_matches(" sent").parse().expect("a number");
    page.fill("txtContent", "the end\n").await;
    let mut heard = 5;
    while other.receive().await == "tick" {
        heard += 1;
    }
    assert_eq!(heard, sent, "none after Stop");
    page.leave().await;
}

#[apply(each_browser)]
async fn what_is_no_plan_is_said_and_not_begun(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let (page, _other) = ready(browser, &yodel).await;
    page.fill("numEvery", "9").await;
    page.click("Start").await;
    page.until_words(".send-options .error", |words| words.iter().any(|wrong| wrong.contains("at least 10"))).await;
    page.fill("numEvery", "10").await;
    page.fill("txtContent", " ").await;
    page.click("Start").await;
    page.until_words(".send-options .error", |words| words.contains(&"Enter a message below first.".to_owned())).await;
    assert_eq!(page.seen().await.sent, "0");
    page.leave().await;
}
