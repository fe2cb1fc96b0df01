//! The page under test: mounted, styled, and with a session that records its events.

use crate::stubs::restore_time;
use leptos::{leptos_dom::helpers::WindowListenerHandle, mount::mount_to, prelude::*};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent, KeyboardEventInit};
use yodel_client::{Delivery, Effect, Event, State};
use yodel_page::{i18n::Lang, model::address::Origin, state::PageState, ui::shell::Screen};
use yodel_protocol::frame::Welcome;

/// Deadline of a wait, in milliseconds: longer than any step takes on a busy machine. A number of frames would be short
/// or long, depending on what a frame costs.
const PATIENCE_MS: f64 = 60_000.0;

/// Effect of the recorded session on a message.
#[derive(Clone, Copy)]
pub enum Outbox {
    Is(Delivery),
    Full,
}

thread_local! {
    /// Elements, listeners and state of the last page.
    static LAST: RefCell<Option<(HtmlElement, WindowListenerHandle, &'static PageState)>> = const { RefCell::new(None) };
}

/// A page under test. It stays mounted until the next one opens: a failed test drops nothing, and its elements and
/// listeners would disturb all later tests.
pub struct Page {
    pub store: &'static PageState,
    root: HtmlElement,
    events: Rc<RefCell<Vec<Event>>>,
}

impl Page {
    /// Opens a page whose messages are sent at once.
    pub fn open() -> Self {
        Self::with(Outbox::Is(Delivery::Sent))
    }

    pub fn with(outbox: Outbox) -> Self {
        clear_storage();
        Self::reloaded(outbox)
    }

    /// Opens a page with the storage of the last one.
    pub fn reloaded(outbox: Outbox) -> Self {
        close_last();
        restore_time();
        // The last page may have left its count in the title.
        document().set_title("Yodel");
        let root = add("div", "app");
        let origin = Origin { secure: false, host: "yodel.test".into() };
        let owner = Owner::new();
        let store = owner.with(|| PageState::new(origin, Lang::En));
        let events = Rc::new(RefCell::new(Vec::new()));
        let seen = Rc::clone(&events);
        store.dispatcher.set_transport(move |event| {
            if let Event::Send { id, .. } | Event::SendBinary { id, .. } | Event::Request { id, .. } = event {
                store.apply(&match outbox {
                    Outbox::Is(delivery) => Effect::Delivery(id, delivery),
                    Outbox::Full => Effect::OutboxFull(id),
                });
            }
            seen.borrow_mut().push(event);
        });
        mount_to(root.clone(), move || view! { <Screen store/> }).forget();
        // The real page is never unmounted either: an effect may still be pending.
        std::mem::forget(owner);
        LAST.set(Some((root.clone(), yodel_page::ui::shell::shortcuts::listen(store.layout), store)));
        Self { store, root, events }
    }

    /// Takes the recorded events, except latency measurements, which come at any time while the tools are open.
    pub fn events(&self) -> Vec<Event> {
        let (latency_measurements, events) =
            self.events.take().into_iter().partition(|event| *event == Event::MeasureLatency);
        self.events.replace(latency_measurements);
        events
    }

    /// Returns the number of latency measurements.
    pub fn latency_measurements(&self) -> usize {
        self.events.borrow().iter().filter(|event| **event == Event::MeasureLatency).count()
    }

    /// Takes the texts that were sent.
    pub fn sent(&self) -> Vec<String> {
        let text = |event| if let Event::Send { text, .. } = event { Some(text) } else { None };
        self.events().into_iter().filter_map(text).collect()
    }

    pub fn state(&self, state: State) {
        self.store.apply(&Effect::State(state));
    }

    /// Sends a welcome of a server that does this with plain messages.
    pub fn welcome(&self, plain: &str) {
        self.store.apply(&Effect::Welcome(Box::new(Welcome {
            client: yodel_protocol::ClientId::new("c_1").unwrap(),
            user: None,
            version: String::new(),
            node: String::new(),
            plain: plain.to_owned(),
            ping: 20,
            max: 1 << 20,
            time: 0,
            auth_required: false,
        })));
    }

    /// Waits, frame by frame, until a condition holds.
    pub async fn until(&self, what: &str, done: impl Fn(&Self) -> bool) {
        let deadline = elapsed_ms() + PATIENCE_MS;
        while elapsed_ms() < deadline {
            if done(self) {
                return;
            }
            frame().await;
        }
        panic!("timed out waiting for {what}; the page is {}", self.root.inner_html());
    }

    pub fn find(&self, selector: &str) -> Option<HtmlElement> {
        self.root.query_selector(selector).unwrap().map(JsCast::unchecked_into)
    }

    pub fn count(&self, selector: &str) -> u32 {
        self.root.query_selector_all(selector).unwrap().length()
    }

    /// Returns the text of the last match; empty if there is none.
    pub fn last(&self, selector: &str) -> String {
        let all = self.root.query_selector_all(selector).unwrap();
        all.item(all.length().wrapping_sub(1)).and_then(|node| node.text_content()).unwrap_or_default()
    }

    pub fn text(&self, selector: &str) -> String {
        self.find(selector).and_then(|element| element.text_content()).unwrap_or_default()
    }

    /// Clicks the button with this label.
    pub fn click(&self, label: &str) {
        let buttons = self.root.query_selector_all("button").unwrap();
        let button = (0..buttons.length())
            .filter_map(|at| buttons.item(at))
            .find(|button| button.text_content().is_some_and(|text| text.trim() == label))
            .unwrap_or_else(|| panic!("no button {label:?}"));
        button.unchecked_into::<HtmlElement>().click();
    }

    /// Returns the value of the field with this id; empty if there is none.
    pub fn value(&self, id: &str) -> String {
        self.find(&format!("#{id}")).map(|field| field.unchecked_into::<HtmlInputElement>().value()).unwrap_or_default()
    }

    /// Types into the field with this id.
    pub fn fill(&self, id: &str, text: &str) {
        let field: HtmlInputElement = self.find(&format!("#{id}")).unwrap().unchecked_into();
        field.set_value(text);
        field.dispatch_event(&bubbling("input")).unwrap();
    }

    /// Selects a value in the field with this id.
    pub fn choose(&self, id: &str, value: &str) {
        let field = self.find(&format!("#{id}")).unwrap();
        field.unchecked_ref::<HtmlInputElement>().set_value(value);
        field.dispatch_event(&bubbling("change")).unwrap();
    }

    /// Presses a key outside text fields.
    pub fn press_outside_fields(&self, key: &str) {
        press_in(&self.root, key, |_| {});
    }

    /// Opens the tools and waits for them.
    pub async fn open_tools(&self) {
        self.store.layout.toggle_tools();
        self.until("the tools", |page| page.count(".sidebar section") > 0 && page.count(".send-options") == 1).await;
    }

    pub fn field(&self) -> HtmlTextAreaElement {
        self.find("#txtContent").unwrap().unchecked_into()
    }

    pub fn address(&self) -> HtmlInputElement {
        self.find("#txtUrl").unwrap().unchecked_into()
    }

    /// Types into the message field, with the caret at the end.
    pub fn type_text(&self, text: &str) {
        self.field().set_value(text);
        let init = web_sys::EventInit::new();
        init.set_bubbles(true);
        let input = web_sys::Event::new_with_event_init_dict("input", &init).unwrap();
        self.field().dispatch_event(&input).unwrap();
    }

    /// Presses a key in the message field. Returns whether the default action is allowed.
    pub fn press(&self, key: &str) -> bool {
        self.press_with(key, |_| {})
    }

    pub fn press_with(&self, key: &str, more: impl FnOnce(&KeyboardEventInit)) -> bool {
        press_in(&self.field(), key, more)
    }
}

/// Opens the address field, types and submits.
pub async fn edit_and_connect(page: &Page, typed: &str) {
    page.until("the address", |page| page.count("button.address") == 1).await;
    page.find("button.address").unwrap().click();
    page.until("the field", |page| page.count("#txtUrl") == 1).await;
    page.address().set_value(typed);
    page.find("form.address button").unwrap().click();
}

/// Presses a key in an element. Returns whether the default action is allowed.
pub fn press_in(element: &HtmlElement, key: &str, more: impl FnOnce(&KeyboardEventInit)) -> bool {
    let init = KeyboardEventInit::new();
    init.set_key(key);
    init.set_bubbles(true);
    init.set_cancelable(true);
    more(&init);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    element.dispatch_event(&event).unwrap()
}

fn bubbling(name: &str) -> web_sys::Event {
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    web_sys::Event::new_with_event_init_dict(name, &init).unwrap()
}

/// Returns the milliseconds since the tests were loaded. Unlike the clock, tests do not stop it.
fn elapsed_ms() -> f64 {
    let now = js_sys::Function::new_no_args("return performance.now()").call0(&JsValue::NULL).unwrap();
    now.as_f64().unwrap()
}

/// Waits for the next animation frame.
pub async fn frame() {
    let next = js_sys::Promise::new(&mut |done, _| {
        window().request_animation_frame(&done).unwrap();
    });
    JsFuture::from(next).await.unwrap();
}

/// Waits for a time, in milliseconds.
pub async fn after_ms(ms: i32) {
    let later = js_sys::Promise::new(&mut |done, _| {
        window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, ms).unwrap();
    });
    JsFuture::from(later).await.unwrap();
}

fn add(name: &str, id: &str) -> HtmlElement {
    if document().get_element_by_id("style").is_none() {
        let style: Element = document().create_element("style").unwrap();
        style.set_id("style");
        style.set_text_content(Some(include_str!("../../style.css")));
        document().head().unwrap().append_child(&style).unwrap();
    }
    let element = document().create_element(name).unwrap();
    element.set_id(id);
    document().body().unwrap().append_child(&element).unwrap();
    element.unchecked_into()
}

fn close_last() {
    if let Some((root, keys, store)) = LAST.take() {
        root.remove();
        keys.remove();
        // Ends the effects of the panels, which change the stored lists.
        store.layout.tools.set(false);
    }
}

fn clear_storage() {
    for storage in [window().local_storage(), window().session_storage()] {
        storage.unwrap().unwrap().clear().unwrap();
    }
    for name in ["url", "connection"] {
        yodel_page::platform::location::set_query(name, None);
    }
}
