//! Tokens and secrets: each server has its own, and none is stored or shown without a request.

use crate::connection::{ADDRESSES, CONNECT, target, targets};
use crate::support::{Page, edit_and_connect, frame};
use wasm_bindgen_test::wasm_bindgen_test;
use yodel_client::{Effect, State, StopReason};
use yodel_page::{
    platform::{location, storage::StorageArea},
    state::Auth,
};
use yodel_protocol::CloseCode;

#[wasm_bindgen_test]
async fn keeps_a_token_per_server_and_stores_it_on_request() {
    let page = Page::open();
    page.open_tools().await;
    let enter = async |url: &str, token: &str| {
        page.choose("selSpeak", "envelope");
        page.fill("txtServer", url);
        page.until("the token field", |page| page.count("#txtToken") == 1).await;
        page.fill("txtToken", token);
        page.find(CONNECT).unwrap().click();
    };
    enter("/ws", "of-own").await;
    assert_eq!(targets(&page), [target("ws://yodel.test/ws", Some("of-own"))]);
    assert_eq!(Auth::remembered_token("ws://yodel.test/ws"), None, "it was not to be remembered");
    enter("ws://other/ws", "of-other").await;
    assert_eq!(targets(&page), [target("ws://other/ws", Some("of-other"))]);
    page.store.dialer.connect("/ws/echo").unwrap();
    assert_eq!(targets(&page), [target("ws://yodel.test/ws/echo", Some("of-own"))], "the token is for all paths");
    page.store.dialer.connect("ws://third/ws").unwrap();
    assert_eq!(targets(&page), [target("ws://third/ws", None)]);

    page.store.auth.set_token("ws://yodel.test/ws", Some("of-own"), true);
    page.store.auth.set_token("ws://other/ws", Some("of-other"), true);
    assert_eq!(Auth::remembered_token("ws://yodel.test/x").as_deref(), Some("of-own"), "both are stored");
    assert_eq!(Auth::remembered_token("ws://other/x").as_deref(), Some("of-other"));
    page.store.auth.set_token("ws://yodel.test/ws", None, false);
    assert_eq!(page.store.auth.token_for("ws://yodel.test/ws"), None);
    assert_eq!(Auth::remembered_token("ws://other/x").as_deref(), Some("of-other"));
}

#[wasm_bindgen_test]
async fn the_token_field_follows_the_server() {
    let page = Page::open();
    page.store.dialer.connect("/ws").unwrap();
    page.open_tools().await;
    page.fill("txtToken", "secret");
    page.find(CONNECT).unwrap().click();
    page.store.layout.toggle_tools();
    page.until("no tools", |page| page.count(".sidebar") == 0).await;
    page.open_tools().await;
    page.until("the token", |page| page.value("txtToken") == "secret").await;

    page.fill("txtServer", "ws://other/ws");
    page.events();
    page.find(CONNECT).unwrap().click();
    assert_eq!(targets(&page), [target("ws://other/ws", None)]);
    page.until("an empty field", |page| page.value("txtToken").is_empty()).await;
}

#[wasm_bindgen_test]
async fn keeps_a_typed_token_while_the_path_is_edited() {
    let page = Page::open();
    page.open_tools().await;
    page.fill("txtToken", "typed");
    // On the way the text names the host `w`, no address at all, and other ports.
    for typed in ["", "w", "ws", "ws:", "ws://", "ws://yodel.test:8", "ws://yodel.test/ws/echo"] {
        page.fill("txtServer", typed);
        frame().await;
    }
    page.until("the token", |page| page.value("txtToken") == "typed").await;
    page.find(CONNECT).unwrap().click();
    assert_eq!(targets(&page), [target("ws://yodel.test/ws/echo", Some("typed"))]);
}

#[wasm_bindgen_test]
async fn stores_no_secret_of_an_address() {
    let page = Page::open();
    StorageArea::Local
        .save_texts(ADDRESSES, &["ws://user:s3cret@old/ws".to_owned(), "ws://old/ws?token=s3cret".to_owned()]);
    edit_and_connect(&page, "ws://other/ws?access_token=s3cret&room=1").await;
    assert_eq!(targets(&page), [target("ws://other/ws?access_token=s3cret&room=1", None)], "the server gets it");
    assert_eq!(location::query("url").as_deref(), Some("ws://other/ws?room=1"));
    page.until("the address", |page| page.text("button.address").ends_with("ws://other/ws?room=1")).await;
    page.open_tools().await;
    page.store.apply(&Effect::Up { url: "ws://other/ws?room=1".into(), away_ms: None });
    page.until("the recent address", |page| page.text(".sidebar li .address") == "ws://other/ws?room=1").await;
    let stored = StorageArea::Local.load_texts(ADDRESSES);
    assert_eq!(stored, ["ws://other/ws?room=1", "ws://old/ws"]);
}

#[wasm_bindgen_test]
async fn removes_the_secrets_of_a_link_from_the_address_of_the_page() {
    for (link, kept) in [
        ("ws://other/ws?token=s3cret", Some("ws://other/ws")),
        ("/ws/echo?token=s3cret", Some("/ws/echo")),
        ("ws://user:s3cret@other/ws", None),
        ("ws://other:70000/?token=s3cret&room=1", Some("ws://other:70000/?room=1")),
    ] {
        let page = Page::open();
        location::set_query("url", Some(link));
        page.store.dialer.start(location::query("url").as_deref());
        assert_eq!(location::query("url").as_deref(), kept, "{link}");
    }
}

#[wasm_bindgen_test]
async fn reports_a_token_that_the_server_requires() {
    let page = Page::open();
    page.store.dialer.start(None);
    let reason = yodel_client::yodel::TOKEN_REQUIRED.to_owned();
    page.state(State::Stopped(StopReason::Fatal { code: CloseCode::UNAUTHORIZED, reason }));
    let expected = "This server requires a token. Enter it under Tools.";
    page.until("the banner", |page| page.text(".banner span") == expected).await;
    page.find(".banner button:last-of-type").unwrap().click();
    page.until("the token field", |page| page.count("#txtToken") == 1).await;
}
