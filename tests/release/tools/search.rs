//! Search of rows by text, regular expression and kind.

use support::{Browser, Page, Yodel, apply, each_browser};

const FOUND: &str = "#found";

/// Opens the page with the tools panel, and with these messages and their echoes in its list.
async fn with_rows(browser: &Browser, yodel: &Yodel, texts: &[&str]) -> Page {
    let page = Page::connected(browser, &yodel.url).await;
    for text in texts {
        page.submit(text).await;
        page.wait_for_last_row(&format!("warning:  > {text}")).await;
    }
    page.open_tools().await;
    page
}

#[apply(each_browser)]
async fn finds_and_counts_rows_by_text_and_expression(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = with_rows(browser, &yodel, &["An apple", "a pear", "42 plums"]).await;
    for (typed, count, rows) in [
        ("APPLE", "2 of 7", &["success: An apple", "warning:  > An apple"][..]),
        ("/^[0-9]+/", "2 of 7", &["success: 42 plums", "warning:  > 42 plums"]),
        ("nothing like it", "0 of 7", &[]),
        ("succeeded", "1 of 7", &[]),
    ] {
        page.fill("txtFind", typed).await;
        page.wait_for_text(FOUND, count).await;
        if typed != "succeeded" {
            page.wait_until(typed, |snapshot| snapshot.transcript() == rows).await;
        }
    }
    page.fill("txtFind", "pear").await;
    page.wait_for_texts("#divShow mark", |marks| marks == ["pear", "pear"]).await;
    page.click("Sent").await;
    page.wait_for_text(FOUND, "1 of 7").await;
    page.wait_until("the sent message", |snapshot| snapshot.transcript() == ["success: a pear"]).await;

    page.toggle_tools().await;
    page.wait_until("all rows", |snapshot| snapshot.rows.len() == 7).await;
    page.finish().await;
}

#[apply(each_browser)]
async fn new_rows_are_matched(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = with_rows(browser, &yodel, &["a pear"]).await;
    page.fill("txtFind", "pear").await;
    page.wait_for_text(FOUND, "2 of 3").await;
    page.submit("another pear").await;
    page.wait_for_text(FOUND, "4 of 5").await;
    page.submit("a plum").await;
    page.wait_for_text(FOUND, "4 of 7").await;
    page.finish().await;
}

/// The worker of the search is subject to the page's content security policy.
#[apply(each_browser)]
async fn ends_an_expression_that_takes_too_long(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = with_rows(browser, &yodel, &["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"]).await;
    page.fill("txtFind", "/(a+)+$/").await;
    page.wait_for_texts(FOUND, |texts| texts[0].starts_with("Search stopped")).await;
    page.fill("txtFind", "/a!/").await;
    page.wait_for_text(FOUND, "2 of 3").await;
    page.finish().await;
}

#[apply(each_browser)]
async fn reports_an_invalid_expression(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = with_rows(browser, &yodel, &["a pear"]).await;
    page.fill("txtFind", "/(/").await;
    page.wait_for_texts("#txtFind[aria-invalid='true']", |fields| fields.len() == 1).await;
    // The message is the browser's own.
    page.wait_for_texts(FOUND, |texts| !texts[0].is_empty() && !texts[0].contains(" of ")).await;
    page.fill("txtFind", "/p(ea)r/").await;
    page.wait_for_text(FOUND, "2 of 3").await;
    page.finish().await;
}
