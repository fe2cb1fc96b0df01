//! The page in WebKitGTK. Run with `make test-webkit`, which installs the browser.

use support::Yodel;
use support::webkit::WebkitPage;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs WebKitGTK: run `make test-webkit`"]
async fn sends_messages_and_shows_echoes() {
    let yodel = Yodel::serve(&[]).await;
    let page = WebkitPage::connected(&yodel.url).await;
    page.submit("hello").await;
    page.wait_for_last_row("warning:  > hello").await;
    page.submit("你好，世界").await;
    let snapshot = page.wait_for_last_row("warning:  > 你好，世界").await;
    assert_eq!(snapshot.texts("success"), ["hello", "你好，世界"]);
    assert_eq!((snapshot.sent.as_str(), snapshot.received.as_str()), ("2", "2"));
    assert_eq!(snapshot.marks(), ["Acknowledged"; 2]);
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs WebKitGTK: run `make test-webkit`"]
async fn delivers_messages_typed_during_an_outage_once_in_order() {
    let yodel = Yodel::serve(&[]).await;
    let address = yodel.address().to_string();
    let page = WebkitPage::connected(&yodel.url).await;
    page.submit("before").await;
    page.wait_for_last_row("warning:  > before").await;
    yodel.kill().await;
    page.wait_until("the close", |snapshot| !snapshot.texts("danger").is_empty()).await;
    for text in ["first", "second"] {
        page.submit(text).await;
    }
    page.wait_until("two queued messages", |snapshot| snapshot.texts("success").len() == 3).await;

    let _restarted = Yodel::serve_at(&address, &[]).await;
    let snapshot = page.wait_for_last_row("warning:  > second").await;
    assert_eq!(snapshot.texts("success"), ["before", "first", "second"]);
    assert_eq!(snapshot.texts("warning"), [" > before", " > first", " > second"]);
    assert_eq!(snapshot.marks(), ["Acknowledged"; 3]);
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs WebKitGTK: run `make test-webkit`"]
async fn opens_the_tools_and_switches_to_chinese() {
    let yodel = Yodel::serve(&[]).await;
    let page = WebkitPage::connected(&yodel.url).await;
    page.click("Tools").await;
    page.wait_for_element(".sidebar input").await;
    page.click("中文").await;
    let snapshot = page.wait_until("the Chinese page", |snapshot| snapshot.state == "已连接").await;
    assert!(snapshot.has_button("工具"), "{:?}", snapshot.buttons);
    page.submit("你好").await;
    page.wait_for_last_row("warning:  > 你好").await;
    page.close().await;
}
