//! Saved connections.

use crate::{
    connection::{target, targets},
    stubs::{downloads, record_downloads},
    support::Page,
};
use js_sys::Function;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement};
use yodel_client::{Event, Mode, Target};
use yodel_page::{
    model::{address::ProtocolChoice, connections::SavedConnections, variables::Template},
    platform::location,
    state::VariableStore,
};

/// Storage names of the list, and of the choice of this tab.
const CONNECTIONS: &str = "yodel.connections";
const CHOSEN: &str = "yodel.chosen";
/// Selector of the names in the list.
const NAMES: &str = ".saved .name";
/// Selector of the section's error.
const ERROR: &str = "section[aria-labelledby=connections] .error";

/// A list of two connections, as another tab or an export writes it.
const TWO: &str = r#"{"yodel":"connections","version":1,"connections":[
{"id":"own","name":"Own","url":"/ws/echo","protocol":"yodel.v1","later":{"a":1.0}},
{"id":"far","name":"Far","url":"ws://far.test/ws","protocol":"plain","subprotocols":["chat"],"token":"a.b.c"}
]}"#;

fn local() -> web_sys::Storage {
    window().local_storage().unwrap().unwrap()
}

fn stored() -> SavedConnections {
    let text = local().get_item(CONNECTIONS).unwrap().unwrap_or_default();
    SavedConnections::from_text(&text).unwrap_or_else(|error| panic!("{error:?}: {text}"))
}

fn names(page: &Page) -> Vec<String> {
    let found = page.find(".saved").unwrap().query_selector_all(".name").unwrap();
    (0..found.length()).filter_map(|at| found.item(at)?.text_content()).collect()
}

/// Dispatches the event that follows a change of another tab.
fn notify() {
    window().dispatch_event(&web_sys::Event::new("storage").unwrap()).unwrap();
}

/// Opens a page with Tools and these stored connections.
async fn with_stored(text: &str) -> Page {
    let page = Page::open();
    local().set_item(CONNECTIONS, text).unwrap();
    page.open_tools().await;
    page
}

/// Opens a page as a reload of the last one does.
fn reload() -> Page {
    let session = window().session_storage().unwrap().unwrap();
    let (list, chosen) = (local().get_item(CONNECTIONS).unwrap(), session.get_item(CHOSEN).unwrap());
    let id = location::query("connection");
    let page = Page::open();
    for (storage, name, value) in [(local(), CONNECTIONS, list), (session, CHOSEN, chosen)] {
        if let Some(value) = value {
            storage.set_item(name, &value).unwrap();
        }
    }
    location::set_query("connection", id.as_deref());
    page
}

/// Saves the current connection.
async fn save(page: &Page, name: &str) {
    page.click("Save current connection");
    page.until("the form", |page| page.count("#txtConnectionName") == 1).await;
    page.fill("txtConnectionName", name);
    page.click("Save connection");
    page.until(name, |page| names(page).iter().any(|known| known == name)).await;
}

/// Shows the actions of a connection.
async fn open_actions(page: &Page, id: &str) {
    let more = page.find(&format!("#saved-{id} + button")).unwrap();
    more.click();
    page.until("the actions", |_| more.get_attribute("aria-expanded").as_deref() == Some("true")).await;
    page.until("the name", |page| page.count("#txtRenameConnection") == 1).await;
}

async fn click_action(page: &Page, id: &str, label: &str) {
    if page.find(&format!("#saved-{id} + button")).unwrap().get_attribute("aria-expanded").as_deref() != Some("true") {
        open_actions(page, id).await;
    }
    page.click(label);
}

/// Chooses a file with this content to import.
fn import(page: &Page, content: &str) {
    let script = "
        const files = new DataTransfer();
        files.items.add(new File([content], 'connections.json'));
        field.files = files.files;
        field.dispatchEvent(new Event('change', { bubbles: true }));";
    let field = page.find("#fileConnections").unwrap();
    Function::new_with_args("field, content", script).call2(&JsValue::NULL, &field, &content.into()).unwrap();
}

