//! Saved messages.

use support::{Browser, Page, Yodel, any_browser, apply};
use thirtyfour::Key;

const NAMES: &str = ".send-options .list-plain .address";

async fn open_saved_messages(page: &Page) {
    page.open_tools().await;
    page.unfold("Saved messages").await;
}

#[apply(any_browser)]
async fn saved_message_survives_a_reload_and_can_be_sent(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    open_saved_messages(&page).await;
    page.type_text("good morning, everybody").await;
    page.fill("txtName", "greeting").await;
    page.click("Save message").await;
    page.wait_for_text(NAMES, "greeting").await;

    page.window.reload().await;
    page.wait_for_state("Connected").await;
    open_saved_messages(&page).await;
    page.wait_until("the draft", |snapshot| snapshot.content == "good morning, everybody").await;
    page.window.click("//*[@id='txtContent']").await;
    page.press(Key::Control + "a").await;
    page.press(Key::Backspace).await;
    page.click("greeting").await;
    let snapshot = page
        .wait_until("the text in the message field", |snapshot| snapshot.content == "good morning, everybody")
        .await;
    assert_eq!(snapshot.focus, "txtContent");
    page.press("\n").await;
    page.wait_for_last_row("warning:  > good morning, everybody").await;

    page.fill("txtName", "morning").await;
    page.click("Rename").await;
    page.wait_for_text(NAMES, "morning").await;
    page.click("Delete").await;
    page.wait_for_texts(NAMES, <[String]>::is_empty).await;
    page.finish().await;
}

#[apply(any_browser)]
async fn saving_requires_a_name_and_a_text(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    open_saved_messages(&page).await;
    page.fill("txtName", "nothing").await;
    page.click("Save message").await;
    let expected = "Enter a message and a name first.".to_owned();
    page.wait_for_texts(".send-options .error", |words| words.contains(&expected)).await;
    assert_eq!(page.element_texts(NAMES).await, [""; 0]);
    page.finish().await;
}
