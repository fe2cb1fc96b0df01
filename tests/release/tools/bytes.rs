//! Bytes that a person types or chooses arrive as they are.

use std::io::Write;

use support::{Browser, Page, TestClient, Yodel, apply, each_browser};
use tokio_tungstenite::tungstenite::Message;

/// A page with the part about bytes open, and somebody who hears it.
async fn ready(browser: &Browser, yodel: &Yodel, mode: &str) -> (Page, TestClient) {
    let other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast{mode}", yodel.url)).await;
    page.open_tools().await;
    page.unfold("Binary").await;
    (page, other)
}

async fn send(page: &Page, form: &str, digits: &str) {
    page.choose("selDigits", form).await;
    page.fill("txtBytes", digits).await;
    page.click("Send binary").await;
}

#[apply(each_browser)]
async fn digits_and_a_file_arrive_as_these_bytes(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let (page, mut other) = ready(browser, &yodel, "&mode=plain").await;
    send(&page, "hex", "0a 1F9c00").await;
    assert_eq!(other.receive_message().await, Message::binary(vec![0x0a, 0x1f, 0x9c, 0]));
    page.until_last("warning:  > binary, 4 bytes: 0a 1f 9c 00").await;
    send(&page, "base64", "/wABAg==").await;
    assert_eq!(other.receive_message().await, Message::binary(vec![0xff, 0, 1, 2]));

    let all: Vec<u8> = (0..=255).cycle().take(5_000).collect();
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&all).expect("it can be written");
    page.window.choose_file("//*[@id='fileBytes']", file.path()).await;
    page.until_words(".send-options .muted", |words| words.iter().any(|size| size == "5,000 bytes")).await;
    page.click("Send binary").await;
    assert_eq!(other.receive_message().await, Message::binary(all));
    page.leave().await;
}

#[apply(each_browser)]
async fn in_an_envelope_they_go_as_base64_and_are_bytes_again_in_another_page(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let (page, mut other) = ready(browser, &yodel, "").await;
    let second = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    send(&page, "hex", "0a1f9c00").await;
    assert_eq!(other.receive().await, "Ch+cAA==", "who speaks plain gets a text");
    for page in [page, second] {
        page.until_last("warning:  > binary, 4 bytes: 0a 1f 9c 00").await;
        page.leave().await;
    }
}

#[apply(each_browser)]
async fn a_wrong_digit_is_named_and_nothing_is_sent(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let (page, _other) = ready(browser, &yodel, "&mode=plain").await;
    for (digits, wrong) in [("0a xg", "Invalid character “x” at position 4."), ("0a 1", "The last byte is incomplete.")]
    {
        send(&page, "hex", digits).await;
        page.until_words(".send-options .error", |words| words.contains(&wrong.to_owned())).await;
    }
    assert_eq!(page.seen().await.sent, "0");
    page.leave().await;
}
