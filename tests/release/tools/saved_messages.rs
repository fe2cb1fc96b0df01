//! Messages with a name.

use support::{Browser, Page, Yodel, apply, each_browser};

const NAMES: &str = ".sending .plain-list .address";

async fn opened(page: &Page) {
    page.open_tools().await;
    page.unfold("Saved messages").await;
}

#[apply(each_browser)]
async fn a_saved_message_outlasts_a_reload_and_is_sent_from_the_field(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    opened(&page).await;
    page.write("good morning, everybody").await;
    page.fill("txtName", "greeting").await;
    page.click("Save what is typed").await;
    page.until_says(NAMES, "greeting").await;

    page.window.reload().await;
    page.until_state("Connected").await;
    opened(&page).await;
    page.click("greeting").await;
    let seen = page.until("it is in the field", |seen| seen.content == "good morning, everybody").await;
    assert_eq!(seen.focus, "txtContent");
    page.press("\n").await;
    page.until_last("warning:  > good morning, everybody").await;

    page.fill("txtName", "morning").await;
    page.click("Rename").await;
    page.until_says(NAMES, "morning").await;
    page.click("Delete").await;
    page.until_words(NAMES, <[String]>::is_empty).await;
    page.leave().await;
}

#[apply(each_browser)]
async fn a_message_needs_a_name_and_a_text(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    opened(&page).await;
    page.fill("txtName", "nothing").await;
    page.click("Save what is typed").await;
    let wanted = "Type a message and a name for it first.".to_owned();
    page.until_words(".sending .wrong", |words| words.contains(&wanted)).await;
    assert_eq!(page.words(NAMES).await, [""; 0]);
    page.leave().await;
}
