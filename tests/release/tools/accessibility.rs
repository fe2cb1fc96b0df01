//! Accessibility of the tools panel: each state with all display settings, in both languages.

use support::browser::{Browser, DisplaySettings};
use support::{Page, Yodel, any_browser, apply, each_browser};
use tokio_tungstenite::tungstenite::Message;

use crate::accessibility::{LANGUAGES, assert_accessible, join_lobby};
use crate::unused_address::UnusedAddress;

/// JSON whose formatted form has several lines, one of them long.
const JSON: &str = r#"{"build":{"id":12345678901234567890,"parts":["page","server"],"note":"a value that is too long for a line of the sheet, and has no end"}}"#;
/// Restores counters of six digits from an earlier visit.
const LONG_COUNTERS: &str = "sessionStorage['yodel.log'] ||= '6:1234561:16:6543211:11:0\\n'";

/// Opens the page in this language with the tools panel.
async fn open_tools(browser: &Browser, language: &'static str, url: &str) -> Page {
    let window = browser.window(DisplaySettings { language, ..DisplaySettings::default() }).await;
    let page = Page::open_in(window, url).await;
    page.wait_until("connected", |snapshot| snapshot.texts("info").len() == 1).await;
    page.open_tools().await;
    page
}

/// Opens the server metrics.
async fn open_metrics(page: &Page) {
    page.window.click("//*[@id='h-server']/button").await;
}

#[apply(any_browser)]
async fn connection_rooms_presence_and_metrics(browser: &Browser) {
    for language in LANGUAGES {
        let yodel = Yodel::serve(&["--plain", "broadcast"]).await;
        let page = open_tools(browser, language, &yodel.url).await;
        assert_accessible(&page, "opened").await;

        page.fill("room", "a-room-with-a-name-that-is-longer-than-its-place\n").await;
        page.wait_for_texts(".recipient b", |chip| chip.len() == 1).await;
        page.wait_for_texts("[aria-labelledby='h-people'] li", |people| people.len() == 1).await;
        open_metrics(&page).await;
        page.wait_for_texts(".metrics .graph", |graphs| graphs.len() == 4).await;
        assert_accessible(&page, "in a room, with metrics").await;

        page.choose("selSpeak", "plain").await;
        page.fill("txtSubprotocols", "chat, chat\n").await;
        page.wait_for_texts("[aria-labelledby='connection'] .error", |invalid| !invalid[0].is_empty()).await;
        assert_accessible(&page, "invalid subprotocols").await;
        page.finish().await;
    }
}

#[apply(any_browser)]
async fn rejected_metrics_and_long_counters(browser: &Browser) {
    for language in LANGUAGES {
        let yodel = Yodel::serve(&["--metrics", "api"]).await;
        let window = browser.window(DisplaySettings { language, ..DisplaySettings::default() }).await;
        window.run_before_pages(LONG_COUNTERS).await;
        let page = Page::open_in(window, &yodel.url).await;
        page.wait_until("the restored counters", |snapshot| {
            (snapshot.sent.as_str(), snapshot.received.as_str()) == ("123456", "654321")
        })
        .await;
        assert_accessible(&page, "counters of six digits").await;
        page.open_tools().await;
        open_metrics(&page).await;
        page.wait_for_texts(".metrics #key", |key| key.len() == 1).await;
        assert_accessible(&page, "rejected metrics").await;
    }
}

