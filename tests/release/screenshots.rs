//! Pictures of the page, in target/screenshots/, and what can be said about them by measuring.

use std::path::PathBuf;

use support::browser::{Browser, Look};
use support::page::Page;
use support::yodel::root;
use support::{TestClient, Yodel, apply, each_browser};
use tokio_tungstenite::tungstenite::Message;

use crate::peer::Peer;

const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

fn looks() -> impl Iterator<Item = (String, Look)> {
    let sizes = [(360, 640), (1280, 800)].into_iter();
    sizes.flat_map(|(width, height)| {
        [false, true].map(|dark| {
            let name = format!("{width}-{}", if dark { "dark" } else { "light" });
            (name, Look { width, height, dark, ..Look::default() })
        })
    })
}

/// A picture in each size and colour scheme, and that nothing is cut off in it.
async fn pictures(page: &Page, scene: &str, language: &str) {
    let folder: PathBuf = root().join("target/screenshots");
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, look) in looks() {
        let name = format!("{scene}-{language}-{name}-{:?}", page.window.kind).to_lowercase();
        page.window.show_as(look).await;
        let frames = "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";
        page.window.script(frames, Vec::new()).await;
        page.window.screenshot(&folder.join(format!("{name}.png"))).await;
        assert_eq!(page.cut().await, [""; 0], "{name}");
    }
}

/// A page in this language, connected to broadcast.
async fn open(browser: &Browser, yodel: &Yodel, language: &'static str) -> Page {
    let window = browser.window(Look { language, ..Look::default() }).await;
    let page = Page::open_in(window, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
    page.until("it is connected", |seen| seen.texts("info").len() == 1).await;
    page
}

#[apply(each_browser)]
async fn talking_and_waiting_for_a_server(browser: &Browser) {
    for language in LANGUAGES {
        let yodel = Yodel::serve(&[]).await;
        let page = open(browser, &yodel, language).await;
        let mut other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
        page.say("Hello, is anybody there?").await;
        page.until("the echo", |seen| seen.received == "1").await;
        other.send("Yes! 你好，这里有人。").await;
        other.send_message(Message::binary((0..64).collect::<Vec<u8>>())).await;
        other.send(&"A long line that does not fit on any screen. ".repeat(10)).await;
        page.until("three more", |seen| seen.received == "4").await;
        pictures(&page, "talking", language).await;

        yodel.kill().await;
        page.until("the notice", |seen| !seen.notice.is_empty()).await;
        page.say("Typed while the server is away").await;
        page.until("it waits", |seen| seen.texts("success").len() == 2).await;
        pictures(&page, "waiting", language).await;
        let seen = page.seen().await;
        assert!(["info", "success", "warning", "danger"].iter().all(|kind| !seen.texts(kind).is_empty()), "{seen:?}");
        page.leave().await;
    }
}

#[apply(each_browser)]
async fn refused_empty_and_hints(browser: &Browser) {
    let peer = Peer::closing_with(4502, "unauthorized").await;
    for language in LANGUAGES {
        let yodel = Yodel::serve(&[]).await;
        let page = open(browser, &yodel, language).await;
        page.press("\n").await;
        page.until("the hint", |seen| !seen.hint.is_empty()).await;
        pictures(&page, "hint", language).await;
        page.dial(&peer.url).await;
        page.until("the refusal", |seen| seen.notice.contains("4502")).await;
        pictures(&page, "refused", language).await;
        page.window.go(&format!("{}/?url={}", yodel.url, peer.url)).await;
        page.until("the question", |seen| seen.notice.contains(&peer.url)).await;
        pictures(&page, "foreign", language).await;
        page.leave().await;
    }
}
