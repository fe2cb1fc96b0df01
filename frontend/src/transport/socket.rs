//! A browser's `WebSocket` with its event handlers.

use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BinaryType, CloseEvent, DomException, MessageEvent, WebSocket};
use yodel_client::{Generation, Mode, Target, UrlError};
use yodel_protocol::SUBPROTOCOL;

/// `true` in development, when `trunk serve` proxies the connection and drops the server's subprotocol.
pub(crate) const BEHIND_PROXY: bool = cfg!(debug_assertions);

/// An event of a socket.
pub(crate) enum SocketEvent {
    /// The socket is open.
    Opened,
    /// A message arrived.
    Message(MessageEvent),
    /// The socket is closed. An error event before it belongs to the same failure.
    Closed(CloseEvent),
}

/// A browser's socket and its event handlers. Dropping it removes the handlers and closes the socket.
pub(crate) struct Socket {
    /// The generation that the session assigned to this dial.
    pub(crate) generation: Generation,
    /// The browser's socket.
    pub(crate) inner: WebSocket,
    _opened: Closure<dyn FnMut()>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
    _message: Closure<dyn FnMut(MessageEvent)>,
}

impl Socket {
    /// Dials a target. Calls `on_event` with each event of the socket.
    ///
    /// # Errors
    /// Returns [`UrlError`] if the browser rejects the address.
    pub(crate) fn open(
        generation: Generation,
        target: &Target,
        on_event: Rc<dyn Fn(SocketEvent)>,
    ) -> Result<Self, UrlError> {
        let inner = open(target).map_err(|error| url_error(&error))?;
        inner.set_binary_type(BinaryType::Arraybuffer);
        let (at_open, at_close, at_message) = (Rc::clone(&on_event), Rc::clone(&on_event), on_event);
        let opened = Closure::new(move || at_open(SocketEvent::Opened));
        let closed = Closure::new(move |event| at_close(SocketEvent::Closed(event)));
        let message = Closure::new(move |event| at_message(SocketEvent::Message(event)));
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

/// Creates a socket that offers the subprotocols of a target.
fn open(target: &Target) -> Result<WebSocket, JsValue> {
    let url = &target.url;
    match target.mode {
        Mode::Envelope { .. } if BEHIND_PROXY => WebSocket::new(&with_protocol(url)),
        _ => {
            let offers: js_sys::Array = target.offers().iter().map(|name| JsValue::from_str(name)).collect();
            WebSocket::new_with_str_sequence(url, &offers)
        }
    }
}

/// Returns the address with the subprotocol in its query, for a proxy that drops the header.
fn with_protocol(url: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}protocol={SUBPROTOCOL}")
}

/// Converts the browser's exception: a `SecurityError` for `ws:` from an https page, a `SyntaxError` for anything else.
fn url_error(error: &JsValue) -> UrlError {
    match error.dyn_ref::<DomException>() {
        Some(error) if error.name() == "SecurityError" => UrlError::MixedContent,
        _ => UrlError::Syntax,
    }
}
