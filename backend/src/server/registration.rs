//! Hooks of a server that is being built.

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;
use yodel_protocol::{CloseCode, RoomName};

use super::ServerBuilder;
use crate::auth::Identity;
use crate::hooks::caller::Caller;
use crate::hooks::error::{Rejection, RequestError};
use crate::hooks::publication::Publication;
use crate::hooks::registry::Hooks;
use crate::hooks::request_head::RequestHead;

/// # Hooks
///
/// Async functions that the server calls. Each may be registered once, and each call name once:
/// [`build`](ServerBuilder::build) fails otherwise.
impl ServerBuilder {
    /// Sets all hooks at once, in place of those that are registered.
    pub fn hooks(mut self, hooks: Hooks) -> Self {
        self.hooks = hooks;
        self
    }

    /// Registers the authentication of requests; see [`Hooks::authenticate`].
    pub fn authenticate<F, Fut>(mut self, hook: F) -> Self
    where
        F: Fn(RequestHead) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<Identity>, Rejection>> + Send + 'static,
    {
        self.hooks.authenticate(hook);
        self
    }

    /// Registers a hook that runs for each connection before its input is handled; see [`Hooks::on_connect`].
    pub fn on_connect<F, Fut>(mut self, hook: F) -> Self
    where
        F: Fn(Caller, RequestHead) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Rejection>> + Send + 'static,
    {
        self.hooks.on_connect(hook);
        self
    }

    /// Registers a hook that runs before a connection joins a room; see [`Hooks::on_join`].
    pub fn on_join<F, Fut>(mut self, hook: F) -> Self
    where
        F: Fn(Caller, RoomName) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), RequestError>> + Send + 'static,
    {
        self.hooks.on_join(hook);
        self
    }

    /// Registers a hook that runs before a message of a client is published; see [`Hooks::on_publish`].
    pub fn on_publish<F, Fut>(mut self, hook: F) -> Self
    where
        F: Fn(Caller, Publication) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Publication, RequestError>> + Send + 'static,
    {
        self.hooks.on_publish(hook);
        self
    }

    /// Registers the handler of a call; see [`Hooks::on_call`].
    pub fn on_call<T, R, F, Fut>(mut self, event: &str, handler: F) -> Self
    where
        T: DeserializeOwned + Send + 'static,
        R: Serialize,
        F: Fn(Caller, T) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, RequestError>> + Send + 'static,
    {
        self.hooks.on_call(event, handler);
        self
    }

    /// Registers a hook that runs when a connection has ended; see [`Hooks::on_disconnect`].
    pub fn on_disconnect<F, Fut>(mut self, hook: F) -> Self
    where
        F: Fn(Caller, CloseCode, String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.hooks.on_disconnect(hook);
        self
    }
}
