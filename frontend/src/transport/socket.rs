//! A browser's socket, for as long as the driver holds it.

use crate::model::address::Speak;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BinaryType, CloseEvent, DomException, MessageEvent, WebSocket};
use yodel_client::{Generation, Mode, UrlError};
use yodel_protocol::SUBPROTOCOL;

/// `trunk serve` stands between the page and its server, and hands no subprotocol back.
pub(crate) const BEHIND_PROXY: bool = cfg!(debug_assertions);

/// What happens to a socket.
pub(crate) enum News {
    /// It is open.
    Opened,
    /// A message arrived.
    Message(MessageEvent),
    /// It is closed; an error before it is part of the same failure.
    Closed(CloseEvent),
}

/// A browser's socket and its handlers. Letting go of it takes the handlers away and closes it.
pub(crate) struct Socket {
    /// Which dial made it.
    pub(crate) generation: Generation,
    /// What is spoken.
    pub(crate) mode: Mode,
    /// The browser's.
    pub(crate) inner: WebSocket,
    _opened: Closure<dyn FnMut()>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
    _message: Closure<dyn FnMut(MessageEvent)>,
}

impl Socket {
    /// Dials, and tells what comes of it.
    ///
    /// # Errors
    /// Where browsers dial no such address from a page like this.
    pub(crate) fn open(
        generation: Generation,
        url: &str,
        mode: Mode,
        speak: &Speak,
        tell: Rc<dyn Fn(News)>,
    ) -> Result<Self, UrlError> {
        let inner = open(url, mode, speak).map_err(|error| why(&error))?;
        inner.set_binary_type(BinaryType::Arraybuffer);
        let (at_open, at_close, at_message) = (Rc::clone(&tell), Rc::clone(&tell), tell);
        let opened = Closure::new(move || at_open(News::Opened));
        let closed = Closure::new(move |event| at_close(News::Closed(event)));
        let message = Closure::new(move |event| at_message(News::Message(event)));
        inner.set_onopen(Some(opened.as_ref().unchecked_ref()));
        inner.set_onclose(Some(closed.as_ref().unchecked_ref()));
        inner.set_onmessage(Some(message.as_ref().unchecked_ref()));
        Ok(Self { generation, mode, inner, _opened: opened, _closed: closed, _message: message })
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

/// Makes a socket that offers what is spoken.
fn open(url: &str, mode: Mode, speak: &Speak) -> Result<WebSocket, JsValue> {
    match (mode, speak) {
        (Mode::Envelope { .. }, _) if BEHIND_PROXY => WebSocket::new(&with_protocol(url)),
        (Mode::Envelope { .. }, _) => WebSocket::new_with_str(url, SUBPROTOCOL),
        (Mode::Plain, Speak::Plain(offered)) if !offered.is_empty() => {
            let offered: js_sys::Array = offered.iter().map(|name| JsValue::from_str(name)).collect();
            WebSocket::new_with_str_sequence(url, &offered)
        }
        (Mode::Plain, _) => WebSocket::new(url),
    }
}

/// The address with the subprotocol in its query, for a proxy that does not hand it through.
fn with_protocol(url: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}protocol={SUBPROTOCOL}")
}

/// Browsers refuse `ws:` from an https page with a `SecurityError`, anything else with a `SyntaxError`.
fn why(error: &JsValue) -> UrlError {
    match error.dyn_ref::<DomException>() {
        Some(error) if error.name() == "SecurityError" => UrlError::MixedContent,
        _ => UrlError::Syntax,
    }
}
