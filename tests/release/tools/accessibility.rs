//! Nobody is kept out of the tools: each state of them in every look, in both languages.

use support::browser::{Browser, Look};
use support::{Page, TestClient, Yodel, apply, each_browser};
use tokio_tungstenite::tungstenite::Message;

use crate::access::{LANGUAGES, audit};
use crate::peer::Peer;

/// JSON with a line for each value, some of them long.
const JSON: &str = r#"{"build":{"id":12345678901234567890,"parts":["page","server"],"note":"a value that is too long for a line of the sheet, and has no end"}}"#;
/// Counts of a visit that has lasted for long.
const COUNTED: &str = "sessionStorage['yodel.log'] ||= JSON.stringify([['123456', '1', '654321', '1']])";

/// The page in this language with its tools open.
async fn opened(browser: &Browser, language: &'static str, url: &str) -> Page {
    let window = browser.window(Look { language, ..Look::default() }).await;
    let page = Page::open_in(window, url).await;
    page.until("it is connected", |seen| seen.texts("info").len() == 1).await;
    page.open_tools().await;
    page
}

/// Opens the figures of the server.
async fn ask_for_figures(page: &Page) {
    page.window.click("//*[@class='admin']//button").await;
}

#[apply(each_browser)]
async fn the_connection_rooms_people_graphs_and_figures(browser: &Browser) {
    for language in LANGUAGES {
        let yodel = Yodel::serve(&["--plain", "broadcast"]).await;
        let page = opened(browser, language, &yodel.url).await;
        audit(&page, "opened").await;

        page.fill("room", "a-room-with-a-name-that-is-longer-than-its-place\n").await;
        page.until_words("#to b", |chip| chip.len() == 1).await;
        page.until_words("[aria-labelledby='h-people'] li", |people| people.len() == 1).await;
        ask_for_figures(&page).await;
        page.until_words(".admin .graph", |graphs| graphs.len() == 4).await;
        audit(&page, "in a room, with figures").await;

        page.choose("selSpeak", "plain").await;
        page.fill("txtSubprotocols", "chat, chat\n").await;
        page.until_words(".side .wrong", |wrong| !wrong[0].is_empty()).await;
        audit(&page, "subprotocols that are none").await;
        page.leave().await;
    }
}

#[apply(each_browser)]
async fn figures_that_are_refused_and_counts_of_six_digits(browser: &Browser) {
    for language in LANGUAGES {
        let yodel = Yodel::serve(&["--metrics", "api"]).await;
        let window = browser.window(Look { language, ..Look::default() }).await;
        window.run_before_pages(COUNTED).await;
        let page = Page::open_in(window, &yodel.url).await;
        page.until("long counts", |seen| (seen.sent.as_str(), seen.received.as_str()) == ("123456", "654321")).await;
        audit(&page, "counts of six digits").await;
        page.open_tools().await;
        ask_for_figures(&page).await;
        page.until_words(".admin #key", |key| key.len() == 1).await;
        audit(&page, "figures that are refused").await;
    }
}

#[apply(each_browser)]
async fn finding_and_pausing(browser: &Browser) {
    for language in LANGUAGES {
        let yodel = Yodel::serve(&[]).await;
        let mut other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
        let page = opened(browser, language, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
        for text in ["a pear", "a plum", "another pear"] {
            other.send(text).await;
        }
        page.until("all of them", |seen| seen.received == "3").await;
        page.fill("txtFind", "pear").await;
        page.until_words("#divShow mark", |marks| marks.len() == 2).await;
        audit(&page, "found").await;

        page.fill("txtFind", "/(/").await;
        page.until_words("[aria-invalid='true']", |fields| fields.len() == 1).await;
        audit(&page, "an expression that is none").await;

        page.fill("txtFind", "pear").await;
        page.window.click("//*[@class='bar']/button[1]").await;
        page.window.click("//*[@class='bar']/button[2]").await;
        other.send("one more pear").await;
        page.until("it waits", |seen| seen.received == "4").await;
        audit(&page, "paused, with formats to export to").await;
        page.leave().await;
    }
}

#[apply(each_browser)]
async fn one_row_whole(browser: &Browser) {
    for language in LANGUAGES {
        let yodel = Yodel::serve(&[]).await;
        let mut other = TestClient::connect(&format!("ws://{}/ws/broadcast", yodel.address())).await;
        let page = opened(browser, language, &format!("{}/?url=/ws/broadcast", yodel.url)).await;
        other.send(JSON).await;
        page.until("the text", |seen| seen.received == "1").await;
        page.window.click("(//*[@id='divShow']/li)[last()]").await;
        page.until("it is shown", |seen| seen.focus == "inspector").await;
        for (view, name) in [(1, "pretty"), (2, "raw"), (3, "hex")] {
            page.window.click(&format!("//*[@class='inspector']//*[@role='group']/button[{view}]")).await;
            let pressed = format!(".inspector [role='group'] button:nth-child({view})[aria-pressed='true']");
            page.until_words(&pressed, |buttons| buttons.len() == 1).await;
            audit(&page, name).await;
        }
        other.send_message(Message::binary((0..200).collect::<Vec<u8>>())).await;
        page.until("the bytes", |seen| seen.received == "2").await;
        page.press("j").await;
        page.until_words("#whole", |text| text[0].starts_with("00000000 00 01 02")).await;
        audit(&page, "bytes").await;
        page.leave().await;
    }
}

#[apply(each_browser)]
async fn everything_over_the_input_unfolded_and_the_keys(browser: &Browser) {
    for language in LANGUAGES {
        let yodel = Yodel::serve(&[]).await;
        let page = opened(browser, language, &yodel.url).await;
        page.write("a message to keep").await;
        for fold in 1..=3 {
            page.window.click(&format!("(//*[@class='folds']/details)[{fold}]/summary")).await;
        }
        page.fill("txtName", "a name").await;
        page.window.click("//*[@class='folds']/details[1]//button").await;
        page.until_says(".sending .plain-list .address", "a name").await;
        page.fill("txtBytes", "0g").await;
        page.fill("numEvery", "1").await;
        page.window.click("//*[@class='folds']/details[3]//button").await;
        page.until_words(".sending .wrong", |wrong| wrong.iter().any(|wrong| !wrong.is_empty())).await;
        audit(&page, "unfolded, with what is wrong").await;

        page.window.click("//*[@class='folds']/button").await;
        page.until_words("dialog[open]", |dialog| dialog.len() == 1).await;
        audit(&page, "the keys").await;
        page.leave().await;
    }
}

#[apply(each_browser)]
async fn why_there_is_no_connection(browser: &Browser) {
    let silent = Peer::closing_with(1000, "bye").await;
    let address = silent.url.clone();
    drop(silent);
    for language in LANGUAGES {
        let yodel = Yodel::serve(&[]).await;
        let page = opened(browser, language, &yodel.url).await;
        page.choose("selSpeak", "plain").await;
        page.fill("txtServer", &address).await;
        page.fill("txtSubprotocols", "chat\n").await;
        page.window.click("//*[@class='notice']//button[1]").await;
        page.until_words(".why p", |reasons| reasons.len() == 2).await;
        audit(&page, "why").await;
        page.leave().await;
    }
}