fn status(page: &Page) -> String {
    page.text("section[aria-labelledby=connections] details [role=status]")
}

#[wasm_bindgen_test]
async fn a_reload_returns_to_the_saved_connection() {
    let page = Page::open();
    page.store.dialer.start(None);
    page.store.dialer.connect_with("ws://far.test/ws".into(), ProtocolChoice::Plain(vec!["chat".into()]));
    page.open_tools().await;
    page.until("the hint", |page| page.text("section[aria-labelledby=connections]").contains("with one click")).await;
    save(&page, "Far").await;
    assert_eq!(page.text(NAMES), "Far");
    let row = ".saved .list-button[aria-current=true]";
    page.until("the current row", |page| page.text(row).contains("chat")).await;
    page.until("the focus", |_| document().active_element().is_some_and(|focus| focus.id().starts_with("saved-")))
        .await;
    assert_eq!(location::query("url"), None);

    let page = reload();
    assert!(page.store.dialer.start_saved());
    let subprotocols = vec!["chat".to_owned()];
    let target = Target { subprotocols, ..Target::new("ws://far.test/ws", Mode::Plain) };
    assert_eq!(page.events(), [Event::Connect { target }], "the user chose it in this tab");
    assert!(!page.store.layout.tools.get_untracked(), "without the tools");

    // Another address leaves it, the same one does not.
    page.store.dialer.connect("ws://far.test/ws").unwrap();
    assert!(location::query("connection").is_some());
    page.store.dialer.connect("/ws/echo").unwrap();
    assert_eq!((location::query("connection"), location::query("url")), (None, Some("/ws/echo".into())));
    assert!(!reload().store.dialer.start_saved());
}

#[wasm_bindgen_test]
async fn a_click_connects_with_everything_that_was_saved() {
    let page = with_stored(TWO).await;
    page.store.auth.set_token("ws://far.test/ws", Some("remembered"), true);
    assert_eq!(names(&page), ["Own", "Far"]);
    page.find("#saved-far").unwrap().click();
    page.find("#saved-own").unwrap().click();
    let [Event::Connect { target: far }, Event::Connect { target: own }] = &page.events()[..] else {
        panic!("two connections")
    };
    assert_eq!((far.url.as_str(), &far.subprotocols[..]), ("ws://far.test/ws", &["chat".to_owned()][..]));
    assert_eq!(far.token.clone().map(yodel_client::Secret::reveal).as_deref(), Some("a.b.c"));
    assert_eq!((own.url.as_str(), own.mode), ("ws://yodel.test/ws/echo", Mode::Envelope { lobby: true }));
    assert_eq!(yodel_page::state::Auth::remembered_token("ws://far.test/ws").as_deref(), Some("remembered"));
    page.find("#saved-far").unwrap().click();
    page.until("its token in the form", |page| page.value("txtToken") == "a.b.c").await;
    page.find("#saved-own").unwrap().click();
    page.until("the current row", |page| {
        page.find("#saved-own").unwrap().get_attribute("aria-current").as_deref() == Some("true")
    })
    .await;
    assert_eq!(page.count(".saved [aria-current=true]"), 1);
}

#[wasm_bindgen_test]
async fn an_address_that_cannot_be_dialed_is_reported() {
    let text = r#"{"yodel":"connections","version":1,"connections":[
        {"id":"a","name":"A","url":"two words"},
        {"id":"b","name":"B","url":"ws://b","protocol":"plain","subprotocols":["x","a b"]}]}"#;
    let page = with_stored(text).await;
    page.find("#saved-a").unwrap().click();
    page.until("the error", |page| page.text(ERROR) == "Invalid WebSocket URL.").await;
    page.find("#saved-b").unwrap().click();
    page.until("the error", |page| page.text(ERROR).contains("“a b”")).await;
    assert_eq!(page.events(), []);
}

