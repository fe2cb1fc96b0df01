//! Nobody is kept out: each state of the page in every look, in both languages.

use serde_json::json;
use support::browser::{Browser, Look};
use support::page::Page;
use support::{TestClient, Yodel, apply, each_browser};
use thirtyfour::Key;

use crate::peer::Peer;
use crate::stopwatch;

pub(crate) const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

/// Every look at once that differs in what axe sees, in what may be cut, or in what may move.
fn looks() -> [(&'static str, Look); 5] {
    let still = Look { reduced_motion: true, ..Look::default() };
    [
        ("light", still),
        ("dark, 360 px", Look { width: 360, height: 640, dark: true, ..still }),
        ("320 px", Look { width: 320, height: 568, ..still }),
        ("at 200 %", Look { zoom: 2, ..still }),
        ("forced colours", Look { forced_colours: true, ..still }),
    ]
}

/// Nobody is kept out of this state of the page. One line for each state that there is.
pub(crate) async fn audit(page: &Page, state: &str) {
    let mut found = Vec::new();
    for (name, look) in looks() {
        page.window.show_as(look).await;
        found.extend(faults(page, name).await);
    }
    assert_eq!(found, [""; 0], "{state}");
    page.window.show_as(Look::default()).await;
}

/// What keeps people out of the page in this look.
async fn faults(page: &Page, look: &str) -> Vec<String> {
    let moving = page.moving().await.into_iter().map(|what| format!("{what} moves"));
    let violations = page.axe().await.into_iter().map(|violation| format!("{violation:?}"));
    let cut = page.cut().await;
    moving.chain(violations).chain(cut).map(|fault| format!("{look}: {fault}")).collect()
}

/// What tells the kinds of rows apart when all have the same colours, and what has an edge.
const FORCED: &str = "
    const rows = ['info', 'success', 'warning', 'danger'].map((kind) => document.querySelector(`.list-group-item-${kind}`));
    const differ = (property) => new Set(rows.map(property)).size;
    const edges = [...rows, ...document.querySelectorAll('.btn, .form-control, .notice')];
    return {
        colours: differ((row) => getComputedStyle(row).backgroundColor),
        icons: differ((row) => row.querySelector('[aria-hidden]').textContent),
        words: differ((row) => row.querySelector('.sr').textContent),
        without_edge: edges.filter((one) => getComputedStyle(one).borderTopStyle !== 'solid').map((one) => one.className),
    };
";

/// Style sheets that spoil the page, each in the way that its name says.
const SPOILED: [(&str, &str); 3] = [
    ("moves", "@keyframes turn { to { rotate: 1turn } } .dot { animation: turn 1s infinite }"),
    ("color-contrast", ".word { color: #bbb; background: #ccc }"),
    ("outside", "#btnSend { translate: 50px }"),
];

/// A page in this language whose time stands still.
async fn open(browser: &Browser, language: &'static str, url: &str) -> Page {
    stopwatch::open_as(browser, url, Look { language, ..Look::default() }).await
}

#[apply(each_browser)]
async fn talking(browser: &Browser) {
    for language in LANGUAGES {
        let yodel = Yodel::serve(&[]).await;
        let page = open(browser, language, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
        page.until("it is connected", |seen| seen.texts("info").len() == 1).await;
        audit(&page, "connected").await;

        let mut other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
        page.say("hello").await;
        page.until("the echo", |seen| seen.received == "1").await;
        for _ in 0..100 {
            other.send(&"A long line that does not fit on any screen. ".repeat(10)).await;
        }
        page.until("all of them", |seen| seen.received == "101").await;
        audit(&page, "talking").await;

        page.press(Key::Shift + Key::Tab).await;
        page.press(Key::Home).await;
        page.until("the beginning", |seen| !seen.texts("info").is_empty()).await;
        other.send("one more").await;
        page.until("something new below", |seen| !seen.unseen.is_empty()).await;
        audit(&page, "scrolled up").await;
        page.leave().await;
    }
}

#[apply(each_browser)]
async fn waiting_for_the_server_and_for_the_network(browser: &Browser) {
    let peer = Peer::closing_with(4502, "unauthorized").await;
    for (language, retry) in LANGUAGES.into_iter().zip(["Retry", "重试"]) {
        let yodel = Yodel::serve(&[]).await;
        let page = open(browser, language, &yodel.url).await;
        page.until("it is connected", |seen| seen.texts("info").len() == 1).await;
        page.say("hello").await;
        page.until("the echo", |seen| seen.received == "1").await;
        yodel.kill().await;
        stopwatch::until_it_waits(&page).await;
        page.say("typed while the server is away").await;
        let seen = page.until("it waits", |seen| seen.texts("success").len() == 2).await;
        assert!(["info", "success", "warning", "danger"].iter().all(|kind| !seen.texts(kind).is_empty()), "{seen:?}");
        audit(&page, "waiting, with a row of each kind").await;

        page.window.set_offline(true).await;
        page.until("it says so", |seen| ["Offline", "离线"].contains(&seen.state.as_str())).await;
        audit(&page, "offline").await;

        page.window.set_offline(false).await;
        page.dial(&peer.url).await;
        page.until("it was for another server", |seen| seen.has_button(retry)).await;
        audit(&page, "a message that was not sent").await;
        page.leave().await;
    }
}

#[apply(each_browser)]
async fn refused(browser: &Browser) {
    let peer = Peer::closing_with(4502, "unauthorized").await;
    for language in LANGUAGES {
        let yodel = Yodel::serve(&[]).await;
        let page = open(browser, language, &format!("{}/?url={}", yodel.url, peer.url)).await;
        page.until("the question", |seen| seen.notice.contains(&peer.url)).await;
        audit(&page, "a link to another server").await;

        page.window.click("//*[@class='notice']//button").await;
        page.until("the refusal", |seen| seen.notice.contains("4502")).await;
        audit(&page, "refused").await;

        page.window.click("//*[@class='notice']//button").await;
        page.until("the address field", |seen| seen.focus == "txtUrl").await;
        audit(&page, "the address field").await;

        page.press("nowhere://\n").await;
        audit(&page, "the address field, with no address in it").await;

        page.press(Key::Control + "a").await;
        page.press("/ws/echo\n").await;
        page.until("it is connected", |seen| seen.notice.is_empty() && seen.focus != "txtUrl").await;
        page.write("\n").await;
        page.until("the hint", |seen| !seen.hint.is_empty()).await;
        page.window.click("//button[contains(@class, 'clear')]").await;
        page.until("no rows", |seen| seen.rows.is_empty()).await;
        audit(&page, "nothing in the list, nothing in the field").await;
        page.leave().await;
    }
}

#[apply(each_browser)]
async fn the_state_and_the_kinds_are_told_apart_without_colours(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = open(browser, "en", &yodel.url).await;
    page.until_state("Connected").await;
    page.say("hello").await;
    page.until("the echo", |seen| seen.received == "1").await;
    yodel.kill().await;
    stopwatch::until_it_waits(&page).await;
    let kinds = async || page.window.script(FORCED, Vec::new()).await;
    assert_eq!(kinds().await["colours"], 4, "usually colours tell them apart too");
    page.window.show_as(Look { forced_colours: true, ..Look::default() }).await;
    assert_eq!(kinds().await, json!({ "colours": 1, "icons": 4, "words": 4, "without_edge": [] }));
    page.leave().await;
}

#[apply(each_browser)]
async fn what_keeps_people_out_would_be_noticed(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    assert_eq!(faults(&page, "before").await, [""; 0]);
    let spoil =
        "const sheet = new CSSStyleSheet(); sheet.replaceSync(arguments[0]); document.adoptedStyleSheets = [sheet]";
    for (fault, sheet) in SPOILED {
        page.window.script(spoil, vec![sheet.into()]).await;
        let found = faults(&page, fault).await;
        assert!(!found.is_empty() && found.iter().all(|found| found.contains(fault)), "{fault}: {found:?}");
    }
    page.leave().await;
}
