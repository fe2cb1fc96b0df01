//! Timers and events of the page <-> `yodel_client::Session`. It decides nothing: it carries effects out and
//! reports what happened.

use super::socket::{BEHIND_PROXY, News, Socket};
use crate::{
    platform::time::now_ms,
    state::{PageState, Transport},
};
use gloo_timers::callback::Timeout;
use leptos::{leptos_dom::helpers::window_event_listener_untyped, prelude::*};
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};
use wasm_bindgen::JsCast;
use web_sys::{CloseEvent, MessageEvent, PageTransitionEvent, VisibilityState, WebSocket};
use yodel_client::{Effect, Event, Generation, Mode, Session};
use yodel_protocol::{CloseCode, SUBPROTOCOL};

/// The session and what it holds: at most one timer, and the sockets it has not let go of.
pub struct Driver {
    session: RefCell<Session>,
    sockets: RefCell<Vec<Socket>>,
    timer: RefCell<Option<Timeout>>,
    events: RefCell<VecDeque<Event>>,
    stepping: Cell<bool>,
    store: &'static PageState,
}

impl Driver {
    /// A driver that does what a person does with this store.
    pub fn attach(store: &'static PageState) {
        let driver = Rc::new(Self {
            session: RefCell::new(Session::new().with_tokens()),
            sockets: RefCell::default(),
            timer: RefCell::default(),
            events: RefCell::default(),
            stepping: Cell::new(false),
            store,
        });
        driver.listen();
        store.dispatcher.set_transport(Handle(driver));
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
            self.store.log.settle();
        }
        self.stepping.set(false);
    }

    fn next(&self) -> Option<Event> {
        self.events.borrow_mut().pop_front()
    }

    fn carry_out(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Dial { socket, url, mode } => self.dial(socket, &url, mode),
            Effect::Close { socket, code } => self.with(socket, |socket| drop(socket.close_with_code(code))),
            Effect::Abandon(socket) => self.let_go(socket),
            Effect::Transmit { socket, text, .. } => self.with(socket, |socket| drop(socket.send_with_str(&text))),
            Effect::Authenticate { socket, text } => {
                self.with(socket, |socket| drop(socket.send_with_str(&text.reveal())));
            }
            Effect::Arm { at_ms } => self.arm(at_ms),
            Effect::Disarm => drop(self.timer.take()),
            seen => self.store.apply(&seen),
        }
    }

    fn dial(self: &Rc<Self>, socket: Generation, url: &str, mode: Mode) {
        let driver = Rc::clone(self);
        let tell = move |news| match news {
            News::Opened => driver.opened(socket, mode),
            News::Message(event) => driver.receive(socket, mode, &event),
            News::Closed(event) => driver.closed(socket, &event),
        };
        match self.store.connection.speak.with_untracked(|speak| Socket::open(socket, url, mode, speak, Rc::new(tell)))
        {
            Ok(socket) => self.sockets.borrow_mut().push(socket),
            Err(why) => self.events.borrow_mut().push_back(Event::InvalidUrl(socket, why)),
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

    /// A message: the session's in an envelope, else a row as it is.
    fn receive(self: &Rc<Self>, socket: Generation, mode: Mode, event: &MessageEvent) {
        let data = event.data();
        if let Some(binary) = data.dyn_ref::<js_sys::ArrayBuffer>() {
            self.store.log.receive_binary(js_sys::Uint8Array::new(binary).to_vec().into());
            return;
        }
        let Some(text) = data.as_string() else { return };
        match mode {
            Mode::Plain => self.store.log.receive_text(&text),
            Mode::Envelope { .. } => self.step(Event::Received { socket, text }),
        }
    }

    fn buffered(&self) -> u64 {
        self.sockets.borrow().last().map_or(0, |socket| socket.inner.buffered_amount().into())
    }

    /// A server that does not take the subprotocol is none for envelopes.
    fn opened(self: &Rc<Self>, socket: Generation, mode: Mode) {
        let mut speaks = mode == Mode::Plain || BEHIND_PROXY;
        self.with(socket, |socket| speaks |= socket.protocol() == SUBPROTOCOL);
        if speaks {
            return self.step(Event::Opened(socket));
        }
        self.let_go(socket);
        self.step(Event::Closed { socket, code: CloseCode::BAD_PROTOCOL.0, reason: String::new(), buffered: 0 });
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

/// The store's way to the driver.
struct Handle(Rc<Driver>);

impl Transport for Handle {
    fn step(&self, event: Event) {
        self.0.step(event);
    }

    fn buffered(&self) -> u64 {
        self.0.buffered()
    }

    fn subprotocol(&self) -> String {
        self.0.sockets.borrow().last().map_or_else(String::new, |socket| socket.inner.protocol())
    }

    fn send_binary(&self, bytes: &[u8]) -> bool {
        let sockets = self.0.sockets.borrow();
        let open =
            sockets.last().filter(|socket| socket.mode == Mode::Plain && socket.inner.ready_state() == WebSocket::OPEN);
        open.is_some_and(|socket| socket.inner.send_with_u8_array(bytes).is_ok())
    }
}

/// The browser's random numbers.
struct Random;

impl yodel_client::Rng for Random {
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
