//! Events for the session, and observers of its effects.

use super::Transport;
use crate::reactive::ErasedValue;
use std::rc::Rc;
use yodel_client::{Effect, Event};

type Observer = Box<dyn Fn(&Effect)>;

/// Passes events to the transport and effects to observers.
pub struct Dispatcher {
    transport: ErasedValue<Option<Rc<dyn Transport>>>,
    observers: ErasedValue<Vec<Observer>>,
}

impl Dispatcher {
    /// Creates a dispatcher without a transport: events are dropped until there is one.
    pub(super) fn new() -> &'static Self {
        Box::leak(Box::new(Self { transport: ErasedValue::new(None), observers: ErasedValue::new(Vec::new()) }))
    }

    /// Sets the transport that events go to.
    pub fn set_transport(&self, transport: impl Transport + 'static) {
        self.transport.set_value(Some(Rc::new(transport)));
    }

    /// Adds an observer of the session's effects, until the connection is removed from the page.
    pub fn observe(&self, observer: impl Fn(&Effect) + 'static) {
        self.observers.update_value(|observers| observers.push(Box::new(observer)));
    }

    /// Passes an event to the session.
    pub fn dispatch(&self, event: Event) {
        if let Some(transport) = self.transport() {
            transport.step(event);
        }
    }

    /// Sends a ping; the pong updates the latency.
    pub fn measure_latency(&self) {
        self.dispatch(Event::MeasureLatency);
    }

    /// Returns the subprotocol that the server selected, or an empty string.
    pub fn subprotocol(&self) -> String {
        self.transport().map_or_else(String::new, |transport| transport.subprotocol())
    }

    /// Returns the number of bytes that the socket has not written yet.
    pub fn buffered(&self) -> u64 {
        self.transport().map_or(0, |transport| transport.buffered())
    }

    /// Closes the connection, and drops the session and the observers.
    pub(super) fn end(&self) {
        self.dispatch(Event::disconnect());
        if let Some(transport) = self.transport.try_update_value(Option::take).flatten() {
            transport.end();
        }
        self.observers.set_value(Vec::new());
    }

    /// Passes an effect to the observers.
    pub(super) fn notify(&self, effect: &Effect) {
        self.observers.with_value(|observers| observers.iter().for_each(|observer| observer(effect)));
    }

    fn transport(&self) -> Option<Rc<dyn Transport>> {
        self.transport.get_value()
    }
}
