//! Untrusted content is rendered as text, and the page follows its Content-Security-Policy.

use serde_json::Value;
use support::browser::DisplaySettings;
use support::yodel::NO_PINGS;
use support::{Browser, Page, TestClient, Yodel, any_browser, apply, each_browser};

use crate::restart;

/// Messages that would run scripts or break the layout in a page that concatenates HTML.
const HOSTILE: [&str; 6] = [
    "<script>window.harmed = 1</script>",
    "<img src=x onerror=\"window.harmed = 1\">",
    "<svg onload=\"window.harmed = 1\"></svg>",
    "</li></ol><h1>gone</h1>",
    "&lt;b&gt; &amp; &#60;",
    "{url} {code} ${window.harmed = 1}",
];

/// Returns the effect of injected scripts and the number of injected elements.
const INJECTED: &str = "return [window.harmed ?? null,
    document.querySelectorAll('#app script, #app img, #app svg, #app main h1, #app b:not([id])').length]";

#[apply(any_browser)]
async fn renders_hostile_messages_as_text(browser: &Browser) {
    let yodel = Yodel::serve(&NO_PINGS).await;
    let page = Page::connected(browser, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    let mut other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
    for text in HOSTILE {
        other.send(text).await;
        page.wait_for_last_row(&format!("warning:  > {text}")).await;
        page.submit(text).await;
        let snapshot = page.wait_for_last_row(&format!("warning:  > {text}")).await;
        assert!(snapshot.transcript().contains(&format!("success: {text}")), "{:?}", snapshot.transcript());
    }
    assert_eq!(page.window.script(INJECTED, Vec::new()).await, serde_json::json!([null, 0]));
    page.finish().await;
}

#[apply(any_browser)]
async fn injected_content_is_detected(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    let inject = "const image = document.createElement('img'); document.querySelector('#app main').append(image);
        window.harmed = 1";
    page.window.script(inject, Vec::new()).await;
    assert_eq!(page.window.script(INJECTED, Vec::new()).await, serde_json::json!([1, 1]));
}

#[apply(any_browser)]
async fn renders_a_hostile_address_as_text(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let address = "ws://evil.example/%3Cimg%20src=x%20onerror=%22window.harmed=1%22%3E";
    let page = Page::open(browser, &format!("{}/?url={address}", yodel.url)).await;
    page.wait_until("the confirmation", |snapshot| !snapshot.banner.is_empty() || !snapshot.address.is_empty()).await;
    let page = Page::open_in(page.window, &format!("{}/?lang=%3Cscript%3E&url=javascript://alert(1)", yodel.url)).await;
    page.wait_until("the invalid address", |snapshot| snapshot.banner == "Invalid WebSocket URL.").await;
    assert_eq!(page.window.script(INJECTED, Vec::new()).await, serde_json::json!([null, 0]));
    page.finish().await;
}

#[apply(each_browser)]
async fn session_causes_no_policy_violation(browser: &Browser) {
    let yodel = restart::serve(&[]).await;
    let address = yodel.address().to_string();
    let page = Page::connected(browser, &yodel.url).await;
    page.submit("hello").await;
    page.wait_for_last_row("warning:  > hello").await;
    page.click("中文").await;
    page.wait_for_state("已连接").await;
    page.window
        .apply_display(DisplaySettings { dark: true, width: 360, height: 640, ..DisplaySettings::default() })
        .await;
    page.click("断开").await;
    page.wait_for_state("未连接").await;
    page.click("连接").await;
    page.wait_for_state("已连接").await;
    yodel.kill().await;
    page.wait_until("the countdown", |snapshot| snapshot.banner.ends_with("秒后重连。")).await;
    page.submit("离线").await;
    let _restarted = Yodel::serve_at(&address, &[]).await;
    page.wait_for_last_row("warning:  > 离线").await;
    page.connect_to("/ws/broadcast").await;
    page.wait_until("another path", |snapshot| snapshot.address.ends_with("/ws/broadcast")).await;
    page.click("清空").await;
    page.window.reload().await;
    page.wait_for_state("已连接").await;
    page.finish().await;
}

#[apply(each_browser)]
async fn policy_violations_are_detected(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    let inject = "const image = document.createElement('div'); image.innerHTML = '<p style=\"color: red\">'";
    page.window.script(inject, Vec::new()).await;
    let console_errors = page.window.console_errors().await;
    assert!(console_errors.iter().any(|complaint| complaint.contains("style-src")), "{console_errors:?}");
    page.window.script(inject, Vec::new()).await;
    let console = page.window.console();
    assert!(console.iter().any(|message| message.contains("style-src")), "printed by a failing test: {console:?}");
}

#[apply(any_browser)]
async fn loads_only_own_files_and_has_no_inline_styles(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    let delivered = "return (await fetch('/')).text()";
    let html = page.window.script(&format!("return (async () => {{ {delivered} }})()"), Vec::new()).await;
    let html = html.as_str().expect("a document");
    assert!(html.contains("<script") && !html.contains("style="), "{html}");
    let loaded = "return performance.getEntriesByType('resource').map((entry) => new URL(entry.name).origin)";
    let Value::Array(origins) = page.window.script(loaded, Vec::new()).await else { panic!("expected a list") };
    assert!(origins.len() >= 3, "style, script, wasm: {origins:?}");
    assert!(origins.iter().all(|origin| origin == yodel.url.as_str()), "{origins:?}");
    page.finish().await;
}
