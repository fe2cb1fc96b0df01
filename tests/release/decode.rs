//! The decoded view of messages, whose decoders are a download of their own.

use support::browser::DisplaySettings;
use support::{Browser, Page, TestClient, Yodel, any_browser, apply, each_browser};
use tokio_tungstenite::tungstenite::Message;

use crate::missing_part::MovedPart;
use crate::service_worker::bundle;

/// `{"a": 1, "b": [2, 3]}` in CBOR.
const CBOR: [u8; 9] = [0xa2, 0x61, 0x61, 0x01, 0x61, 0x62, 0x82, 0x02, 0x03];
/// The fields 1 and 2 of a message of Protocol Buffers.
const PROTOBUF: [u8; 7] = [0x08, 0x96, 0x01, 0x12, 0x02, 0x68, 0x69];

/// Returns the number of downloaded files with the decoders.
async fn downloads(page: &Page) -> u64 {
    let script =
        "return performance.getEntriesByType('resource').filter(({ name }) => /\\/decode-/.test(name)).length;";
    page.window.script(script, Vec::new()).await.as_u64().expect("a number")
}

/// Receives these binary messages, and opens the last one in the inspector.
async fn receive(page: &Page, yodel: &Yodel, messages: &[&[u8]]) {
    let mut other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
    for message in messages {
        other.send_message(Message::binary(message.to_vec())).await;
    }
    page.wait_until("the messages", |snapshot| snapshot.received == messages.len().to_string()).await;
    page.open_tools().await;
    page.window.script("document.querySelector('#list').focus()", Vec::new()).await;
    page.press("k").await;
    page.wait_until("the inspector", |snapshot| snapshot.focus == "inspector").await;
}

#[apply(each_browser)]
async fn decodes_messages_and_remembers_the_chosen_format(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let url = format!("{}/?mode=plain&url=/ws/broadcast", yodel.url);
    let page = Page::connected(browser, &url).await;
    receive(&page, &yodel, &[&PROTOBUF, &CBOR]).await;
    assert_eq!(downloads(&page).await, 0, "nothing was decoded yet");
    page.click("Decoded").await;
    page.wait_for_text("#whole", "{ \"a\": 1, \"b\": [ 2, 3 ] }").await;
    assert!(downloads(&page).await > 0);
    page.wait_for_texts("#selDecode option", |formats| formats[0] == "Automatic (CBOR)").await;
    page.click("Previous").await;
    page.wait_for_text("#whole", "1 varint: 150 (zigzag 75) 2 len: \"hi\"").await;

    page.choose("selDecode", "messagepack").await;
    page.wait_for_texts("#whole", |texts| texts[0].starts_with("8 ")).await;
    page.window.reload().await;
    page.wait_for_state("Connected").await;
    page.open_tools().await;
    page.window.click("(//*[@id='divShow']/li)[2]").await;
    page.click("Decoded").await;
    page.wait_for_texts("#whole", |texts| texts[0].starts_with("8 ")).await;
    page.finish().await;
}

#[apply(any_browser)]
async fn shows_what_is_before_an_error(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &format!("{}/?mode=plain&url=/ws/broadcast", yodel.url)).await;
    receive(&page, &yodel, &[&CBOR[..8]]).await;
    page.click("Decoded").await;
    page.choose("selDecode", "cbor").await;
    page.wait_for_text(".content-note", "Byte 8: the message ends within a value.").await;
    page.wait_for_text("#whole", "{ \"a\": 1, \"b\": [ 2").await;
    page.finish().await;
}

#[apply(each_browser)]
async fn decoders_that_cannot_be_downloaded_are_tried_again(browser: &Browser) {
    let folder = bundle("Yodel");
    let part = MovedPart::take(folder.path(), "decode-");

    let yodel = Yodel::serve(&["--dist", folder.path().to_str().expect("path is UTF-8")]).await;
    let window = browser.own_window(DisplaySettings::default()).await;
    let page = Page::open_in(window, &format!("{}/?mode=plain&url=/ws/broadcast", yodel.url)).await;
    page.wait_for_state("Connected").await;
    receive(&page, &yodel, &[&CBOR]).await;
    page.click("Decoded").await;
    page.wait_for_text(".content-note", "The decoders could not be downloaded.").await;
    part.put_back();
    page.click("Try again").await;
    page.wait_for_text("#whole", "{ \"a\": 1, \"b\": [ 2, 3 ] }").await;
}
