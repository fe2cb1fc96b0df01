//! Event streams (Server-Sent Events, HTML standard, section 9.2). The session sees one as a socket in plain mode that
//! only receives.
//!
//! After an interruption the browser reconnects on its own and sends the id of the last event, which a page cannot do:
//! so the session's next dial takes over the stream that the browser reconnects. A stream that the browser gave up, or
//! that never had an id, is replaced by a new one; on Yodel's own server it continues after the last event.

use crate::{
    model::{address::is_event_stream, well_known::MESSAGE},
    platform::location,
    state::PageState,
};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};
use yodel_client::{Effect, Event, Generation, State, Target, UrlError};
use yodel_protocol::CloseCode;

/// Part of the path of an event stream of Yodel's own server.
const OWN_PATH: &str = "/sse/";
/// Names of the events that the browser itself dispatches; a server may use them too.
const OWN_NAMES: [&str; 3] = ["open", MESSAGE, "error"];

/// Passes an event to the session.
pub(crate) type OnEvent = Rc<dyn Fn(Event)>;
/// Carries out the effects of the session that concern event streams.
pub(crate) type StreamEffects = Box<dyn Fn(&Effect)>;
/// Creates the event streams of a page; see [`event_streams`].
pub(crate) type CreateStreams = fn(&'static PageState, OnEvent) -> StreamEffects;

/// Creates the event streams of a page.
pub(crate) fn event_streams(store: &'static PageState, on_event: OnEvent) -> StreamEffects {
    let streams = Rc::new(EventStreams { store, on_event, current: RefCell::default(), last_id: RefCell::default() });
    Box::new(move |effect| streams.carry_out(effect))
}

/// The event stream of a page, of which there is at most one.
struct EventStreams {
    store: &'static PageState,
    on_event: OnEvent,
    current: RefCell<Option<EventStream>>,
    /// Address of the last stream and the id of its last event.
    last_id: RefCell<Option<(String, String)>>,
}

/// A browser's event stream with its event handlers. Dropping it removes the handlers and closes the stream.
struct EventStream {
    source: EventSource,
    target: Target,
    /// The socket of the session; `None` after the session was told that it is closed.
    socket: Option<Generation>,
    _handler: Closure<dyn FnMut(web_sys::Event)>,
}

impl EventStreams {
    fn carry_out(self: &Rc<Self>, effect: &Effect) {
        match effect {
            Effect::Dial { socket, target } if is_event_stream(&target.url) => self.dial(*socket, target),
            Effect::Close { socket, code, reason } => self.close(*socket, *code, reason),
            Effect::Abandon(socket) => self.abandon(*socket),
            Effect::Dial { .. } | Effect::State(State::Idle | State::Suspended | State::Stopped(_)) => {
                self.current.take();
            }
            _ => {}
        }
    }

    /// Opens a stream, or takes over the one that the browser reconnects.
    fn dial(self: &Rc<Self>, socket: Generation, target: &Target) {
        if self.take_over(socket, target) {
            return;
        }
        self.current.take();
        match self.open(socket, target) {
            Ok(stream) => drop(self.current.replace(Some(stream))),
            Err(error) => (self.on_event)(Event::InvalidUrl(socket, error)),
        }
    }

    /// Returns whether a stream of this target is open, or continues after its last event when the browser has
    /// reconnected it.
    fn take_over(&self, socket: Generation, target: &Target) -> bool {
        let mut current = self.current.borrow_mut();
        let Some(stream) = current.as_mut().filter(|stream| stream.target == *target) else { return false };
        let is_open = stream.source.ready_state() == EventSource::OPEN;
        let is_kept = is_open || self.last_id(&target.url).is_some();
        if is_kept {
            stream.socket = Some(socket);
            if is_open {
                (self.on_event)(Event::Opened(socket));
            }
        }
        is_kept
    }

    /// Closes an open stream. One that is not open yet is abandoned next, or its state ends it.
    fn close(&self, socket: Generation, code: u16, reason: &str) {
        let is_open = |stream: &mut EventStream| {
            stream.socket == Some(socket) && stream.source.ready_state() == EventSource::OPEN
        };
        if self.current.borrow_mut().take_if(is_open).is_some() {
            (self.on_event)(Event::Closed { socket, code, reason: reason.to_owned(), buffered: 0 });
        }
    }

    /// Leaves a stream to the browser, which may still reconnect it: a server can ask for a longer wait than the
    /// session's.
    fn abandon(&self, socket: Generation) {
        if let Some(stream) = &mut *self.current.borrow_mut() {
            stream.socket.take_if(|current| *current == socket);
        }
    }

    fn open(self: &Rc<Self>, socket: Generation, target: &Target) -> Result<EventStream, UrlError> {
        let source = EventSource::new(&self.resumed_url(&target.url)).map_err(|_| UrlError::Syntax)?;
        let streams = Rc::clone(self);
        let handler = Closure::<dyn FnMut(web_sys::Event)>::new(move |event| streams.handle(&event));
        let function = handler.as_ref().unchecked_ref();
        source.set_onopen(Some(function));
        source.set_onmessage(Some(function));
        source.set_onerror(Some(function));
        for name in target.subprotocols.iter().filter(|name| !OWN_NAMES.contains(&name.as_str())) {
            let _ = source.add_event_listener_with_callback(name, function);
        }
        Ok(EventStream { source, target: target.clone(), socket: Some(socket), _handler: handler })
    }

    /// Handles an event. A server's event may have the name of one of the browser's.
    fn handle(&self, event: &web_sys::Event) {
        match event.dyn_ref::<MessageEvent>() {
            Some(message) => self.receive(message),
            None if event.type_() == "open" => self.opened(),
            None => self.failed(),
        }
    }

    fn receive(&self, message: &MessageEvent) {
        let id = message.last_event_id();
        if let Some(stream) = self.current.borrow().as_ref().filter(|_| !id.is_empty()) {
            self.last_id.replace(Some((stream.target.url.clone(), id.clone())));
        }
        self.store.log.receive_event(&message.type_(), &id, &message.data().as_string().unwrap_or_default());
    }

    /// Handles an open stream. While the session waits for its next dial, the dial follows at once.
    fn opened(&self) {
        let socket = self.current.borrow().as_ref().and_then(|stream| stream.socket);
        (self.on_event)(socket.map_or(Event::RetryNow, Event::Opened));
    }

    /// Handles the end of a stream, which the browser reconnects or gives up.
    fn failed(&self) {
        let is_given_up = |stream: &mut EventStream| stream.source.ready_state() == EventSource::CLOSED;
        let given_up = self.current.borrow_mut().take_if(is_given_up);
        let is_blocked = given_up.as_ref().is_some_and(|stream| is_mixed_content(&stream.target.url));
        let socket = match given_up {
            Some(stream) => stream.socket,
            None => self.current.borrow_mut().as_mut().and_then(|stream| stream.socket.take()),
        };
        let Some(socket) = socket else { return };
        if is_blocked {
            (self.on_event)(Event::InvalidUrl(socket, UrlError::MixedContent));
        }
        // Has no effect after the address was rejected.
        let (code, reason) = (CloseCode::ABNORMAL.0, String::new());
        (self.on_event)(Event::Closed { socket, code, reason, buffered: 0 });
    }

    /// Returns the address that continues after the last event, which only Yodel's own server supports.
    fn resumed_url(&self, url: &str) -> String {
        let last_id = self.last_id(url).filter(|_| self.store.connection.is_own_url(url) && url.contains(OWN_PATH));
        let Some(id) = last_id else { return url.to_owned() };
        let separator = if url.contains('?') { "&since=" } else { "?since=" };
        [url, separator, &String::from(js_sys::encode_uri_component(&id))].concat()
    }

    /// Returns the id of the last event of a stream.
    fn last_id(&self, url: &str) -> Option<String> {
        self.last_id.borrow().as_ref().filter(|(known, _)| known == url).map(|(_, id)| id.clone())
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onmessage(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

/// Returns whether browsers block a stream: one without TLS on a page with TLS, unless it is on this machine.
fn is_mixed_content(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://").filter(|_| location::is_secure()) else { return false };
    !["localhost", "127.", "[::1]"].iter().any(|host| rest.starts_with(host))
}
