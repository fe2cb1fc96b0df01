//! Accessibility of the first screen: each state of the page with all display settings, in both languages.

use serde_json::json;
use support::browser::{Browser, BrowserKind, DisplaySettings};
use support::page::Page;
use support::{TestClient, Yodel, any_browser, apply, each_browser, is_full_run};
use thirtyfour::Key;

use crate::closing_server::ClosingServer;
use crate::fake_timers;
use crate::restart;

pub(crate) const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

/// Returns the display settings that affect axe, clipping or animations.
fn display_variants() -> [(&'static str, DisplaySettings); 5] {
    let still = DisplaySettings { reduced_motion: true, ..DisplaySettings::default() };
    [
        ("light", still),
        ("dark, 360 px", DisplaySettings { width: 360, height: 640, dark: true, ..still }),
        ("320 px", DisplaySettings { width: 320, height: 568, ..still }),
        ("at 200 %", DisplaySettings { zoom: 2, ..still }),
        ("forced colors", DisplaySettings { forced_colors: true, ..still }),
    ]
}

/// Connects another client of the lobby. An idle client answers no pings, and the findings of a page can take longer
/// than the server waits for an answer: connect again after each [`assert_accessible`].
pub(crate) async fn join_lobby(yodel: &Yodel) -> TestClient {
    TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await
}

/// Asserts that the page in its current state has no findings. `state` names it in failures. Controls and animations
/// are checked with all display settings, and axe by [`runs_axe`].
pub(crate) async fn assert_accessible(page: &Page, state: &str) {
    let language = page.window.script("return document.documentElement.lang", Vec::new()).await;
    let mut found = Vec::new();
    for (name, settings) in display_variants() {
        page.window.apply_display(settings).await;
        found.extend(layout_findings(page, name).await);
        if runs_axe(page.window.kind, name, language == LANGUAGES[0]) {
            found.extend(axe_findings(page, name).await);
        }
    }
    assert_eq!(found, [""; 0], "{state}");
    page.window.apply_display(DisplaySettings::default()).await;
}

/// Returns whether axe runs with these display settings. By default, it runs once per state and language, in Chromium:
/// in light colors on a large screen for the English page, and in dark colors on a small screen for the Chinese page.
/// Each color scheme has its own contrasts, and a small screen the smallest targets. In a full run, axe runs always.
fn runs_axe(kind: BrowserKind, settings: &str, is_english: bool) -> bool {
    let default = if is_english { "light" } else { "dark, 360 px" };
    is_full_run() || (kind == BrowserKind::Chromium && settings == default)
}

/// Returns running animations and clipped controls, each prefixed with the name of the settings.
async fn layout_findings(page: &Page, settings: &str) -> Vec<String> {
    let moving = page.running_animations().await.into_iter().map(|name| format!("{name} is animated"));
    let cut = page.clipped_controls().await;
    moving.chain(cut).map(|fault| format!("{settings}: {fault}")).collect()
}

/// Returns axe violations, each prefixed with the name of the settings.
async fn axe_findings(page: &Page, settings: &str) -> Vec<String> {
    page.axe().await.into_iter().map(|violation| format!("{settings}: {violation:?}")).collect()
}

/// Returns the numbers of different colors, icons and screen reader texts of the row kinds, and elements without a
/// border.
const FORCED_COLORS: &str = "
    const rows = ['info', 'success', 'warning', 'danger'].map((kind) => document.querySelector(`.list-group-item-${kind}`));
    const differ = (property) => new Set(rows.map(property)).size;
    const bordered = [...rows, ...document.querySelectorAll('.btn, .form-control, .banner')];
    return {
        colors: differ((row) => getComputedStyle(row).backgroundColor),
        icons: differ((row) => row.querySelector('[aria-hidden]').textContent),
        words: differ((row) => row.querySelector('.sr-only').textContent),
        without_border: bordered.filter((one) => getComputedStyle(one).borderTopStyle !== 'solid').map((one) => one.className),
    };
";

/// Style sheets that inject a defect, with a part of the expected finding.
const DEFECTS: [(&str, &str); 3] = [
    ("is animated", "@keyframes turn { to { rotate: 1turn } } .dot { animation: turn 1s infinite }"),
    ("color-contrast", ".state { color: #bbb; background: #ccc }"),
    ("outside", "#btnSend { translate: 50px }"),
];

/// Opens the page in this language with fake timers.
async fn open(browser: &Browser, language: &'static str, url: &str) -> Page {
    fake_timers::open_with(browser, url, DisplaySettings { language, ..DisplaySettings::default() }).await
}

#[apply(each_browser)]
async fn page_with_messages(browser: &Browser) {
    for language in LANGUAGES {
        let yodel = Yodel::serve(&[]).await;
        let page = open(browser, language, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
        page.wait_until("connected", |snapshot| snapshot.texts("info").len() == 1).await;
        assert_accessible(&page, "connected").await;

        let mut other = join_lobby(&yodel).await;
        page.submit("hello").await;
        page.wait_until("the echo", |snapshot| snapshot.received == "1").await;
        for _ in 0..100 {
            other.send(&"A long line that does not fit on any screen. ".repeat(10)).await;
        }
        page.wait_until("all messages", |snapshot| snapshot.received == "101").await;
        assert_accessible(&page, "with messages").await;

        page.press(Key::Shift + Key::Tab).await;
        page.press(Key::Home).await;
        page.wait_until("the beginning", |snapshot| !snapshot.texts("info").is_empty()).await;
        join_lobby(&yodel).await.send("one more").await;
        page.wait_until("the counter of new rows", |snapshot| !snapshot.new_rows.is_empty()).await;
        assert_accessible(&page, "scrolled up").await;
        page.finish().await;
    }
}

#[apply(any_browser)]
async fn page_without_server_or_network(browser: &Browser) {
    let server = ClosingServer::with_close(4502, "unauthorized").await;
    for (language, retry) in LANGUAGES.into_iter().zip(["Retry", "重试"]) {
        let yodel = restart::serve(&[]).await;
        let page = open(browser, language, &yodel.url).await;
        page.wait_until("connected", |snapshot| snapshot.texts("info").len() == 1).await;
        page.submit("hello").await;
        page.wait_until("the echo", |snapshot| snapshot.received == "1").await;
        yodel.kill().await;
        fake_timers::wait_for_backoff(&page).await;
        page.submit("typed while the server is away").await;
        let snapshot = page.wait_until("the queued message", |snapshot| snapshot.texts("success").len() == 2).await;
        assert!(
            ["info", "success", "warning", "danger"].iter().all(|kind| !snapshot.texts(kind).is_empty()),
            "{snapshot:?}"
        );
        assert_accessible(&page, "waiting, with a row of each kind").await;

        page.window.set_offline(true).await;
        page.wait_until("the offline state", |snapshot| ["Offline", "离线"].contains(&snapshot.state.as_str())).await;
        assert_accessible(&page, "offline").await;

        page.window.set_offline(false).await;
        page.connect_to(&server.url).await;
        page.wait_until("the retry button", |snapshot| snapshot.has_button(retry)).await;
        assert_accessible(&page, "a message that was not sent").await;
        page.finish().await;
    }
}

#[apply(any_browser)]
async fn page_with_rejections_and_empty_states(browser: &Browser) {
    let server = ClosingServer::with_close(4502, "unauthorized").await;
    for language in LANGUAGES {
        let yodel = Yodel::serve(&[]).await;
        let page = open(browser, language, &format!("{}/?url={}", yodel.url, server.url)).await;
        page.wait_until("the confirmation", |snapshot| snapshot.banner.contains(&server.url)).await;
        assert_accessible(&page, "confirmation of another server").await;

        page.window.click("//*[@class='banner']//button").await;
        page.wait_until("the rejection", |snapshot| snapshot.banner.contains("4502")).await;
        assert_accessible(&page, "refused").await;

        page.window.click("//*[@class='banner']//button").await;
        page.wait_until("the address field", |snapshot| snapshot.focus == "txtUrl").await;
        assert_accessible(&page, "the address field").await;

        page.press("nowhere://\n").await;
        assert_accessible(&page, "the address field with an invalid address").await;

        page.press(Key::Control + "a").await;
        page.press("/ws/echo\n").await;
        page.wait_until("connected", |snapshot| snapshot.banner.is_empty() && snapshot.focus != "txtUrl").await;
        page.type_text("\n").await;
        page.wait_until("the hint", |snapshot| !snapshot.hint.is_empty()).await;
        page.window.click("//button[contains(@class, 'clear')]").await;
        page.wait_until("no rows", |snapshot| snapshot.rows.is_empty()).await;
        assert_accessible(&page, "empty list and empty field").await;
        page.finish().await;
    }
}

#[apply(each_browser)]
async fn states_and_kinds_differ_without_colors(browser: &Browser) {
    let yodel = restart::serve(&[]).await;
    let page = open(browser, "en", &yodel.url).await;
    page.wait_for_state("Connected").await;
    page.submit("hello").await;
    page.wait_until("the echo", |snapshot| snapshot.received == "1").await;
    yodel.kill().await;
    fake_timers::wait_for_backoff(&page).await;
    let kinds = async || page.window.script(FORCED_COLORS, Vec::new()).await;
    assert_eq!(kinds().await["colors"], 4, "without forced colors, all kinds have different colors");
    page.window.apply_display(DisplaySettings { forced_colors: true, ..DisplaySettings::default() }).await;
    assert_eq!(kinds().await, json!({ "colors": 1, "icons": 4, "words": 4, "without_border": [] }));
    page.finish().await;
}

#[apply(any_browser)]
async fn audit_detects_injected_defects(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    let findings = async |name| [layout_findings(&page, name).await, axe_findings(&page, name).await].concat();
    assert_eq!(findings("before").await, [""; 0]);
    page.window.script("window.axe.wasSent = true", Vec::new()).await;
    let inject =
        "const sheet = new CSSStyleSheet(); sheet.replaceSync(arguments[0]); document.adoptedStyleSheets = [sheet]";
    for (fault, sheet) in DEFECTS {
        page.window.script(inject, vec![sheet.into()]).await;
        let found = findings(fault).await;
        assert!(!found.is_empty() && found.iter().all(|found| found.contains(fault)), "{fault}: {found:?}");
    }
    let reused = page.window.script("return window.axe.wasSent", Vec::new()).await;
    assert_eq!(reused, true, "axe is sent once per page load");
    page.finish().await;
}
