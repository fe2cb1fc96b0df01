//! Event streams (Server-Sent Events), with a simulated `EventSource` and the real session.

use crate::{
    connection::CONNECT,
    stubs::run,
    support::{Page, edit_and_connect},
};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlInputElement;
use yodel_client::{Event, Mode, State, StopReason, Target};
use yodel_page::{model::address::ProtocolChoice, state::Overlay, transport::Driver};

const STREAM: &str = "http://other.test/events";
const OWN_STREAM: &str = "http://yodel.test/sse/chat";

/// Records all streams. A test plays the browser: it opens, interrupts and ends them.
const SOURCES: &str = "
    window.sources = [];
    window.EventSource = class extends EventTarget {
        readyState = 0;
        constructor(url) {
            super();
            this.url = url;
            window.sources.push(this);
        }
        close() {
            this.readyState = 2;
        }
        emit(event, readyState) {
            this.readyState = readyState;
            this['on' + event.type]?.(event);
            this.dispatchEvent(event);
        }
    };
";

/// Opens a page that connects to a stream with these names of events.
async fn open(url: &str, names: &[&str]) -> Page {
    run(SOURCES);
    let page = Page::open();
    Driver::attach(page.store);
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    page.store.dialer.connect_with(url.to_owned(), ProtocolChoice::Plain(names));
    page.until("a stream", |_| sources() == 1).await;
    page
}

/// Opens a page with a stream that is open.
async fn connected(url: &str, names: &[&str]) -> Page {
    let page = open(url, names).await;
    emit("new Event('open'), 1");
    page.until("the connection", is_connected).await;
    page
}

fn sources() -> usize {
    run("return String(window.sources.length)").as_string().unwrap().parse().unwrap()
}

/// Dispatches an event to the last stream, which then has this state.
fn emit(event_and_state: &str) {
    run(&format!("window.sources.at(-1).emit({event_and_state})"));
}

fn receive(name: &str, data: &str, id: &str) {
    emit(&format!("new MessageEvent('{name}', {{ data: '{data}', lastEventId: '{id}' }}), 1"));
}

/// Returns a property of the last stream.
fn last(property: &str) -> String {
    run(&format!("return String(window.sources.at(-1).{property})")).as_string().unwrap()
}

fn is_connected(page: &Page) -> bool {
    page.text(".state") == "Connected"
}

fn is_connecting(page: &Page) -> bool {
    page.text(".state") == "Connecting"
}

#[wasm_bindgen_test]
async fn shows_named_and_unnamed_events() {
    let page = connected(STREAM, &["tick"]).await;
    receive("message", "plain", "");
    receive("message", "with an id", "k:1");
    receive("tick", "named", "k:2");
    receive("other", "no listener", "k:3");
    receive("error", "an event with the name of one of the browser’s", "k:3");
    let texts = || {
        run("return [...document.querySelectorAll('.list-group-item-warning .text')].map(row => row.textContent).join()")
            .as_string()
            .unwrap()
    };
    let expected = " > plain, > with an id, > [tick]: named, > [error]: an event with the name of one of the browser’s";
    page.until("the rows", |_| texts() == expected).await;
    assert_eq!(page.text(".list-group-item-info .text"), format!("Event Stream [{STREAM}] Connection Succeeded!"));
    assert!(is_connected(&page));
    page.open_tools().await;
    let named = page.store.log.peek(|log| log.entries.iter().nth(3).unwrap().id);
    page.store.list.inspect(named);
    page.until("the properties", |page| page.text(".inspector dl").contains("Event IDk:2")).await;
    assert!(page.text(".inspector dl").contains("Eventtick") && !page.text(".inspector dl").contains("Server time"));
    page.store.dialer.disconnect();
}

#[wasm_bindgen_test]
async fn cannot_send() {
    let page = connected(STREAM, &[]).await;
    page.until("the placeholder", |page| page.field().placeholder() == "Server-Sent Events are receive-only").await;
    assert!(page.field().disabled());
    assert!(page.find("#btnSend").unwrap().unchecked_into::<HtmlInputElement>().disabled());
    assert!(page.store.messages.send("from a saved message"));
    page.until("the reason", |page| {
        page.text(".delivery").starts_with("Not sent (Server-Sent Events are receive-only)")
    })
    .await;
    assert_eq!(page.text("#sent"), "0");
    edit_and_connect(&page, "ws://yodel.test/ws").await;
    page.until("a field for messages", |page| !page.field().disabled()).await;
    page.store.dialer.disconnect();
}

#[wasm_bindgen_test]
async fn takes_over_the_stream_that_the_browser_reconnects() {
    let page = connected(STREAM, &[]).await;
    receive("message", "one", "k:1");
    emit("new Event('error'), 0");
    page.until("the loss", |page| page.count(".list-group-item-danger") == 1).await;
    page.until("the next dial", is_connecting).await;
    emit("new Event('open'), 1");
    receive("message", "two", "k:2");
    page.until("the connection", is_connected).await;
    assert_eq!(sources(), 1, "only the browser can send the id of the last event");
    assert!(page.last(".list-group-item-info .text").contains("Reconnected after"));
    assert_eq!(page.text("#received"), "2");
    page.store.dialer.disconnect();
    page.until("the end", |_| last("readyState") == "2").await;
}

