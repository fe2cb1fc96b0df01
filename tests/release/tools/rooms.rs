//! Two windows in a room: who is there, and who hears what.

use support::{Browser, Page, Yodel, apply, each_browser};

/// The people in the room that is looked at.
const PEOPLE: &str = "[aria-labelledby='h-people'] li";

/// The page with its tools open, in this room.
async fn in_room(browser: &Browser, yodel: &Yodel, room: &str) -> Page {
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.join(room).await;
    page
}

#[apply(each_browser)]
async fn two_windows_join_a_room_talk_there_and_to_each_other_alone_and_leave(browser: &Browser) {
    let yodel = Yodel::serve(&["--plain", "broadcast"]).await;
    let ana = in_room(browser, &yodel, "chat").await;
    ana.until_words(PEOPLE, |people| people.len() == 1 && people[0].ends_with("(you) 1 tab")).await;
    let bo = in_room(browser, &yodel, "chat").await;
    for page in [&ana, &bo] {
        let people = page.until_words(PEOPLE, |people| people.len() == 2).await;
        assert_eq!(people.iter().filter(|who| who.ends_with("(you) 1 tab")).count(), 1, "{people:?}");
    }

    ana.say("hello, room").await;
    bo.until_last("warning:  > #chat: hello, room").await;
    bo.say("hello, ana").await;
    ana.until_last("warning:  > #chat: hello, ana").await;

    let other = format!("({PEOPLE_PATH}//button[not(contains(., '(you)'))])[1]");
    bo.window.click(&other).await;
    let to = bo.until_words("#to b", |chip| chip.first().is_some_and(|to| to.starts_with("→ @c_"))).await;
    bo.say("for you alone").await;
    bo.until("it arrived", |seen| seen.marks().last() == Some(&"Acknowledged")).await;
    let seen = ana.until("the message", |seen| seen.rows.last().is_some_and(|row| row.text.ends_with("alone"))).await;
    let heard = &seen.rows.last().expect("a row").text;
    assert!(heard.starts_with(" > @c_") && !heard.contains('#'), "{heard}, to {to:?}");

    bo.window.click("//button[@aria-label='Leave #chat']").await;
    ana.until_words(PEOPLE, |people| people.len() == 1).await;
    ana.say("is bo still there?").await;
    ana.until("it is in the room", |seen| seen.marks() == ["Acknowledged"; 2]).await;
    ana.window.click("//*[@id='to']").await;
    ana.say("to everyone").await;
    let seen = bo.until_last("warning:  > to everyone").await;
    assert!(!seen.transcript().iter().any(|row| row.contains("still there")), "{:?}", seen.transcript());
    ana.leave().await;
    bo.leave().await;
}

/// The same as an `XPath`.
const PEOPLE_PATH: &str = "//*[@aria-labelledby='h-people']";
