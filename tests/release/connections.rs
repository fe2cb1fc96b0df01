//! Saved connections: reloads, links, several tabs, export and import.

use serde_json::{Value, json};
use support::{Browser, Page, Yodel, any_browser, apply, each_browser};

use crate::accessibility::assert_accessible;
use crate::closing_server::ClosingServer;
use crate::recording_server::RecordingServer;
use crate::tools::export::downloaded;

/// Stores a list of connections as another tab does: in a document of its own, so that the page is notified.
const STORE_ELSEWHERE: &str = "const frame = document.createElement('iframe');
    document.body.append(frame);
    frame.contentWindow.localStorage.setItem('yodel.connections', arguments[0]);
    frame.remove();";
/// Returns the stored list.
const STORED: &str = "return localStorage.getItem('yodel.connections') ?? '';";

/// Returns a list with one connection.
fn list(id: &str, name: &str, url: &str) -> Value {
    let connection = json!({ "id": id, "name": name, "url": url, "token": "a.b.c" });
    json!({ "yodel": "connections", "version": 1, "connections": [connection] })
}

async fn store_elsewhere(page: &Page, list: &Value) {
    page.window.script(STORE_ELSEWHERE, vec![json!(list.to_string())]).await;
}

async fn stored(page: &Page) -> String {
    page.window.script(STORED, Vec::new()).await.as_str().unwrap_or_default().to_owned()
}

/// Saves the current connection; `more` fills the form.
async fn save(page: &Page, name: &str, more: impl AsyncFnOnce(&Page)) {
    page.click("Save current connection").await;
    page.wait_until("the form", |snapshot| snapshot.focus == "txtConnectionName").await;
    page.fill("txtConnectionName", name).await;
    more(page).await;
    page.click("Save connection").await;
    page.wait_for_texts(".saved .name", |names| names.iter().any(|known| known == name)).await;
}

#[apply(each_browser)]
async fn a_reload_returns_to_the_saved_connection(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let server = RecordingServer::start().await;
    let with_token = |received: &[String]| received.iter().filter(|text| text.contains("token-a")).count();
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.choose("selSpeak", "envelope").await;
    page.fill("txtServer", &server.url).await;
    page.fill("txtToken", "token-a\n").await;
    server.wait_until("the token", |received| with_token(received) == 1).await;
    page.wait_for_state("Connected").await;
    save(&page, "Recorder", async |page| page.tick("Save token").await).await;

    page.window.reload().await;
    server.wait_until("the token again", |received| with_token(received) == 2).await;
    let snapshot = page.wait_for_state("Connected").await;
    assert_eq!((snapshot.address.as_str(), snapshot.banner.as_str()), (server.url.as_str(), ""));

    // Another address leaves it, and a link to it asks.
    page.connect_to(&format!("ws://{}/ws/echo", yodel.address())).await;
    page.wait_for_state("Connected").await;
    let address = page.window.address().await;
    assert!(address.contains("echo") && !address.contains("connection="), "{address}");
    page.finish().await;
}

#[apply(each_browser)]
async fn a_link_to_another_server_never_dials_by_itself(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let foreign = ClosingServer::with_close(1000, "bye").await;
    let page = Page::connected(browser, &yodel.url).await;
    store_elsewhere(&page, &list("far", "Far", &foreign.url)).await;
    let page = Page::open_in(page.window, &format!("{}/?connection=far", yodel.url)).await;
    page.wait_until("the confirmation", |snapshot| snapshot.banner.contains(&foreign.url)).await;
    page.window.reload().await;
    let snapshot = page.wait_until("the confirmation", |snapshot| snapshot.banner.contains(&foreign.url)).await;
    assert_eq!((snapshot.state.as_str(), foreign.connection_count()), ("Disconnected", 0));

    page.click("Connect").await;
    let closed = format!("danger: WebSocket Server [{}] Connection Closed! (1000, normal: bye)", foreign.url);
    page.wait_for_last_row(&closed).await;
    assert_eq!(foreign.connection_count(), 1);
    // The user confirmed it in this tab.
    page.window.reload().await;
    // The page may have noticed the end of its first connection, to its own server, before it was left.
    let closes = |texts: &[&str]| texts.iter().filter(|text| text.ends_with("(1000, normal: bye)")).count();
    page.wait_until("a second connection", |snapshot| closes(&snapshot.texts("danger")) == 2).await;
    assert_eq!(foreign.connection_count(), 2);
    page.finish().await;
}