#[apply(any_browser)]
async fn search_and_pause(browser: &Browser) {
    for language in LANGUAGES {
        let yodel = Yodel::serve(&[]).await;
        let mut other = join_lobby(&yodel).await;
        let page = open_tools(browser, language, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
        for text in ["a pear", "a plum", "another pear"] {
            other.send(text).await;
        }
        page.wait_until("all messages", |snapshot| snapshot.received == "3").await;
        page.fill("txtFind", "pear").await;
        page.wait_for_texts("#divShow mark", |marks| marks.len() == 2).await;
        assert_accessible(&page, "search results").await;

        page.fill("txtFind", "/(/").await;
        page.wait_for_texts("[aria-invalid='true']", |fields| fields.len() == 1).await;
        assert_accessible(&page, "invalid expression").await;

        page.fill("txtFind", "pear").await;
        page.window.click("//*[@class='toolbar']/button[1]").await;
        page.window.click("//*[@class='toolbar']/button[2]").await;
        join_lobby(&yodel).await.send("one more pear").await;
        page.wait_until("the counted message", |snapshot| snapshot.received == "4").await;
        assert_accessible(&page, "paused, with export formats").await;
        page.finish().await;
    }
}

#[apply(any_browser)]
async fn message_inspector(browser: &Browser) {
    for language in LANGUAGES {
        let yodel = Yodel::serve(&[]).await;
        let page = open_tools(browser, language, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
        join_lobby(&yodel).await.send(JSON).await;
        page.wait_until("the text message", |snapshot| snapshot.received == "1").await;
        page.window.click("(//*[@id='divShow']/li)[last()]").await;
        page.wait_until("the inspector", |snapshot| snapshot.focus == "inspector").await;
        for (view, name) in [(1, "pretty"), (2, "raw"), (3, "hex"), (4, "decoded"), (5, "diff")] {
            page.window.click(&format!("//*[@class='inspector']//*[@role='group']/button[{view}]")).await;
            let pressed = format!(".inspector [role='group'] button:nth-child({view})[aria-pressed='true']");
            page.wait_for_texts(&pressed, |buttons| buttons.len() == 1).await;
            assert_accessible(&page, name).await;
        }
        join_lobby(&yodel).await.send_message(Message::binary((0..200).collect::<Vec<u8>>())).await;
        page.wait_until("the binary message", |snapshot| snapshot.received == "2").await;
        page.window.click("//*[@class='inspector']//*[@role='group']/button[3]").await;
        page.press("j").await;
        page.wait_for_texts("#whole", |text| text[0].starts_with("00000000 00 01 02")).await;
        assert_accessible(&page, "bytes").await;
        page.finish().await;
    }
}

#[apply(each_browser)]
async fn expanded_message_tools_and_shortcuts(browser: &Browser) {
    for language in LANGUAGES {
        let yodel = Yodel::serve(&[]).await;
        let page = open_tools(browser, language, &yodel.url).await;
        page.type_text("a message to keep").await;
        for fold in 1..=4 {
            page.window.click(&format!("(//*[@class='disclosures']/details)[{fold}]/summary")).await;
        }
        page.fill("txtName", "a name").await;
        page.window.click("//*[@class='disclosures']/details[1]//button").await;
        page.wait_for_text(".send-options .list-plain .address", "a name").await;
        page.fill("txtBytes", "0g").await;
        page.fill("numEvery", "1").await;
        page.window.click("//*[@class='disclosures']/details[4]//button").await;
        page.wait_for_texts(".send-options .error", |invalid| invalid.iter().any(|invalid| !invalid.is_empty())).await;
        assert_accessible(&page, "expanded, with validation errors").await;

        page.window.click("//*[@class='disclosures']/button").await;
        page.wait_for_texts("dialog[open]", |dialog| dialog.len() == 1).await;
        assert_accessible(&page, "keyboard shortcuts").await;
        page.finish().await;
    }
}

#[apply(any_browser)]
async fn connection_diagnosis(browser: &Browser) {
    let unused = UnusedAddress::reserve();
    for language in LANGUAGES {
        let yodel = Yodel::serve(&[]).await;
        let page = open_tools(browser, language, &yodel.url).await;
        page.choose("selSpeak", "plain").await;
        page.fill("txtServer", &unused.url).await;
        page.fill("txtSubprotocols", "chat\n").await;
        page.window.click("//*[@class='banner']//button[1]").await;
        page.wait_for_texts(".diagnosis p", |reasons| reasons.len() == 2).await;
        assert_accessible(&page, "connection diagnosis").await;
        page.finish().await;
    }
}
