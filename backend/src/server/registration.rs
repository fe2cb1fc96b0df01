//! Handlers of a server that is being built.

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;
use yodel_protocol::{CloseCode, EventName};

use super::{Error, ServerBuilder};
use crate::hooks::events::{Caller, EventError};

/// # Handlers
impl ServerBuilder {
    /// Registers the handler of an event: clients send `call` frames with data of type `T`, and get the result of
    /// type `R`. Data of another shape is answered with an error, and so are events without a handler.
    ///
    /// [`build`](ServerBuilder::build) fails when the name is empty, longer than 255 bytes, has control characters,
    /// or has a handler already.
    pub fn on<T, R, F, Fut>(mut self, event: &str, handler: F) -> Self
    where
        T: DeserializeOwned + Send + 'static,
        R: Serialize,
        F: Fn(Caller, T) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, EventError>> + Send + 'static,
    {
        match EventName::new(event) {
            Ok(name) if self.events.handles(&name) => self.reject(Error::DuplicateEvent(event.to_owned())),
            Ok(name) => self.events.on(name, handler),
            Err(source) => self.reject(Error::EventName { name: event.to_owned(), source }),
        }
        self
    }

    /// Registers what is done for every connection that opens, before it is read. A connection that has to
    /// authenticate opens after that.
    pub fn on_open<F, Fut>(mut self, act: F) -> Self
    where
        F: Fn(Caller) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.events.on_open(act);
        self
    }

    /// Registers what is done for every connection that has closed, with its close code and reason.
    pub fn on_close<F, Fut>(mut self, act: F) -> Self
    where
        F: Fn(Caller, CloseCode, String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.events.on_close(act);
        self
    }

    /// Keeps the first error for [`build`](ServerBuilder::build).
    fn reject(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }
}
