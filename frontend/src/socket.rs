//! Sockets, timers and events of the page <-> `client::Session`. It decides nothing: it carries
//! effects out and reports what happened.

use crate::{browser::now_ms, store::Store};
use client::{BadUrl, Effect, Event, Generation, Session};
use gloo_timers::callback::Timeout;
use leptos::{leptos_dom::helpers::window_event_listener_untyped, prelude::document};
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{BinaryType, CloseEvent, DomException, MessageEvent, PageTransitionEvent, VisibilityState, WebSocket};

/// How much of a binary message is read.
const HEAD: u32 = 32;

/// The session and what it holds: at most one timer, and the sockets it has not let go of.
pub struct Driver {
    session: RefCell<Session>,
    sockets: RefCell<Vec<Socket>>,
    timer: RefCell<Option<Timeout>>,
    events: RefCell<VecDeque<Event>>,
    stepping: Cell<bool>,
    store: Store,
}

impl Driver {
    /// A driver that does what a person does with this store.
    pub fn attach(store: Store) {
        let driver = Rc::new(Self {
            session: RefCell::new(Session::new()),
            sockets: RefCell::default(),
            timer: RefCell::default(),
            events: RefCell::default(),
            stepping: Cell::new(false),
            store,
        });
        driver.listen();
        store.drive(move |event| driver.step(event));
    }

    /// Events are taken one after the other: one that a step itself causes waits for its end.
    fn step(self: &Rc<Self>, event: Event) {
        self.events.borrow_mut().push_back(event);
        if self.stepping.replace(true) {
            return;
        }
        while let Some(event) = self.next() {
            let effects = self.session.borrow_mut().step(now_ms(), event, &mut Random);
            for effect in effects {
                self.carry_out(effect);
            }
            self.store.settle();
        }
        self.stepping.set(false);
    }

    fn next(&self) -> Option<Event> {
        self.events.borrow_mut().pop_front()
    }

    fn carry_out(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Dial { socket, url, .. } => self.dial(socket, &url),
            Effect::Close { socket, code } => self.with(socket, |socket| drop(socket.close_with_code(code))),
            Effect::Abandon(socket) => self.let_go(socket),
            Effect::Transmit { socket, text, .. } => self.with(socket, |socket| drop(socket.send_with_str(&text))),
            Effect::Arm { at_ms } => self.arm(at_ms),
            Effect::Disarm => drop(self.timer.take()),
            seen => self.store.apply(&seen),
        }
    }

    fn dial(self: &Rc<Self>, socket: Generation, url: &str) {
        match Socket::new(self, socket, url) {
            Ok(socket) => self.sockets.borrow_mut().push(socket),
            Err(why) => self.events.borrow_mut().push_back(Event::Refused(socket, why)),
        }
    }

    fn with(&self, generation: Generation, use_it: impl FnOnce(&WebSocket)) {
        let sockets = self.sockets.borrow();
        if let Some(socket) = sockets.iter().find(|socket| socket.generation == generation) {
            use_it(&socket.inner);
        }
    }

    fn let_go(&self, generation: Generation) {
        self.sockets.borrow_mut().retain(|socket| socket.generation != generation);
    }

    fn arm(self: &Rc<Self>, at_ms: u64) {
        let wait = u32::try_from(at_ms.saturating_sub(now_ms())).unwrap_or(u32::MAX >> 1);
        let driver = Rc::clone(self);
        let timer = Timeout::new(wait, move || driver.step(Event::Timer { buffered: driver.buffered() }));
        self.timer.replace(Some(timer));
    }

    fn buffered(&self) -> u64 {
        self.sockets.borrow().last().map_or(0, |socket| socket.inner.buffered_amount().into())
    }

    fn closed(self: &Rc<Self>, socket: Generation, event: &CloseEvent) {
        let mut buffered = 0;
        self.with(socket, |socket| buffered = socket.buffered_amount().into());
        self.let_go(socket);
        self.step(Event::Closed { socket, code: event.code(), reason: event.reason(), buffered });
    }

    /// Events of the page. `pageshow` counts only after a stay in the back/forward cache.
    fn listen(self: &Rc<Self>) {
        let to_session = |name: &str, event: fn(&web_sys::Event) -> Option<Event>| {
            let driver = Rc::clone(self);
            window_event_listener_untyped(name, move |seen| {
                if let Some(event) = event(&seen) {
                    driver.step(event);
                }
            });
        };
        to_session("online", |_| Some(Event::Online));
        to_session("offline", |_| Some(Event::Offline));
        to_session("pagehide", |_| Some(Event::PageHide));
        to_session("pageshow", |seen| {
            seen.unchecked_ref::<PageTransitionEvent>().persisted().then_some(Event::PageShow)
        });
        to_session("visibilitychange", |_| {
            (document().visibility_state() == VisibilityState::Visible).then_some(Event::Visible)
        });
    }
}

/// A browser's socket and its handlers. Letting go of it takes the handlers away and closes it.
struct Socket {
    generation: Generation,
    inner: WebSocket,
    _opened: Closure<dyn FnMut()>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
    _message: Closure<dyn FnMut(MessageEvent)>,
}

impl Socket {
    fn new(driver: &Rc<Driver>, generation: Generation, url: &str) -> Result<Self, BadUrl> {
        let inner = WebSocket::new(url).map_err(|error| why(&error))?;
        inner.set_binary_type(BinaryType::Arraybuffer);
        let (at_open, at_close, store) = (Rc::clone(driver), Rc::clone(driver), driver.store);
        let opened = Closure::new(move || at_open.step(Event::Opened(generation)));
        let closed = Closure::new(move |event: CloseEvent| at_close.closed(generation, &event));
        let message = Closure::new(move |event: MessageEvent| receive(store, &event));
        inner.set_onopen(Some(opened.as_ref().unchecked_ref()));
        inner.set_onclose(Some(closed.as_ref().unchecked_ref()));
        inner.set_onmessage(Some(message.as_ref().unchecked_ref()));
        Ok(Self { generation, inner, _opened: opened, _closed: closed, _message: message })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.inner.set_onopen(None);
        self.inner.set_onclose(None);
        self.inner.set_onmessage(None);
        let _ = self.inner.close();
    }
}

fn receive(store: Store, event: &MessageEvent) {
    let data = event.data();
    if let Some(text) = data.as_string() {
        store.receive_text(text);
    } else if let Some(binary) = data.dyn_ref::<js_sys::ArrayBuffer>() {
        let bytes = js_sys::Uint8Array::new(binary);
        store.receive_binary(bytes.length() as usize, &bytes.subarray(0, HEAD).to_vec());
    }
}

/// Browsers refuse `ws:` from an https page with a `SecurityError`, anything else with a `SyntaxError`.
fn why(error: &wasm_bindgen::JsValue) -> BadUrl {
    match error.dyn_ref::<DomException>() {
        Some(error) if error.name() == "SecurityError" => BadUrl::MixedContent,
        _ => BadUrl::Syntax,
    }
}

/// The browser's random numbers.
struct Random;

impl client::Rng for Random {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "bounds are delays in milliseconds"
    )]
    fn below(&mut self, bound: u64) -> u64 {
        (js_sys::Math::random() * bound as f64) as u64
    }
}
