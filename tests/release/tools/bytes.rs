//! Binary messages from typed digits and from a file.

use std::io::Write;

use support::yodel::NO_PINGS;
use support::{Browser, Page, TestClient, Yodel, any_browser, apply, each_browser};
use tokio_tungstenite::tungstenite::Message;

/// Opens the page with the binary section, and a second client that receives broadcasts.
async fn open_with_receiver(browser: &Browser, yodel: &Yodel, mode: &str) -> (Page, TestClient) {
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
async fn sends_bytes_from_text_and_from_a_file(browser: &Browser) {
    let yodel = Yodel::serve(&NO_PINGS).await;
    let (page, mut other) = open_with_receiver(browser, &yodel, "&mode=plain").await;
    send(&page, "hex", "0a 1F9c00").await;
    assert_eq!(other.receive_message().await, Message::binary(vec![0x0a, 0x1f, 0x9c, 0]));
    page.wait_for_last_row("warning:  > binary, 4 bytes: 0a 1f 9c 00").await;
    send(&page, "base64", "/wABAg==").await;
    assert_eq!(other.receive_message().await, Message::binary(vec![0xff, 0, 1, 2]));

    let all: Vec<u8> = (0..=255).cycle().take(5_000).collect();
    let mut file = tempfile::NamedTempFile::new().expect("temporary file");
    file.write_all(&all).expect("file is writable");
    page.window.choose_file("//*[@id='fileBytes']", file.path()).await;
    page.wait_for_texts(".send-options .muted", |words| words.iter().any(|size| size == "5,000 bytes")).await;
    page.click("Send binary").await;
    assert_eq!(other.receive_message().await, Message::binary(all));
    page.finish().await;
}

#[apply(any_browser)]
async fn envelope_mode_transfers_bytes_as_base64(browser: &Browser) {
    let yodel = Yodel::serve(&NO_PINGS).await;
    let (page, mut other) = open_with_receiver(browser, &yodel, "").await;
    let second = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    send(&page, "hex", "0a1f9c00").await;
    assert_eq!(other.receive().await, "Ch+cAA==", "plain clients receive the base64 text");
    for page in [page, second] {
        page.wait_for_last_row("warning:  > binary, 4 bytes: 0a 1f 9c 00").await;
        page.finish().await;
    }
}

#[apply(any_browser)]
async fn rejects_invalid_digits_with_their_position(browser: &Browser) {
    let yodel = Yodel::serve(&NO_PINGS).await;
    let (page, _other) = open_with_receiver(browser, &yodel, "&mode=plain").await;
    for (digits, invalid) in
        [("0a xg", "Invalid character “x” at position 4."), ("0a 1", "The last byte is incomplete.")]
    {
        send(&page, "hex", digits).await;
        page.wait_for_texts(".send-options .error", |words| words.contains(&invalid.to_owned())).await;
    }
    assert_eq!(page.snapshot().await.sent, "0");
    page.finish().await;
}