#[wasm_bindgen_test]
async fn renames_duplicates_moves_and_deletes() {
    let page = with_stored(TWO).await;
    open_actions(&page, "far").await;
    assert!(page.text(".saved .fields").contains("ws://far.test/ws"));
    page.fill("txtRenameConnection", " Own ");
    page.click("Rename");
    page.until("the error", |page| page.text(ERROR) == "This name is already in use.").await;
    page.fill("txtRenameConnection", &"x".repeat(101));
    page.click("Rename");
    page.until("the error", |page| page.text(ERROR) == "Enter a name of at most 100 characters.").await;
    page.fill("txtRenameConnection", "Distant");
    page.click("Rename");
    page.until("the name", |page| names(page) == ["Own", "Distant"]).await;
    page.until("the focus", |_| document().active_element().is_some_and(|focus| focus.id() == "saved-far")).await;

    click_action(&page, "own", "Duplicate").await;
    page.until("the copy", |page| names(page) == ["Own", "Own copy", "Distant"]).await;
    click_action(&page, "own", "Move down").await;
    page.until("the order", |page| names(page) == ["Own copy", "Own", "Distant"]).await;
    page.until("the focus", |_| document().active_element().is_some_and(|focus| focus.id() == "moveDown")).await;
    let saved = stored();
    assert_eq!(saved.connections[0].part("later").unwrap().text(), r#"{"a":1.0}"#, "a copy has all fields");
    assert_ne!(saved.connections[0].id, "own");

    page.find("#saved-own").unwrap().click();
    click_action(&page, "own", "Delete").await;
    page.until("the offer", |page| page.text(".deleted").contains("“Own” deleted.")).await;
    assert_eq!(names(&page), ["Own copy", "Distant"]);
    page.until("the focus", |_| document().active_element().is_some_and(|focus| focus.id() == "undoDelete")).await;
    assert_eq!(location::query("connection"), None, "a reload does not return to it");
    page.click("Undo");
    page.until("the connection", |page| names(page) == ["Own copy", "Own", "Distant"]).await;
    assert_eq!(location::query("connection").as_deref(), Some("own"));
    page.until("no offer", |page| page.count(".deleted") == 0).await;
}

#[wasm_bindgen_test]
async fn searches_names_and_addresses() {
    let connection = |n| format!(r#"{{"id":"c{n}","name":"Number {n}","url":"ws://host{n}.test/ws?token=no"}}"#);
    let list = |count| {
        let all: Vec<_> = (1..=count).map(connection).collect();
        format!(r#"{{"yodel":"connections","version":1,"connections":[{}]}}"#, all.join(","))
    };
    let page = with_stored(&list(5)).await;
    assert_eq!(page.count("#txtSearchConnections"), 0);
    local().set_item(CONNECTIONS, &list(6)).unwrap();
    notify();
    page.until("the field", |page| page.count("#txtSearchConnections") == 1).await;
    for (text, found) in [("NUMBER 2", &["Number 2"][..]), ("host3.TEST", &["Number 3"][..]), ("token", &[][..])] {
        page.fill("txtSearchConnections", text);
        page.until(text, |page| names(page) == found).await;
    }
    page.until("the hint", |page| page.text("section[aria-labelledby=connections]").contains("No matching")).await;
    page.fill("txtSearchConnections", "");
    page.until("all", |page| names(page).len() == 6).await;
}

#[wasm_bindgen_test]
async fn saved_messages_belong_to_the_connection() {
    let page = with_stored(TWO).await;
    let messages = |page: &Page| page.text(".send-options li .address");
    let add = |name: &str| {
        page.type_text("text");
        page.fill("txtName", name);
        page.click("Save message");
    };
    add("everywhere");
    page.until("the message", |page| messages(page) == "everywhere").await;
    page.find("#saved-own").unwrap().click();
    page.until("no message", |page| messages(page).is_empty()).await;
    add("own");
    page.until("the message", |page| messages(page) == "own").await;
    page.find("#saved-far").unwrap().click();
    page.until("no message", |page| messages(page).is_empty()).await;
    page.find("#saved-own").unwrap().click();
    page.until("its message", |page| messages(page) == "own").await;
    let saved = stored();
    assert_eq!(saved.get("own").unwrap().part("messages").unwrap().text(), r#"[{"name":"own","text":"text"}]"#);
    assert!(saved.get("own").unwrap().part("later").is_some(), "other fields stay");
    page.store.dialer.connect("/ws").unwrap();
    page.until("the message", |page| messages(page) == "everywhere").await;
    // A new connection starts with the messages that are shown.
    save(&page, "New").await;
    page.until("the message", |page| messages(page) == "everywhere").await;
    assert!(stored().connections[2].part("messages").unwrap().text().contains("everywhere"));
}

#[wasm_bindgen_test]
async fn a_value_of_a_rule_belongs_to_the_connection_in_which_it_was_set() {
    let page = with_stored(TWO).await;
    let variables = page.store.owner.with(|| VariableStore::load(page.store, |_| ()));
    let token = Template::parse("{{token}}");
    page.find("#saved-own").unwrap().click();
    variables.set("token", "s3cret").unwrap();
    assert_eq!(variables.expand(&token).text, "s3cret");
    page.find("#saved-far").unwrap().click();
    assert_eq!(variables.expand(&token).text, "{{token}}", "not a value of this connection");
    variables.set("other", "x").unwrap();
    assert!(stored().get("own").unwrap().part("variables").unwrap().text().contains("s3cret"));
    page.until("the value", |_| stored().get("far").unwrap().part("variables").is_some()).await;
    assert!(!stored().get("far").unwrap().part("variables").unwrap().text().contains("s3cret"));
}

#[wasm_bindgen_test]
async fn a_stale_tab_overwrites_nothing() {
    let page = with_stored(TWO).await;
    page.find("#saved-own").unwrap().click();
    page.events();
    // Another tab adds a connection and renames one. This tab is not notified of it.
    let changed = TWO
        .replace("\"Own\"", "\"Renamed\"")
        .replace("\n]}", ",\n{\"id\":\"new\",\"name\":\"Theirs\",\"url\":\"ws://new.test/\"}\n]}");
    local().set_item(CONNECTIONS, &changed).unwrap();
    page.type_text("text");
    page.fill("txtName", "mine");
    page.click("Save message");
    page.until("the message", |page| page.text(".send-options li .address") == "mine").await;
    let known = |saved: &SavedConnections| saved.connections.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!(known(&stored()), ["Renamed", "Far", "Theirs"]);
    click_action(&page, "far", "Duplicate").await;
    page.until("both changes", |page| names(page) == ["Renamed", "Far", "Far copy", "Theirs"]).await;
    assert!(stored().get("own").unwrap().part("messages").is_some());
    // A connection that another tab deletes disappears, and is not returned to.
    local().set_item(CONNECTIONS, r#"{"yodel":"connections","version":1,"connections":[]}"#).unwrap();
    notify();
    page.until("no rows", |page| names(page).is_empty()).await;
    page.until("no choice", |_| location::query("connection").is_none()).await;
    assert_eq!(location::query("url").as_deref(), Some("/ws/echo"));
    page.until("no messages", |page| page.count(".send-options li") == 0).await;
    assert!(page.events().is_empty(), "the connection stays open");
}

#[wasm_bindgen_test]
async fn a_list_of_a_later_version_is_shown_as_unreadable_and_never_overwritten() {
    let later = TWO.replace("\"version\":1", "\"version\":2");
    let page = with_stored(&later).await;
    page.until("the error", |page| page.text(ERROR).contains("stay unchanged. Format version “2”")).await;
    page.click("Save current connection");
    page.until("the form", |page| page.count("#txtConnectionName") == 1).await;
    page.click("Save connection");
    import(&page, TWO);
    page.until("two errors", |page| page.count(ERROR) == 2).await;
    assert_eq!(local().get_item(CONNECTIONS).unwrap(), Some(later));
    assert_eq!(page.count("#txtConnectionName"), 1, "the typed name stays");
}

#[wasm_bindgen_test]
async fn saves_the_token_only_if_asked() {
    let page = Page::open();
    page.store.dialer.connect_with("ws://far.test/ws?key=secret&x=1".into(), ProtocolChoice::Envelope);
    page.store.auth.set_token("ws://far.test/ws", Some("a.b.c"), false);
    page.open_tools().await;
    save(&page, "without").await;
    let saved = stored().connections[0].clone();
    assert_eq!((saved.url.as_str(), saved.token), ("ws://far.test/ws?x=1", None));
    let session = window().session_storage().unwrap().unwrap().get_item(CHOSEN).unwrap().unwrap();
    assert!(!session.contains("secret") && !session.contains("a.b.c"), "{session}");
    page.click("Save current connection");
    page.until("the form", |page| page.count("#txtConnectionName") == 1).await;
    page.fill("txtConnectionName", "with");
    let section = "section[aria-labelledby=connections]";
    let tick: HtmlElement = page.find(&format!("{section} .fields [type=checkbox]")).unwrap();
    tick.click();
    page.click("Save connection");
    page.until("both", |page| names(page) == ["without", "with"]).await;
    let saved = stored().connections[1].clone();
    assert_eq!((saved.url.as_str(), saved.token.as_deref()), ("ws://far.test/ws?key=secret&x=1", Some("a.b.c")));
    assert_eq!(saved.protocol, ProtocolChoice::Envelope);
}

#[wasm_bindgen_test]
async fn exports_without_tokens_unless_asked() {
    record_downloads();
    let page = with_stored(&TWO.replace("far.test/ws", "far.test/ws?auth=x&y=2")).await;
    let before = downloads().len();
    page.click("Export connections");
    page.until("the file", |_| downloads().len() == before + 1).await;
    let file = downloads()[before].clone();
    let text = file.strip_prefix("yodel-connections.json: ").unwrap();
    assert!(!text.contains("a.b.c") && !text.contains("auth"), "{text}");
    assert_eq!(SavedConnections::from_text(text).unwrap(), stored().without_secrets());
    let details = "section[aria-labelledby=connections] details";
    page.find(&format!("{details} [type=checkbox]")).unwrap().click();
    page.click("Export connections");
    page.until("the file", |_| downloads().len() == before + 2).await;
    assert!(downloads()[before + 1].contains("a.b.c") && downloads()[before + 1].contains("auth=x"));
    // An import of the export changes nothing.
    import(&page, text);
    page.until("the result", |page| status(page) == "0 imported (0 renamed), 2 already saved.").await;
    assert_eq!(stored().connections[1].token.as_deref(), Some("a.b.c"));
}

#[wasm_bindgen_test]
async fn an_import_replaces_nothing() {
    let page = with_stored(TWO).await;
    import(&page, &TWO.replace("/ws/echo", "ws://elsewhere.test/"));
    page.until("the result", |page| status(page) == "1 imported (1 renamed), 1 already saved.").await;
    page.until("the list", |page| names(page) == ["Own", "Far", "Own (2)"]).await;
    let saved = stored();
    assert_eq!(saved.get("own").unwrap().url, "/ws/echo");
    assert!(saved.connections[2].id != "own" && saved.connections[2].part("later").is_some());
    assert_eq!(page.events(), [], "an import dials nothing");
}

#[wasm_bindgen_test]
async fn a_broken_file_changes_nothing_and_says_where() {
    let page = with_stored(TWO).await;
    for (file, error) in [
        (TWO.replace("\"url\":\"ws", "\"url\":ws"), "Not imported. Invalid JSON at line 3, column 32."),
        (TWO.replace("\"version\":1", "\"version\":3"), "Not imported. Format version “3” is not supported"),
        (TWO.replace("\"name\":\"Far\",", ""), "Not imported. Connection 2: the field “name” is missing or invalid."),
        ("[]".to_owned(), "Not imported. The file does not contain Yodel connections."),
        ("x".repeat(16 * 1024 * 1024 + 1), "Not imported. File too large (limit 16,777,216 bytes)."),
    ] {
        import(&page, &file);
        page.until(error, |page| page.text(ERROR).starts_with(error)).await;
        assert_eq!(local().get_item(CONNECTIONS).unwrap().as_deref(), Some(TWO));
        assert_eq!(page.find("#fileConnections").unwrap().unchecked_into::<HtmlInputElement>().value(), "");
    }
    import(&page, &TWO.replace("own", "third").replace("Own", "Third"));
    page.until("the next import", |page| names(page) == ["Own", "Far", "Third"] && page.text(ERROR).is_empty()).await;
}

#[wasm_bindgen_test]
async fn reports_a_full_storage() {
    let page = with_stored(TWO).await;
    let script = "
        const original = Storage.prototype.setItem;
        Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
        return () => { Storage.prototype.setItem = original; };";
    let restore: Function = Function::new_no_args(script).call0(&JsValue::NULL).unwrap().unchecked_into();
    click_action(&page, "own", "Duplicate").await;
    restore.call0(&JsValue::NULL).unwrap();
    page.until("the error", |page| page.text(ERROR) == "Not saved: the browser’s storage is full.").await;
    assert_eq!(names(&page), ["Own", "Far"]);
    assert_eq!(local().get_item(CONNECTIONS).unwrap().as_deref(), Some(TWO));
    page.click("Duplicate");
    page.until("the copy", |page| names(page).len() == 3 && page.text(ERROR).is_empty()).await;
}

#[wasm_bindgen_test]
async fn a_link_dials_the_own_server_only() {
    let link = async |id: &str| {
        let page = Page::open();
        local().set_item(CONNECTIONS, TWO).unwrap();
        location::set_query("connection", Some(id));
        assert!(page.store.dialer.start_saved());
        assert_eq!(page.events(), [], "the list is not read yet");
        page.until("the tools", |page| page.count(".sidebar section") > 0).await;
        page
    };
    let page = link("own").await;
    assert_eq!(targets(&page), [target("ws://yodel.test/ws/echo", None)]);
    assert_eq!(page.store.connection.saved_id.get_untracked().as_deref(), Some("own"));

    let page = link("far").await;
    page.until("the question", |page| page.text(".banner").contains("ws://far.test/ws")).await;
    assert_eq!(page.events(), []);
    page.find(".banner button").unwrap().click();
    let subprotocols = vec!["chat".to_owned()];
    let token = Some(yodel_client::Secret::new("a.b.c".to_owned()));
    let expected = Target { subprotocols, token, ..Target::new("ws://far.test/ws", Mode::Plain) };
    assert_eq!(page.events(), [Event::Connect { target: expected }]);
    assert_eq!(page.store.connection.saved_id.get_untracked().as_deref(), Some("far"));
    let page = reload();
    assert!(page.store.dialer.start_saved());
    assert_eq!(targets(&page), [target("ws://far.test/ws", Some("a.b.c"))], "confirmed in this tab");

    let page = link("missing").await;
    page.until("the notice", |page| page.text(".banner").contains("not saved in this browser")).await;
    assert_eq!(targets(&page), [target("ws://yodel.test/ws", None)]);
    assert_eq!(location::query("connection"), None);
}

#[wasm_bindgen_test]
async fn updates_a_connection_to_the_current_one() {
    let page = with_stored(TWO).await;
    page.store.dialer.connect_with("ws://moved.test/ws".into(), ProtocolChoice::Automatic);
    click_action(&page, "far", "Update to current URL").await;
    page.until("the choice", |page| page.store.connection.saved_id.get_untracked().as_deref() == Some("far")).await;
    let saved = stored().get("far").unwrap().clone();
    assert_eq!(
        (saved.url.as_str(), saved.protocol, saved.token),
        ("ws://moved.test/ws", ProtocolChoice::Automatic, None)
    );
}
