//! Repeated sending of a message.

use support::yodel::NO_PINGS;
use support::{Browser, Page, TestClient, Yodel, any_browser, apply};

/// Opens the page with the repeat section and a message in its field, and a second client that receives broadcasts.
async fn open_with_receiver(browser: &Browser, yodel: &Yodel) -> (Page, TestClient) {
    let other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    page.open_tools().await;
    page.unfold("Repeat").await;
    page.type_text("tick").await;
    (page, other)
}

#[apply(any_browser)]
async fn repeats_a_message_the_requested_number_of_times(browser: &Browser) {
    let yodel = Yodel::serve(&NO_PINGS).await;
    let (page, mut other) = open_with_receiver(browser, &yodel).await;
    page.fill("numEvery", "20").await;
    page.fill("numTimes", "3").await;
    page.click("Start").await;
    page.wait_for_text("#repeated", "3 sent").await;
    page.wait_until("the end of the repetition", |snapshot| snapshot.has_button("Start")).await;
    page.submit("").await;
    for expected in ["tick", "tick", "tick", "tick"] {
        assert_eq!(other.receive().await, expected, "three repetitions, then the unchanged field");
    }
    page.wait_until("the counter of sent messages", |snapshot| snapshot.sent == "4").await;
    page.finish().await;
}

#[apply(any_browser)]
async fn stop_ends_an_unlimited_repetition(browser: &Browser) {
    let yodel = Yodel::serve(&NO_PINGS).await;
    let (page, mut other) = open_with_receiver(browser, &yodel).await;
    page.fill("numEvery", "10").await;
    page.click("Start").await;
    for _ in 0..5 {
        assert_eq!(other.receive().await, "tick");
    }
    page.click("Stop").await;
    let status = page.wait_for_texts("#repeated", |_| true).await;
    let sent: usize = status[0].trim_end_matches(" sent").parse().expect("a number");
    page.fill("txtContent", "the end\n").await;
    let mut received = 5;
    while other.receive().await == "tick" {
        received += 1;
    }
    assert_eq!(received, sent, "no message after Stop");
    page.finish().await;
}

#[apply(any_browser)]
async fn rejects_invalid_repetition_settings(browser: &Browser) {
    let yodel = Yodel::serve(&NO_PINGS).await;
    let (page, _other) = open_with_receiver(browser, &yodel).await;
    page.fill("numEvery", "9").await;
    page.click("Start").await;
    page.wait_for_texts(".send-options .error", |words| words.iter().any(|invalid| invalid.contains("at least 10")))
        .await;
    page.fill("numEvery", "10").await;
    page.fill("txtContent", " ").await;
    page.click("Start").await;
    page.wait_for_texts(".send-options .error", |words| words.contains(&"Enter a message below first.".to_owned()))
        .await;
    assert_eq!(page.snapshot().await.sent, "0");
    page.finish().await;
}
