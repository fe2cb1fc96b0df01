//! The input: Enter, the history, an input method.

use serde_json::json;
use support::browser::{Browser, Kind, Look};
use support::page::Page;
use support::{Yodel, apply, each_browser};
use thirtyfour::Key;

#[apply(each_browser)]
async fn shift_and_enter_make_a_line_and_enter_sends_them_all_as_they_are(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.write("  one").await;
    page.press(Key::Shift + Key::Enter).await;
    page.press("two  ").await;
    assert_eq!(page.seen().await.content, "  one\ntwo  ");
    page.press(Key::Enter).await;
    let seen = page.until_last("warning:  >   one\ntwo  ").await;
    assert_eq!((seen.content.as_str(), seen.texts("success")), ("", vec!["  one\ntwo  "]));
    page.leave().await;
}

#[apply(each_browser)]
async fn nothing_is_not_sent_and_said_beside_the_field(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    let hint = "Please input any content to send!";
    page.write("  \n").await;
    page.until("the hint", |seen| seen.hint == hint).await;
    page.press("x").await;
    page.until("no hint", |seen| seen.hint.is_empty()).await;
    page.press(Key::Backspace).await;
    page.click("Send").await;
    let seen = page.until("the hint", |seen| seen.hint == hint).await;
    assert_eq!((seen.sent.as_str(), seen.focus.as_str()), ("0", "txtContent"), "no alert is in the way");
    page.say("something").await;
    page.until_last("warning:  >   something").await;
    page.leave().await;
}

#[apply(each_browser)]
async fn arrow_up_brings_back_what_was_sent(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    for text in ["first", "second"] {
        page.say(text).await;
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
        assert_eq!(page.seen().await.content, expected);
    }
    page.press("\n").await;
    page.until("it is sent again", |seen| seen.texts("success") == ["first", "second", "second"]).await;
    page.leave().await;
}

/// In Chromium, whose input method can be played from outside.
#[tokio::test]
async fn enter_in_an_input_method_sends_nothing() {
    let browser = Browser::start(Kind::Chromium).await;
    let yodel = Yodel::serve(&[]).await;
    let window = browser.window(Look { language: "zh-CN", ..Look::default() }).await;
    let page = Page::open_in(window, &yodel.url).await;
    page.until_state("已连接").await;
    page.write("我说").await;
    let compose = json!({ "text": "nihao", "selectionStart": 5, "selectionEnd": 5 });
    page.window.devtools("Input.imeSetComposition", compose).await;
    page.until("half-typed Chinese", |seen| seen.content == "我说nihao").await;
    // What Chromium sends for each key while an input method is at work.
    let key = json!({ "type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229 });
    page.window.devtools("Input.dispatchKeyEvent", key).await;
    page.window.devtools("Input.insertText", json!({ "text": "你好" })).await;
    let seen = page.until("chosen Chinese", |seen| seen.content == "我说你好").await;
    assert_eq!(seen.texts("success"), [""; 0]);
    page.press(Key::Enter).await;
    let seen = page.until_last("warning:  > 我说你好").await;
    assert_eq!((seen.sent.as_str(), seen.content.as_str()), ("1", ""));
    page.leave().await;
}

#[apply(each_browser)]
async fn each_way_in_which_browsers_name_a_composing_enter_is_understood(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.write("ni").await;
    let press = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
        { key: 'Enter', bubbles: true, cancelable: true, ...arguments[0] }))";
    for composing in [json!({ "isComposing": true }), json!({ "keyCode": 229 })] {
        page.window.script(press, vec![composing]).await;
        assert_eq!(page.seen().await.content, "ni");
    }
    page.window.script(press, vec![json!({})]).await;
    let seen = page.until_last("warning:  > ni").await;
    assert_eq!(seen.texts("success"), ["ni"]);
    page.leave().await;
}
