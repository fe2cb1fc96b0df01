//! Rooms: members, room messages and direct messages between two pages.

use support::{Browser, Page, Yodel, any_browser, apply};

/// Members of the selected room.
const PEOPLE: &str = "[aria-labelledby='h-people'] li";

/// Opens the page with the tools panel and joins a room.
async fn in_room(browser: &Browser, yodel: &Yodel, room: &str) -> Page {
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.join(room).await;
    page
}

#[apply(any_browser)]
async fn two_pages_share_a_room_and_exchange_direct_messages(browser: &Browser) {
    let yodel = Yodel::serve(&["--plain", "broadcast"]).await;
    let ana = in_room(browser, &yodel, "chat").await;
    ana.wait_for_texts(PEOPLE, |people| people.len() == 1 && people[0].ends_with("(you) 1 tab")).await;
    let bo = in_room(browser, &yodel, "chat").await;
    for page in [&ana, &bo] {
        let people = page.wait_for_texts(PEOPLE, |people| people.len() == 2).await;
        assert_eq!(people.iter().filter(|member| member.ends_with("(you) 1 tab")).count(), 1, "{people:?}");
    }

    ana.submit("hello, room").await;
    bo.wait_for_last_row("warning:  > #chat: hello, room").await;
    bo.submit("hello, ana").await;
    ana.wait_for_last_row("warning:  > #chat: hello, ana").await;

    let other = format!("({PEOPLE_PATH}//li/button[not(contains(., '(you)'))])[1]");
    bo.window.click(&other).await;
    let to = bo.wait_for_texts(".recipient b", |chip| chip.first().is_some_and(|to| to.starts_with("→ @c_"))).await;
    bo.submit("for you alone").await;
    bo.wait_until("the acknowledgment", |snapshot| snapshot.marks().last() == Some(&"Acknowledged")).await;
    let snapshot = ana
        .wait_until("the message", |snapshot| snapshot.rows.last().is_some_and(|row| row.text.ends_with("alone")))
        .await;
    let text = &snapshot.rows.last().expect("a row").text;
    assert!(text.starts_with(" > @c_") && !text.contains('#'), "{text}, to {to:?}");

    bo.window.click("//button[@aria-label='Leave #chat']").await;
    ana.wait_for_texts(PEOPLE, |people| people.len() == 1).await;
    ana.submit("is bo still there?").await;
    ana.wait_until("the published message", |snapshot| snapshot.marks() == ["Acknowledged"; 2]).await;
    ana.window.click("//button[contains(@class, 'recipient')]").await;
    ana.submit("to everyone").await;
    let snapshot = bo.wait_for_last_row("warning:  > to everyone").await;
    assert!(!snapshot.transcript().iter().any(|row| row.contains("still there")), "{:?}", snapshot.transcript());
    ana.finish().await;
    bo.finish().await;
}

/// `XPath` of the list of members.
const PEOPLE_PATH: &str = "//*[@aria-labelledby='h-people']";
