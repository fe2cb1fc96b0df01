//! The message field: Enter, history and input methods.

use serde_json::json;
use support::browser::{Browser, BrowserKind, DisplaySettings};
use support::page::Page;
use support::{Yodel, apply, each_browser};
use thirtyfour::Key;

#[apply(each_browser)]
async fn shift_enter_inserts_a_line_and_enter_sends(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.type_text("  one").await;
    page.press(Key::Shift + Key::Enter).await;
    page.press("two  ").await;
    assert_eq!(page.snapshot().await.content, "  one\ntwo  ");
    page.press(Key::Enter).await;
    let snapshot = page.wait_for_last_row("warning:  >   one\ntwo  ").await;
    assert_eq!((snapshot.content.as_str(), snapshot.texts("success")), ("", vec!["  one\ntwo  "]));
    page.finish().await;
}

#[apply(each_browser)]
async fn empty_message_shows_a_hint_and_is_not_sent(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    let hint = "Please input any content to send!";
    page.type_text("  \n").await;
    page.wait_until("the hint", |snapshot| snapshot.hint == hint).await;
    page.press("x").await;
    page.wait_until("no hint", |snapshot| snapshot.hint.is_empty()).await;
    page.press(Key::Backspace).await;
    page.click("Send").await;
    let snapshot = page.wait_until("the hint", |snapshot| snapshot.hint == hint).await;
    assert_eq!(
        (snapshot.sent.as_str(), snapshot.focus.as_str()),
        ("0", "txtContent"),
        "no dialog, and the message field keeps the focus"
    );
    page.submit("something").await;
    page.wait_for_last_row("warning:  >   something").await;
    page.finish().await;
}

#[apply(each_browser)]
async fn arrow_keys_recall_sent_messages(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    for text in ["first", "second"] {
        page.submit(text).await;
    }
    page.press("a draft").await;
    for (key, expected) in [
        (Key::Up, "second"),
        (Key::Up, "first"),
        (Key::Up, "first"),
        (Key::Down, "second"),
        (Key::Down, "a draft"),
        (Key::Up, "second"),
    ] {
        page.press(key).await;
        assert_eq!(page.snapshot().await.content, expected);
    }
    page.press("\n").await;
    page.wait_until("the repeated message", |snapshot| snapshot.texts("success") == ["first", "second", "second"])
        .await;
    page.finish().await;
}

#[apply(each_browser)]
async fn arrow_up_moves_the_caret_in_a_soft_wrapped_draft(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.submit("sent").await;
    let draft = "a draft that is wrapped ".repeat(20);
    page.type_text(&draft).await;
    page.press(Key::Up).await;
    page.press("!").await;
    let content = page.snapshot().await.content;
    assert!(content.len() == draft.len() + 1 && !content.ends_with('!'), "{content}");
    // One of these keys reaches a line where the caret cannot move.
    for _ in 0..12 {
        page.press(Key::Up).await;
    }
    page.wait_until("the sent message", |snapshot| snapshot.content == "sent").await;
    page.finish().await;
}

/// Chromium only: its input method can be simulated.
#[tokio::test]
async fn enter_during_composition_does_not_send() {
    let browser = Browser::start(BrowserKind::Chromium).await;
    let yodel = Yodel::serve(&[]).await;
    let window = browser.window(DisplaySettings { language: "zh-CN", ..DisplaySettings::default() }).await;
    let page = Page::open_in(window, &yodel.url).await;
    page.wait_for_state("已连接").await;
    page.type_text("我说").await;
    let compose = json!({ "text": "nihao", "selectionStart": 5, "selectionEnd": 5 });
    page.window.devtools("Input.imeSetComposition", compose).await;
    page.wait_until("text in composition", |snapshot| snapshot.content == "我说nihao").await;
    // The key event that Chromium sends for every key during a composition.
    let key = json!({ "type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229 });
    page.window.devtools("Input.dispatchKeyEvent", key).await;
    page.window.devtools("Input.insertText", json!({ "text": "你好" })).await;
    let snapshot = page.wait_until("composed text", |snapshot| snapshot.content == "我说你好").await;
    assert_eq!(snapshot.texts("success"), [""; 0]);
    page.press(Key::Enter).await;
    let snapshot = page.wait_for_last_row("warning:  > 我说你好").await;
    assert_eq!((snapshot.sent.as_str(), snapshot.content.as_str()), ("1", ""));
    page.finish().await;
}

#[apply(each_browser)]
async fn recognizes_every_form_of_a_composing_enter(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.type_text("ni").await;
    let press = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
        { key: 'Enter', bubbles: true, cancelable: true, ...arguments[0] }))";
    for composing in [json!({ "isComposing": true }), json!({ "keyCode": 229 })] {
        page.window.script(press, vec![composing]).await;
        assert_eq!(page.snapshot().await.content, "ni");
    }
    page.window.script(press, vec![json!({})]).await;
    let snapshot = page.wait_for_last_row("warning:  > ni").await;
    assert_eq!(snapshot.texts("success"), ["ni"]);
    page.finish().await;
}