#[wasm_bindgen_test]
async fn a_stream_that_opens_before_the_next_dial_ends_the_wait() {
    let page = connected(STREAM, &[]).await;
    receive("message", "one", "k:1");
    emit("new Event('error'), 0");
    emit("new Event('open'), 1");
    page.until("the connection", is_connected).await;
    assert_eq!(sources(), 1);
    page.store.dialer.disconnect();
}

#[wasm_bindgen_test]
async fn a_stream_that_the_browser_gave_up_continues_after_the_last_event() {
    let page = connected(OWN_STREAM, &[]).await;
    receive("message", "one", "k 1:7");
    emit("new Event('error'), 2");
    page.until("another stream", |_| sources() == 2).await;
    assert_eq!(last("url"), format!("{OWN_STREAM}?since=k%201%3A7"));
    assert!(page.text(".status").contains(OWN_STREAM) && !page.text(".status").contains("since"));
    page.store.dialer.disconnect();

    let page = connected(STREAM, &[]).await;
    receive("message", "one", "k:1");
    emit("new Event('error'), 2");
    page.until("another stream", |_| sources() == 2).await;
    assert_eq!(last("url"), STREAM, "other servers may not know the parameter");
    page.store.dialer.disconnect();
}

#[wasm_bindgen_test]
async fn a_stream_without_an_id_is_replaced() {
    let page = connected(STREAM, &[]).await;
    receive("message", "one", "");
    emit("new Event('error'), 0");
    page.until("another stream", |_| sources() == 2).await;
    assert_eq!(run("return window.sources[0].readyState"), 2, "the first one is closed");
    page.store.dialer.disconnect();
}

#[wasm_bindgen_test]
async fn ends_with_the_connection() {
    let page = connected(STREAM, &[]).await;
    page.store.dialer.disconnect();
    page.until("the end", |_| last("readyState") == "2").await;
    page.until("the row", |page| page.last(".list-group-item-info .text").contains("Connection Closed! (1000")).await;

    let page = connected(STREAM, &[]).await;
    receive("message", "one", "k:1");
    page.store.dialer.set_reconnect(false);
    emit("new Event('error'), 0");
    page.until("the stop", |page| {
        page.store.connection.state.with_untracked(|state| matches!(state, State::Stopped(StopReason::Exhausted(_))))
    })
    .await;
    assert_eq!((last("readyState").as_str(), sources()), ("2", 1), "the browser does not reconnect either");
}

#[wasm_bindgen_test]
async fn the_form_has_names_of_events() {
    let page = Page::open();
    page.open_tools().await;
    page.fill("txtServer", STREAM);
    page.until("the field", |page| page.count("#txtEventNames") == 1 && page.count("#selSpeak, #txtToken") == 0).await;
    page.fill("txtEventNames", &format!("ok, {}", "x".repeat(256)));
    page.find(CONNECT).unwrap().click();
    page.until("the error", |page| page.text(".sidebar .error").contains("at most 255 bytes")).await;
    assert_eq!(page.events(), []);
    page.fill("txtEventNames", "tick, user joined");
    page.find(CONNECT).unwrap().click();
    let subprotocols = vec!["tick".to_owned(), "user joined".to_owned()];
    let target = Target { subprotocols, ..Target::new(STREAM, Mode::Plain) };
    assert_eq!(page.events(), [Event::Connect { target }]);
    page.store.layout.toggle_tools();
    page.until("no tools", |page| page.count(".sidebar") == 0).await;
    page.open_tools().await;
    assert_eq!(page.value("txtEventNames"), "tick, user joined");
    page.fill("txtServer", "ws://third.test/ws");
    page.until("the other fields", |page| page.count("#selSpeak") == 1).await;
    assert!(page.value("selSpeak").is_empty(), "names of events are no subprotocols");
}

#[wasm_bindgen_test]
async fn names_the_cause_of_a_failure() {
    for (cors, no_cors, words) in [
        ("Promise.reject(new TypeError())", "Promise.resolve(new Response())", "CORS headers are missing"),
        ("Promise.reject(new TypeError())", "Promise.reject(new TypeError())", "The server is not responding."),
        ("Promise.resolve(new Response('', { status: 404 }))", "", "with status 404"),
        ("Promise.resolve(new Response('', { status: 426 }))", "", "Use ws:// or wss://."),
        ("Promise.resolve(new Response('<p>', { headers: { 'content-type': 'text/html' } }))", "", "text/html and not"),
        (
            "Promise.resolve(new Response('', { headers: { 'content-type': 'text/event-stream' } }))",
            "",
            "was interrupted",
        ),
    ] {
        let page = Page::open();
        page.store.dialer.connect(STREAM).unwrap();
        run(&format!(
            "const real = window.fetch;
            window.restoreFetch = () => window.fetch = real;
            window.fetch = (url, {{ mode }}) => mode === 'cors' ? {cors} : {}",
            if no_cors.is_empty() { "Promise.reject()" } else { no_cors }
        ));
        page.store.layout.overlay.set(Some(Overlay::Diagnosis));
        page.until(words, |page| page.text(".diagnosis").contains(words)).await;
        run("window.restoreFetch()");
    }
}
