//! Several connections in one page: tabs, and two of them side by side.

use support::browser::{Browser, DisplaySettings};
use support::{Page, Yodel, apply, each_browser};
use thirtyfour::Key;

use crate::accessibility::{LANGUAGES, assert_accessible};

/// Returns the ids that more than one element has.
const DUPLICATE_IDS: &str = "
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
    return ids.filter((id, index) => ids.indexOf(id) !== index).join();
";
/// Returns whether the second pane begins right of the first list, and whether it begins below it.
const PANE_POSITION: &str = "
    const first = document.querySelector('.main .list').getBoundingClientRect();
    const second = document.querySelector('.pane').getBoundingClientRect();
    return [second.left >= first.right - 1, second.top >= first.bottom - 1].join();
";
/// More than the number of tab stops between the message field and the tabs.
const MAX_STOPS: usize = 200;
/// The tabs.
const TABS: &str = "[role=tab] .tab-name";
/// Rows of the second pane.
const PANE_ROWS: &str = ".pane li .text";

/// Returns two servers: the page's own, and one that accepts the page.
async fn two_servers() -> (Yodel, Yodel) {
    let own = Yodel::serve(&[]).await;
    let other = Yodel::serve(&["--origin", &own.url]).await;
    (own, other)
}

/// Opens a tab that is connected to the other server, from a page with open tools.
async fn open_second(page: &Page, other: &Yodel) {
    page.click("New tab").await;
    page.wait_until("the address field", |snapshot| snapshot.focus == "txtUrl").await;
    page.press(Key::Control + "a").await;
    page.press(format!("ws://{}/ws\n", other.address()).as_str()).await;
    page.wait_for_state("Connected").await;
    page.wait_for_text(".tab[aria-selected=true] .tab-name", &format!("{}/ws", other.address())).await;
}

#[apply(each_browser)]
async fn two_servers_have_their_own_logs_drafts_and_counters(browser: &Browser) {
    let (own, other) = two_servers().await;
    let page = Page::connected(browser, &own.url).await;
    page.open_tools().await;
    assert_eq!(page.element_texts(".tab-bar").await, [""; 0], "there is one connection");
    page.submit("to the first").await;
    page.wait_for_last_row("warning:  > to the first").await;
    open_second(&page, &other).await;
    assert_eq!(page.element_texts(TABS).await, [&own, &other].map(|server| format!("{}/ws", server.address())));
    page.submit("to the second").await;
    let snapshot = page.wait_for_last_row("warning:  > to the second").await;
    assert_eq!((snapshot.texts("success"), snapshot.sent.as_str()), (vec!["to the second"], "1"));
    page.type_text("a draft").await;

    page.window.click("(//*[@role='tab'])[1]").await;
    let snapshot = page.wait_for_last_row("warning:  > to the first").await;
    assert_eq!((snapshot.content.as_str(), snapshot.texts("success")), ("", vec!["to the first"]));
    page.submit("again").await;
    page.wait_for_last_row("warning:  > again").await;
    page.wait_for_texts(".tab-counts", |counts| counts == ["↑2 ↓2", "↑1 ↓1"]).await;
    page.window.click("(//*[@role='tab'])[2]").await;
    page.wait_until("the draft", |snapshot| snapshot.content == "a draft").await;
    page.wait_for_last_row("warning:  > to the second").await;
    page.finish().await;
}

#[apply(each_browser)]
async fn a_reload_restores_the_tabs_and_the_split_view(browser: &Browser) {
    let (own, other) = two_servers().await;
    let page = Page::connected(browser, &own.url).await;
    page.open_tools().await;
    open_second(&page, &other).await;
    page.submit("before").await;
    page.wait_for_last_row("warning:  > before").await;
    page.window.click("(//*[@role='tab'])[1]").await;
    page.wait_until("the first", |snapshot| snapshot.texts("success").is_empty()).await;
    page.click("Split view").await;
    page.wait_for_texts(PANE_ROWS, |rows| rows.last().is_some_and(|last| last.ends_with("before"))).await;

    page.window.reload().await;
    page.wait_for_state("Connected").await;
    page.wait_for_texts(TABS, |tabs| tabs.len() == 2).await;
    page.wait_for_text(".pane-status strong", "Connected").await;
    let rows = page.wait_for_texts(PANE_ROWS, |rows| rows.len() >= 4).await;
    assert!(rows.iter().any(|row| row.ends_with("before")), "{rows:?}");
    page.window.click("//*[@class='pane']//textarea").await;
    page.press("after\n").await;
    page.wait_for_texts(PANE_ROWS, |rows| rows.last().is_some_and(|last| last.ends_with("after"))).await;
    page.finish().await;
}

