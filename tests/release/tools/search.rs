//! Finding rows: by text, by an expression, by kind.

use support::{Browser, Page, Yodel, apply, each_browser};

const FOUND: &str = "#found";

/// The page with its tools open, and with these messages and their echoes in its list.
async fn with_rows(browser: &Browser, yodel: &Yodel, texts: &[&str]) -> Page {
    let page = Page::connected(browser, &yodel.url).await;
    for text in texts {
        page.say(text).await;
        page.until_last(&format!("warning:  > {text}")).await;
    }
    page.open_tools().await;
    page
}

#[apply(each_browser)]
async fn rows_are_found_by_text_and_by_expression_and_counted(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = with_rows(browser, &yodel, &["An apple", "a pear", "42 plums"]).await;
    for (typed, count, rows) in [
        ("APPLE", "2 of 7", &["success: An apple", "warning:  > An apple"][..]),
        ("/^[0-9]+/", "2 of 7", &["success: 42 plums", "warning:  > 42 plums"]),
        ("nothing like it", "0 of 7", &[]),
        ("succeeded", "1 of 7", &[]),
    ] {
        page.fill("txtFind", typed).await;
        page.until_says(FOUND, count).await;
        if typed != "succeeded" {
            page.until(typed, |seen| seen.transcript() == rows).await;
        }
    }
    page.fill("txtFind", "pear").await;
    page.until_words("#divShow mark", |marks| marks == ["pear", "pear"]).await;
    page.click("Sent").await;
    page.until_says(FOUND, "1 of 7").await;
    page.until("one's own", |seen| seen.transcript() == ["success: a pear"]).await;

    page.toggle_tools().await;
    page.until("all of them", |seen| seen.rows.len() == 7).await;
    page.leave().await;
}

#[apply(each_browser)]
async fn what_comes_meanwhile_is_found_too(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = with_rows(browser, &yodel, &["a pear"]).await;
    page.fill("txtFind", "pear").await;
    page.until_says(FOUND, "2 of 3").await;
    page.say("another pear").await;
    page.until_says(FOUND, "4 of 5").await;
    page.say("a plum").await;
    page.until_says(FOUND, "4 of 7").await;
    page.leave().await;
}

#[apply(each_browser)]
async fn an_expression_that_is_none_is_said(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = with_rows(browser, &yodel, &["a pear"]).await;
    page.fill("txtFind", "/(/").await;
    page.until_words("#txtFind[aria-invalid='true']", |fields| fields.len() == 1).await;
    // In the browser's own words.
    page.until_words(FOUND, |said| !said[0].is_empty() && !said[0].contains(" of ")).await;
    page.fill("txtFind", "/p(ea)r/").await;
    page.until_says(FOUND, "2 of 3").await;
    page.leave().await;
}
