//! A user with two connections: one member, and direct messages to both.

use support::{Browser, Page, TestClient, any_browser, apply};

use super::auth_server::{AuthServer, token};

/// Opens the page as a user, with the tools panel.
async fn open_as(browser: &Browser, server: &AuthServer, user: &str) -> Page {
    let page = Page::open(browser, &server.yodel.url).await;
    page.open_tools().await;
    page.fill("txtToken", &format!("{}\n", token(user))).await;
    page.wait_for_state("Connected").await;
    page
}

/// Opens another connection of a user and joins a room.
async fn connect_as(server: &AuthServer, user: &str, room: &str) -> TestClient {
    let offer = format!("yodel.v1, bearer.{}", token(user));
    let url = format!("ws://{}/ws", server.yodel.address());
    let client = TestClient::try_connect(&url, &[("sec-websocket-protocol", &offer)]).await;
    let mut client = client.unwrap_or_else(|status| panic!("handshake rejected with {status}"));
    client.send(&format!(r#"{{"id":1,"type":"join","room":"{room}"}}"#)).await;
    while !client.receive().await.contains("joined") {}
    client
}

/// Selects a joined room.
async fn select_room(page: &Page, room: &str) {
    page.window.click(&format!("//button[@class='list-button'][contains(., '# {room}')]")).await;
}

#[apply(any_browser)]
async fn direct_message_reaches_all_connections_of_a_user(browser: &Browser) {
    let server = AuthServer::serve().await;
    let ana = open_as(browser, &server, "ana").await;
    ana.join("chat").await;
    let bo = open_as(browser, &server, "bo").await;
    bo.join("chat").await;
    let people = "[aria-labelledby='h-people'] li";
    bo.wait_for_texts(people, |people| people == ["ana 1 tab", "bo (you) 1 tab"]).await;
    let mut tab = connect_as(&server, "ana", "chat").await;
    // Presence changes contain no connection counts; selecting the room requests them.
    select_room(&bo, "chat").await;
    bo.wait_for_texts(people, |people| people.contains(&"ana 2 tabs".to_owned())).await;

    bo.window.click("//*[@aria-labelledby='h-people']//button[contains(., 'ana')]").await;
    bo.wait_for_text(".recipient b", "→ @ana").await;
    bo.submit("for ana").await;
    ana.wait_for_last_row("warning:  > @bo: for ana").await;
    while !tab.receive().await.contains("for ana") {}

    assert_eq!(tab.close(1000).await, 1000);
    select_room(&bo, "chat").await;
    bo.wait_for_texts(people, |people| people.contains(&"ana 1 tab".to_owned())).await;
    ana.finish().await;
    bo.finish().await;
}