#[apply(any_browser)]
async fn a_link_to_an_unknown_connection_is_reported(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::open(browser, &format!("{}/?connection=missing", yodel.url)).await;
    let snapshot = page.wait_for_state("Connected").await;
    assert!(snapshot.banner.contains("not saved in this browser"), "{snapshot:?}");
    page.finish().await;
}

#[apply(each_browser)]
async fn tabs_see_the_same_list_and_overwrite_nothing(browser: &Browser) {
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    save(&page, "Ours", async |_| ()).await;
    let mut theirs: Value = serde_json::from_str(&stored(&page).await).expect("the list is JSON");
    let more = list("theirs", "Theirs", "/ws/echo")["connections"][0].clone();
    theirs["connections"].as_array_mut().expect("a list").push(more);
    store_elsewhere(&page, &theirs).await;
    page.wait_for_texts(".saved .name", |names| names == ["Ours", "Theirs"]).await;

    page.window.click("//li[contains(., 'Theirs')]/button[@aria-expanded]").await;
    page.wait_for_texts("#txtRenameConnection", |fields| fields.len() == 1).await;
    assert_accessible(&page, "saved connections and the actions of one").await;

    // A change that the page was not notified of stays, too.
    theirs["connections"][1]["name"] = json!("Renamed");
    page.window
        .script("localStorage.setItem('yodel.connections', arguments[0]);", vec![json!(theirs.to_string())])
        .await;
    save(&page, "Another", async |_| ()).await;
    page.wait_for_texts(".saved .name", |names| names == ["Ours", "Renamed", "Another"]).await;
    page.finish().await;
}

#[apply(any_browser)]
async fn exports_and_imports_connections(browser: &Browser) {
    let folder = tempfile::tempdir().expect("temporary folder");
    let yodel = Yodel::serve(&[]).await;
    let page = Page::connected(browser, &yodel.url).await;
    store_elsewhere(&page, &list("far", "Far", "ws://far.test/ws?key=secret")).await;
    page.window.download_to(folder.path()).await;
    page.open_tools().await;
    page.unfold("Import and export").await;
    page.click("Export connections").await;
    let exported = downloaded(folder.path(), "yodel-connections.json").await;
    let public = exported.contains("ws://far.test/ws") && !exported.contains("a.b.c") && !exported.contains("secret");
    assert!(public, "{exported}");
    page.finish().await;

    let page = Page::connected(browser, &yodel.url).await;
    page.open_tools().await;
    page.unfold("Import and export").await;
    let file = folder.path().join("yodel-connections.json");
    for result in ["1 imported (0 renamed), 0 already saved.", "0 imported (0 renamed), 1 already saved."] {
        page.window.choose_file("//*[@id='fileConnections']", &file).await;
        page.wait_for_text("section[aria-labelledby=connections] details [role=status]", result).await;
    }
    page.wait_for_text(".saved .name", "Far").await;
    std::fs::write(&file, exported.replace("\"version\":1", "\"version\":9")).expect("file is writable");
    page.window.choose_file("//*[@id='fileConnections']", &file).await;
    let error = "section[aria-labelledby=connections] .error";
    page.wait_for_texts(error, |texts| texts.len() == 1 && texts[0].contains("Format version “9”")).await;
    page.wait_for_text(".saved .name", "Far").await;
    page.finish().await;
}
