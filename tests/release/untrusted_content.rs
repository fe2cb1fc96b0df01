//! What arrives is text, whatever it looks like, and the page keeps to its own policy.

use serde_json::Value;
use support::browser::Look;
use support::{Browser, Page, TestClient, Yodel, apply, each_browser};

/// What a page that concatenates HTML would run, or be broken by.
const HOSTILE: [&str; 6] = [
    "<script>window.harmed = 1</script>",
    "<img src=x onerror=\"window.harmed = 1\">",
    "<svg onload=\"window.harmed = 1\"></svg>",
    "</li></ol><h1>gone</h1>",
    "&lt;b&gt; &amp; &#60;",
    "{url} {code} ${window.harmed = 1}",
];

/// Elements that no message may make, and what they would have done.
const HARM: &str = "return [window.harmed ?? null,
    document.querySelectorAll('#app script, #app img, #app svg, #app main h1, #app b:not([id])').length]";

#[apply(each_browser)]
async fn hostile_text_stays_text(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    let mut other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
    for text in HOSTILE {
        other.send(text).await;
        page.until_last(&format!("warning:  > {text}")).await;
        page.say(text).await;
        let seen = page.until_last(&format!("warning:  > {text}")).await;
        assert!(seen.transcript().contains(&format!("success: {text}")), "{:?}", seen.transcript());
    }
    assert_eq!(page.window.script(HARM, Vec::new()).await, serde_json::json!([null, 0]));
    page.leave().await;
}

#[apply(each_browser)]
async fn a_hostile_address_is_text_too(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let address = "ws://evil.example/%3Cimg%20src=x%20onerror=%22window.harmed=1%22%3E";
    let page = Page::open(browser, &format!("{}/?url={address}", yodel.url)).await;
    page.until("the question", |seen| !seen.notice.is_empty() || !seen.address.is_empty()).await;
    let page = Page::open_in(page.window, &format!("{}/?lang=%3Cscript%3E&url=javascript://alert(1)", yodel.url)).await;
    page.until("no address", |seen| seen.notice == "This is not a WebSocket address.").await;
    assert_eq!(page.window.script(HARM, Vec::new()).await, serde_json::json!([null, 0]));
    page.leave().await;
}

#[apply(each_browser)]
async fn a_whole_session_keeps_to_the_policy(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let address = yodel.address().to_string();
    let page = Page::connected(browser, &yodel.url).await;
    page.say("hello").await;
    page.until_last("warning:  > hello").await;
    page.click("中文").await;
    page.until_state("已连接").await;
    page.window.show_as(Look { dark: true, width: 360, height: 640, ..Look::default() }).await;
    page.click("断开").await;
    page.until_state("未连接").await;
    page.click("连接").await;
    page.until_state("已连接").await;
    yodel.kill().await;
    page.until("the countdown", |seen| seen.notice.ends_with("秒后重试。")).await;
    page.say("离线").await;
    let _restarted = Yodel::serve_at(&address, &[]).await;
    page.until_last("warning:  > 离线").await;
    page.dial("/ws/broadcast").await;
    page.until("another path", |seen| seen.address.ends_with("/ws/broadcast")).await;
    page.click("清空").await;
    page.window.reload().await;
    page.until_state("已连接").await;
    page.leave().await;
}

#[apply(each_browser)]
async fn a_violation_would_be_noticed(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    let inject = "const image = document.createElement('div'); image.innerHTML = '<p style=\"color: red\">'";
    page.window.script(inject, Vec::new()).await;
    let complaints = page.window.complaints().await;
    assert!(complaints.iter().any(|complaint| complaint.contains("style-src")), "{complaints:?}");
}

#[apply(each_browser)]
async fn the_markup_has_no_style_attributes_and_loads_nothing_from_elsewhere(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    let delivered = "return (await fetch('/')).text()";
    let html = page.window.script(&format!("return (async () => {{ {delivered} }})()"), Vec::new()).await;
    let html = html.as_str().expect("a page");
    assert!(html.contains("<script") && !html.contains("style="), "{html}");
    let loaded = "return performance.getEntriesByType('resource').map((entry) => new URL(entry.name).origin)";
    let Value::Array(origins) = page.window.script(loaded, Vec::new()).await else { panic!("a list") };
    assert!(origins.len() >= 3, "style, script, wasm: {origins:?}");
    assert!(origins.iter().all(|origin| origin == yodel.url.as_str()), "{origins:?}");
    page.leave().await;
}
