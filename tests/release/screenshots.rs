//! Screenshots of the page in target/screenshots/, with a check for clipped controls.

use std::path::PathBuf;

use support::browser::{Browser, DisplaySettings};
use support::page::Page;
use support::yodel::root;
use support::{TestClient, Yodel, apply, full_only};
use tokio_tungstenite::tungstenite::Message;

use crate::closing_server::ClosingServer;
use crate::restart;

const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

fn display_variants() -> impl Iterator<Item = (String, DisplaySettings)> {
    let sizes = [(360, 640), (1280, 800)].into_iter();
    sizes.flat_map(|(width, height)| {
        [false, true].map(|dark| {
            let name = format!("{width}-{}", if dark { "dark" } else { "light" });
            (name, DisplaySettings { width, height, dark, ..DisplaySettings::default() })
        })
    })
}

/// Takes a screenshot in each size and color scheme and asserts that no control is clipped.
async fn take_screenshots(page: &Page, state: &str, language: &str) {
    let folder: PathBuf = root().join("target/screenshots");
    std::fs::create_dir_all(&folder).expect("folder can be created");
    for (name, settings) in display_variants() {
        let name = format!("{state}-{language}-{name}-{:?}", page.window.kind).to_lowercase();
        page.window.apply_display(settings).await;
        let frames = "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";
        page.window.script(frames, Vec::new()).await;
        page.window.screenshot(&folder.join(format!("{name}.png"))).await;
        assert_eq!(page.clipped_controls().await, [""; 0], "{name}");
    }
}

/// Opens the page in this language, connected to `/ws/broadcast`.
async fn open(browser: &Browser, yodel: &Yodel, language: &'static str) -> Page {
    let window = browser.window(DisplaySettings { language, ..DisplaySettings::default() }).await;
    let page = Page::open_in(window, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    page.wait_until("connected", |snapshot| snapshot.texts("info").len() == 1).await;
    page
}

#[apply(full_only)]
async fn screenshots_of_messages_and_an_outage(browser: &Browser) {
    for language in LANGUAGES {
        let yodel = restart::serve(&[]).await;
        let page = open(browser, &yodel, language).await;
        let mut other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
        page.submit("Hello, is anybody there?").await;
        page.wait_until("the echo", |snapshot| snapshot.received == "1").await;
        other.send("Yes! 你好，这里有人。").await;
        other.send_message(Message::binary((0..64).collect::<Vec<u8>>())).await;
        other.send(&"A long line that does not fit on any screen. ".repeat(10)).await;
        page.wait_until("three more messages", |snapshot| snapshot.received == "4").await;
        take_screenshots(&page, "messages", language).await;

        yodel.kill().await;
        page.wait_until("the banner", |snapshot| !snapshot.banner.is_empty()).await;
        page.submit("Typed while the server is away").await;
        page.wait_until("the queued message", |snapshot| snapshot.texts("success").len() == 2).await;
        take_screenshots(&page, "waiting", language).await;
        let snapshot = page.snapshot().await;
        assert!(
            ["info", "success", "warning", "danger"].iter().all(|kind| !snapshot.texts(kind).is_empty()),
            "{snapshot:?}"
        );
        page.finish().await;
    }
}

#[apply(full_only)]
async fn screenshots_of_hints_and_rejections(browser: &Browser) {
    let server = ClosingServer::with_close(4502, "unauthorized").await;
    for language in LANGUAGES {
        let yodel = Yodel::serve(&[]).await;
        let page = open(browser, &yodel, language).await;
        page.press("\n").await;
        page.wait_until("the hint", |snapshot| !snapshot.hint.is_empty()).await;
        take_screenshots(&page, "hint", language).await;
        page.connect_to(&server.url).await;
        page.wait_until("the rejection", |snapshot| snapshot.banner.contains("4502")).await;
        take_screenshots(&page, "refused", language).await;
        page.window.go(&format!("{}/?url={}", yodel.url, server.url)).await;
        page.wait_until("the confirmation", |snapshot| snapshot.banner.contains(&server.url)).await;
        take_screenshots(&page, "foreign", language).await;
        page.finish().await;
    }
}
