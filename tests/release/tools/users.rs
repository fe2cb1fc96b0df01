//! Users: one on two connections is one person, and hears on both what is for this person.

use support::{Browser, Page, TestClient, apply, each_browser};

use super::guarded::{Guarded, token};

/// The page of a user with its tools open.
async fn page_of(browser: &Browser, server: &Guarded, user: &str) -> Page {
    let page = Page::open(browser, &server.yodel.url).await;
    page.open_tools().await;
    page.fill("txtToken", &format!("{}\n", token(user))).await;
    page.until_state("Connected").await;
    page
}

/// Another connection of a user, in this room.
async fn tab_of(server: &Guarded, user: &str, room: &str) -> TestClient {
    let offer = format!("yodel.v1, bearer.{}", token(user));
    let url = format!("ws://{}/ws", server.yodel.address());
    let client = TestClient::try_connect(&url, &[("sec-websocket-protocol", &offer)]).await;
    let mut client = client.unwrap_or_else(|status| panic!("it answers {status}"));
    client.send(&format!(r#"{{"id":1,"type":"join","room":"{room}"}}"#)).await;
    while !client.receive().await.contains("joined") {}
    client
}

/// Looks at a room that is heard.
async fn look(page: &Page, room: &str) {
    page.window.click(&format!("//button[@class='list-button'][contains(., '# {room}')]")).await;
}

#[apply(each_browser)]
async fn a_message_to_a_user_reaches_every_connection_of_this_user(browser: &Browser) {
    let server = Guarded::serve().await;
    let ana = page_of(browser, &server, "ana").await;
    ana.join("chat").await;
    let bo = page_of(browser, &server, "bo").await;
    bo.join("chat").await;
    let people = "[aria-labelledby='h-people'] li";
    bo.until_words(people, |people| people == ["ana 1 tab", "bo (you) 1 tab"]).await;
    let mut tab = tab_of(&server, "ana", "chat").await;
    // Who comes is told; on how many connections they are is told to who looks.
    look(&bo, "chat").await;
    bo.until_words(people, |people| people.contains(&"ana 2 tabs".to_owned())).await;

    bo.window.click("//*[@aria-labelledby='h-people']//button[contains(., 'ana')]").await;
    bo.until_says("#to b", "→ @ana").await;
    bo.say("for ana").await;
    ana.until_last("warning:  > @bo: for ana").await;
    while !tab.receive().await.contains("for ana") {}

    assert_eq!(tab.close(1000).await, 1000);
    look(&bo, "chat").await;
    bo.until_words(people, |people| people.contains(&"ana 1 tab".to_owned())).await;
    ana.leave().await;
    bo.leave().await;
}
