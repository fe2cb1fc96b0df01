//! The driver of `yodel_client::Session`. It makes no decisions: it carries out effects, and reports the events of the
//! sockets, the timer and the page.

use super::{
    event_source::StreamEffects,
    random::Random,
    socket::{BEHIND_PROXY, Socket, SocketEvent},
};
use crate::{
    model::address::is_event_stream,
    platform::time::now_ms,
    reactive::listen_to_window,
    state::{PageState, Transport},
};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};
use wasm_bindgen::JsCast;
use web_sys::{CloseEvent, MessageEvent, PageTransitionEvent, VisibilityState, WebSocket};
use yodel_client::{Effect, Event, Generation, Mode, Session, Target};
use yodel_protocol::{CloseCode, SUBPROTOCOL};

/// A session with its timer and its sockets.
pub struct Driver {
    pub(super) session: RefCell<Session>,
    sockets: RefCell<Vec<Socket>>,
    /// Carries out the effects of event streams; `None` until these are downloaded.
    pub(super) streams: RefCell<Option<StreamEffects>>,
    timer: RefCell<Option<Timeout>>,
    events: RefCell<VecDeque<Event>>,
    /// `true` while an event is handled, and from the end of the session on.
    stepping: Cell<bool>,
    /// `true` while the subprotocol is downloaded.
    pub(super) loading: Cell<bool>,
    /// The last socket, if it cannot do without the subprotocol or event streams.
    pub(super) awaiting: Cell<Option<Generation>>,
    pub(super) store: &'static PageState,
}

impl Driver {
    /// Creates a driver that takes the store's events and applies effects to the store. Its listeners end with the
    /// reactive owner.
    pub fn attach(store: &'static PageState) {
        let driver = Rc::new(Self {
            session: RefCell::new(Session::awaiting_subprotocol()),
            sockets: RefCell::default(),
            streams: RefCell::default(),
            timer: RefCell::default(),
            events: RefCell::default(),
            stepping: Cell::new(false),
            loading: Cell::new(false),
            awaiting: Cell::new(None),
            store,
        });
        driver.listen();
        if !store.connection.reconnects.get_untracked() {
            driver.step(Event::SetReconnect(false));
        }
        store.dispatcher.set_transport(Handle(driver));
    }

    /// Handles one event. An event that the step itself causes is queued and handled after it.
    pub(super) fn step(self: &Rc<Self>, event: Event) {
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
        if let Some(streams) = &*self.streams.borrow() {
            streams(&effect);
        }
        match effect {
            Effect::Dial { socket, target } if is_event_stream(&target.url) => self.load_streams(socket, target),
            Effect::Dial { socket, target } => self.dial(socket, &target),
            Effect::Close { socket, code, reason } => {
                self.with(socket, |socket| drop(socket.close_with_code_and_reason(code, &reason)));
            }
            Effect::Abandon(socket) => self.release(socket),
            Effect::Transmit { socket, text, .. } => self.with(socket, |socket| drop(socket.send_with_str(&text))),
            Effect::TransmitBinary { socket, bytes, .. } => {
                self.with(socket, |socket| drop(socket.send_with_u8_array(&bytes)));
            }
            Effect::Authenticate { socket, text } => {
                self.with(socket, |socket| drop(socket.send_with_str(&text.reveal())));
            }
            Effect::Arm { at_ms } => self.arm(at_ms),
            Effect::Disarm => drop(self.timer.take()),
            effect => self.store.apply(&effect),
        }
    }

    fn dial(self: &Rc<Self>, socket: Generation, target: &Target) {
        let driver = Rc::clone(self);
        let mode = target.mode;
        self.awaiting.set((mode != Mode::Plain).then_some(socket));
        if mode != Mode::Plain {
            self.load_subprotocol();
        }
        let on_event = move |event| match event {
            SocketEvent::Opened => driver.opened(socket, mode),
            SocketEvent::Message(event) => driver.receive(socket, mode, &event),
            SocketEvent::Closed(event) => driver.closed(socket, &event),
        };
        match Socket::open(socket, target, Rc::new(on_event)) {
            Ok(socket) => self.sockets.borrow_mut().push(socket),
            Err(error) => self.events.borrow_mut().push_back(Event::InvalidUrl(socket, error)),
        }
    }

    fn with(&self, generation: Generation, action: impl FnOnce(&WebSocket)) {
        let sockets = self.sockets.borrow();
        if let Some(socket) = sockets.iter().find(|socket| socket.generation == generation) {
            action(&socket.inner);
        }
    }

    pub(super) fn release(&self, generation: Generation) {
        self.sockets.borrow_mut().retain(|socket| socket.generation != generation);
    }

    fn arm(self: &Rc<Self>, at_ms: u64) {
        let delay_ms = u32::try_from(at_ms.saturating_sub(now_ms())).unwrap_or(u32::MAX >> 1);
        let driver = Rc::clone(self);
        let timer = Timeout::new(delay_ms, move || driver.step(Event::Timer { buffered: driver.buffered() }));
        self.timer.replace(Some(timer));
    }

    /// Handles a message. The session handles those in envelope mode; a plain message becomes an entry of the log.
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

    pub(super) fn buffered(&self) -> u64 {
        self.sockets.borrow().last().map_or(0, |socket| socket.inner.buffered_amount().into())
    }

    /// Handles an open socket. A server that did not select the subprotocol is unusable in envelope mode.
    fn opened(self: &Rc<Self>, socket: Generation, mode: Mode) {
        let mut is_supported = mode == Mode::Plain || BEHIND_PROXY;
        self.with(socket, |socket| is_supported |= socket.protocol() == SUBPROTOCOL);
        if is_supported {
            return self.step(Event::Opened(socket));
        }
        self.release(socket);
        self.step(Event::Closed { socket, code: CloseCode::BAD_PROTOCOL.0, reason: String::new(), buffered: 0 });
    }

    fn closed(self: &Rc<Self>, socket: Generation, event: &CloseEvent) {
        let mut buffered = 0;
        self.with(socket, |socket| buffered = socket.buffered_amount().into());
        self.release(socket);
        self.step(Event::Closed { socket, code: event.code(), reason: event.reason(), buffered });
    }

    /// Forwards the page's events. `pageshow` counts only when the page was in the back/forward cache.
    fn listen(self: &Rc<Self>) {
        let to_session = |name: &str, event: fn(&web_sys::Event) -> Option<Event>| {
            let driver = Rc::clone(self);
            listen_to_window(name, move |dom_event| {
                if let Some(event) = event(&dom_event) {
                    driver.step(event);
                }
            });
        };
        to_session("online", |_| Some(Event::Online));
        to_session("offline", |_| Some(Event::Offline));
        to_session("pagehide", |_| Some(Event::PageHide));
        to_session("pageshow", |dom_event| {
            dom_event.unchecked_ref::<PageTransitionEvent>().persisted().then_some(Event::PageShow)
        });
        to_session("visibilitychange", |_| {
            (document().visibility_state() == VisibilityState::Visible).then_some(Event::Visible)
        });
    }
}

/// The store's access to the driver.
struct Handle(Rc<Driver>);

impl Transport for Handle {
    fn step(&self, event: Event) {
        self.0.step(event);
    }

    fn end(&self) {
        self.0.stepping.set(true);
        drop(self.0.sockets.take());
        drop(self.0.streams.take());
        drop(self.0.timer.take());
    }

    fn buffered(&self) -> u64 {
        self.0.buffered()
    }

    fn subprotocol(&self) -> String {
        self.0.sockets.borrow().last().map_or_else(String::new, |socket| socket.inner.protocol())
    }
}
