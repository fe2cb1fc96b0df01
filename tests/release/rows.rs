//! Working on rows: actions, pins, notes, comparison, and selected text.

use std::path::Path;

use serde_json::{Value, json};
use support::page::POLL_INTERVAL;
use support::{Browser, Page, TestClient, Yodel, any_browser, apply, each_browser, with_timeout};
use thirtyfour::Key;

/// Selects the texts of the last two rows.
const SELECT: &str = "
    const rows = [...document.querySelectorAll('#divShow .text')].slice(-2);
    const range = document.createRange();
    range.setStartBefore(rows[0]);
    range.setEndAfter(rows[1]);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return getSelection().toString();
";

/// Opens the page with Tools and another client that sends these messages.
async fn with_messages(browser: &Browser, yodel: &Yodel, texts: &[&str]) -> (Page, TestClient) {
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    let mut other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
    for text in texts {
        other.send(text).await;
    }
    page.wait_until("the messages", |snapshot| snapshot.received == texts.len().to_string()).await;
    page.open_tools().await;
    (page, other)
}

/// Opens the last row in the inspector with the keyboard.
async fn inspect_last(page: &Page) {
    page.window.script("document.querySelector('#list').focus()", Vec::new()).await;
    page.press("k").await;
    page.wait_until("the inspector", |snapshot| snapshot.focus == "inspector").await;
}

/// Waits for a download and returns its content.
async fn downloaded(folder: &Path, name: &str) -> String {
    let path = folder.join(name);
    with_timeout(name, async {
        loop {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            if text.ends_with('\n') {
                return text;
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    })
    .await
}

#[apply(each_browser)]
async fn rows_have_actions_for_the_keyboard_alone(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let (page, _other) = with_messages(browser, &yodel, &["theirs"]).await;
    page.wait_for_texts("#divShow .ms", |texts| texts.len() == 2 && texts.iter().all(|ms| ms.starts_with('.'))).await;
    page.type_text("my draft").await;
    inspect_last(&page).await;
    page.press("e").await;
    page.wait_until("the text", |snapshot| snapshot.content == "theirs" && snapshot.focus == "txtContent").await;
    page.press("!").await;
    page.press(Key::Enter).await;
    page.wait_for_last_row("warning:  > theirs!").await;
    page.click("Restore draft").await;
    page.wait_until("the draft", |snapshot| snapshot.content == "my draft").await;

    page.window.script("document.querySelector('#inspector').focus()", Vec::new()).await;
    page.press("j").await;
    page.wait_for_texts("#message", |texts| texts[0].starts_with("Sent ")).await;
    page.press("r").await;
    page.wait_until("the copy", |snapshot| snapshot.texts("success") == ["theirs!", "theirs!"]).await;
    page.press("p").await;
    page.wait_for_texts(".pinned li > :first-child", |pins| pins == ["theirs!"]).await;
    page.finish().await;
}

#[apply(each_browser)]
async fn pins_and_notes_survive_a_reload_and_are_exported(browser: &Browser) {
    let folder = tempfile::tempdir().expect("temporary folder");
    let yodel = Yodel::serve(&[]).await;
    let (page, _other) = with_messages(browser, &yodel, &["one", "two"]).await;
    page.window.download_to(folder.path()).await;
    inspect_last(&page).await;
    page.press("p").await;
    page.wait_for_texts(".pinned li > :first-child", |pins| pins == ["two"]).await;
    page.fill("txtNote", "the second").await;
    page.wait_for_texts("#divShow .row-mark", |marks| marks.iter().any(|mark| mark.contains("the second"))).await;

    page.window.reload().await;
    page.wait_until("the rows", |snapshot| snapshot.texts("warning") == [" > one", " > two"]).await;
    page.open_tools().await;
    page.wait_for_texts(".pinned li > :first-child", |pins| pins == ["two"]).await;
    page.fill("txtFind", "two").await;
    page.click("Export").await;
    page.click("JSON Lines").await;
    let text = downloaded(folder.path(), "yodel.jsonl").await;
    let row: Value = serde_json::from_str(text.lines().next().expect("a row")).expect("JSON");
    assert_eq!((&row["pinned"], &row["note"], &row["text"]), (&json!("true"), &json!("the second"), &json!("two")));
    page.finish().await;
}

#[apply(any_browser)]
async fn two_messages_are_compared_as_json(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let messages = [r#"{"order":1,"paid":false}"#, r#"{"order":1,"paid":true}"#];
    let (page, _other) = with_messages(browser, &yodel, &messages).await;
    inspect_last(&page).await;
    page.press("k").await;
    page.wait_for_texts("#whole", |texts| texts[0].contains("false")).await;
    page.press("d").await;
    page.press("j").await;
    page.wait_for_texts("#whole", |texts| texts[0].contains("true")).await;
    page.press("d").await;
    page.wait_for_texts("#whole del", |lines| lines == ["− \"paid\": false"]).await;
    page.wait_for_texts("#whole ins", |lines| lines == ["+ \"paid\": true"]).await;
    page.finish().await;
}

#[apply(each_browser)]
async fn selected_text_stays_while_rows_arrive(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let texts: Vec<String> = (0..100).map(|n| format!("message {n}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let (page, mut other) = with_messages(browser, &yodel, &texts).await;
    page.wait_for_last_row("warning:  > message 99").await;
    let selected = page.window.script(SELECT, Vec::new()).await;
    assert!(selected.as_str().is_some_and(|text| text.contains("message 98") && text.contains("message 99")));
    for n in 0..200 {
        other.send(&format!("new {n}")).await;
    }
    page.wait_until("the count of new rows", |snapshot| snapshot.new_rows == "↓ 200 new").await;
    assert_eq!(page.window.script("return getSelection().toString()", Vec::new()).await, selected);
    assert_eq!(page.element_texts(".inspector").await, [""; 0], "nothing was opened");
    page.finish().await;
}

#[apply(any_browser)]
async fn a_filter_keeps_the_selected_match_while_rows_arrive(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let (page, mut other) = with_messages(browser, &yodel, &["a pear", "a plum", "another pear"]).await;
    page.fill("txtFind", "pear").await;
    page.wait_for_text("#found", "2 of 4").await;
    page.window.click("(//*[@id='divShow']/li)[1]").await;
    page.wait_for_text("#found", "2 of 4 · match 1 selected").await;
    for text in ["a plum", "a last pear"] {
        other.send(text).await;
    }
    page.wait_for_text("#found", "3 of 6 · match 1 selected").await;
    page.wait_for_text("#whole", "a pear").await;
    page.finish().await;
}
