//! The menu that copies the connection as a command.

use crate::{
    stubs::{copied, record_clipboard, remove_clipboard},
    support::Page,
};
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_page::{i18n::Lang, model::address::ProtocolChoice};

/// Selector of the menu in the connection panel.
const MENU: &str = ".sidebar .copy-as";

fn status(page: &Page) -> String {
    page.text(&format!("{MENU} [role=status]"))
}

async fn copy(page: &Page, tool: &str, result: &str) -> String {
    page.click(tool);
    page.until(result, |page| status(page).contains(result)).await;
    page.text(&format!("{MENU} .snippet"))
}

#[wasm_bindgen_test]
async fn copies_the_connection_for_each_tool() {
    let page = Page::open();
    page.store.dialer.connect("ws://other:9000/ws?x=1").unwrap();
    page.store.connection.protocol.set(ProtocolChoice::Plain(vec!["chat".into()]));
    page.open_tools().await;
    record_clipboard(true);
    for (tool, begin) in [
        ("yodel connect", "yodel connect 'ws://other:9000/ws?x=1' --subprotocol=chat"),
        ("websocat", "websocat --protocol=chat 'ws://other:9000/ws?x=1'"),
        ("wscat", "wscat -c 'ws://other:9000/ws?x=1' -s chat"),
        ("JavaScript", "const socket = new WebSocket(\"ws://other:9000/ws?x=1\", [\"chat\"]);"),
        ("Python", "from websockets.sync.client import connect"),
        ("Rust", "// cargo add tokio"),
    ] {
        let shown = copy(&page, tool, &format!("Copied as {tool}.")).await;
        assert_eq!(copied(), shown);
        assert!(shown.starts_with(begin), "{shown}");
    }
}

#[wasm_bindgen_test]
async fn copies_a_placeholder_instead_of_secrets() {
    let page = Page::open();
    page.store.auth.set_token("ws://yodel.test/ws", Some("hunter2"), false);
    page.store.dialer.connect("/ws?token=hunter2").unwrap();
    page.open_tools().await;
    record_clipboard(true);
    let command = copy(&page, "yodel connect", "set TOKEN_FILE. Secrets in the URL are not copied.").await;
    assert_eq!(command, "yodel connect ws://yodel.test/ws --subprotocol=yodel.v1 --token-file=\"$TOKEN_FILE\"");
    copy(&page, "Python", "The token is not copied: set TOKEN.").await;
    assert!(!page.text(MENU).contains("hunter2") && !copied().contains("hunter2"));
}

#[wasm_bindgen_test]
async fn an_automatic_connection_to_another_server_has_no_token() {
    let page = Page::open();
    page.store.auth.set_token("ws://other/ws", Some("hunter2"), false);
    page.store.dialer.connect("ws://other/ws").unwrap();
    page.open_tools().await;
    record_clipboard(true);
    assert_eq!(copy(&page, "wscat", "Copied as wscat.").await, "wscat -c ws://other/ws");
    assert_eq!(status(&page), "Copied as wscat.");
}

#[wasm_bindgen_test]
async fn shows_the_text_when_copying_is_blocked() {
    let page = Page::open();
    page.open_tools().await;
    record_clipboard(false);
    let shown = copy(&page, "websocat", "The browser blocked copying.").await;
    assert_eq!(shown, "websocat --protocol=yodel.v1 ws://yodel.test/ws");
    remove_clipboard();
    copy(&page, "wscat", "The browser blocked copying.").await;
    page.store.language.lang.set(Lang::Zh);
    page.until("Chinese", |page| status(page).starts_with("浏览器阻止了复制")).await;
    assert_eq!(page.text(&format!("{MENU} summary")), "复制为");
}