#[apply(each_browser)]
async fn two_panes_are_beside_or_below_each_other(browser: &Browser) {
    let (own, other) = two_servers().await;
    for (width, position) in [(1280, "true,false"), (360, "false,true")] {
        let display = DisplaySettings { width, ..DisplaySettings::default() };
        let page = Page::open_in(browser.window(display).await, &own.url).await;
        page.wait_for_state("Connected").await;
        page.open_tools().await;
        open_second(&page, &other).await;
        page.window.click("//*[@aria-labelledby='h-tabs']//button[@aria-pressed]").await;
        page.toggle_tools().await;
        page.wait_for_text(".pane-status strong", "Connected").await;
        assert_eq!(page.window.script(PANE_POSITION, Vec::new()).await, position, "{width} px");
        page.window.click("//*[@class='pane']//textarea").await;
        page.press("into the pane\n").await;
        page.wait_for_texts(PANE_ROWS, |rows| rows.last().is_some_and(|last| last.ends_with("into the pane"))).await;
        assert_eq!(page.window.script(DUPLICATE_IDS, Vec::new()).await, "");
        page.finish().await;
    }
}

#[apply(each_browser)]
async fn tabs_work_with_the_keyboard_alone(browser: &Browser) {
    let (own, other) = two_servers().await;
    let page = Page::connected(browser, &own.url).await;
    page.press(Key::Alt + "t").await;
    page.wait_for_texts(".sidebar", |side| side.len() == 1).await;
    page.press(Key::Alt + "n").await;
    page.wait_until("the address field", |snapshot| snapshot.focus == "txtUrl").await;
    page.press(Key::Control + "a").await;
    page.press(format!("ws://{}/ws\n", other.address()).as_str()).await;
    page.wait_for_state("Connected").await;
    let selected = ".tab[aria-selected=true] .tab-name";
    let [first, second] = [&own, &other].map(|server| format!("{}/ws", server.address()));
    page.wait_for_text(selected, &second).await;
    page.press(Key::Alt + Key::PageUp).await;
    page.wait_for_text(selected, &first).await;
    page.wait_until("the message field", |snapshot| snapshot.focus == "txtContent").await;
    page.press("typed here\n").await;
    page.wait_for_last_row("warning:  > typed here").await;
    page.press(Key::Alt + Key::PageDown).await;
    page.wait_for_text(selected, &second).await;
    page.wait_until("the message field", |snapshot| snapshot.focus == "txtContent").await;
    for _ in 0..MAX_STOPS {
        if page.snapshot().await.focus.starts_with(&second) {
            break;
        }
        page.press(Key::Shift + Key::Tab).await;
    }
    page.press(Key::Left).await;
    page.wait_for_text(selected, &first).await;
    page.press(Key::Delete).await;
    page.wait_for_texts(".tab-bar", <[String]>::is_empty).await;
    page.wait_until("the other server", |snapshot| snapshot.address.ends_with(&second)).await;
    page.finish().await;
}

#[apply(each_browser)]
async fn tabs_and_panes_are_accessible(browser: &Browser) {
    for language in LANGUAGES {
        let (own, other) = two_servers().await;
        let window = browser.window(DisplaySettings { language, ..DisplaySettings::default() }).await;
        let page = Page::open_in(window, &own.url).await;
        page.wait_until("connected", |snapshot| snapshot.texts("info").len() == 1).await;
        page.open_tools().await;
        page.window.click("//*[@class='tab-actions']/button[1]").await;
        page.wait_until("the address field", |snapshot| snapshot.focus == "txtUrl").await;
        page.press(Key::Control + "a").await;
        page.press(format!("ws://{}/ws\n", other.address()).as_str()).await;
        page.wait_until("connected", |snapshot| snapshot.texts("info").len() == 1).await;
        page.toggle_tools().await;
        page.wait_for_texts(".sidebar", <[String]>::is_empty).await;
        assert_accessible(&page, "two tabs").await;
        page.window.click("//*[@class='tab-bar']//button[@aria-pressed]").await;
        page.wait_for_texts(".pane-status", |panes| panes.len() == 1).await;
        // Panes may be narrower than half of the page, and on a small screen the second one is below the edge.
        let violations = page.axe().await;
        assert!(violations.is_empty(), "two panes: {violations:?}");
        page.finish().await;
    }
}
