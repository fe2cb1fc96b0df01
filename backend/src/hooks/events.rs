//! The extension point for people who build on the crate: an event's name -> its handler.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use yodel_protocol::{ClientId, CloseCode, ErrorCode, EventName, Json, UserId};

use crate::hooks::handle::Handle;

/// What a handler does, later.
type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

type Handler = Arc<dyn Fn(Caller, Json) -> Later<Result<Json, EventError>> + Send + Sync>;
type Opened = Arc<dyn Fn(Caller) -> Later<()> + Send + Sync>;
type Closed = Arc<dyn Fn(Caller, CloseCode, String) -> Later<()> + Send + Sync>;

/// Who an event comes from.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Which connection.
    pub client: ClientId,
    /// Whose it is; nobody's where the server asks nobody.
    pub user: Option<UserId>,
    /// What the token says that others may know.
    pub info: Option<Json>,
    /// Everybody else.
    pub server: Handle,
}

/// Why a handler did not do what it was asked for; the caller gets it as an error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct EventError {
    /// What kind of error.
    pub code: ErrorCode,
    /// For people.
    pub message: String,
}

/// All handlers.
#[derive(Clone, Default)]
pub struct Events {
    handlers: HashMap<EventName, Handler>,
    opened: Vec<Opened>,
    closed: Vec<Closed>,
}

impl EventError {
    /// An error of this kind, with words for people.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl Events {
    /// Adds the handler of an event; see [`ServerBuilder::on`](crate::ServerBuilder::on).
    pub(crate) fn on<T, R, F, Fut>(&mut self, event: EventName, handler: F)
    where
        T: DeserializeOwned + Send + 'static,
        R: Serialize,
        F: Fn(Caller, T) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, EventError>> + Send + 'static,
    {
        let handler = Arc::new(handler);
        let run = move |caller: Caller, data: Json| -> Later<Result<Json, EventError>> {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                let data = data.to::<T>().map_err(|error| EventError::new(ErrorCode::BadRequest, error.to_string()))?;
                let result = handler(caller, data).await?;
                Json::of(&result).map_err(|error| EventError::new(ErrorCode::Internal, error.to_string()))
            })
        };
        self.handlers.insert(event, Arc::new(run));
    }

    /// Adds what is done when a connection opens.
    pub(crate) fn on_open<F, Fut>(&mut self, act: F)
    where
        F: Fn(Caller) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.opened.push(Arc::new(move |caller| Box::pin(act(caller))));
    }

    /// Adds what is done when a connection is over.
    pub(crate) fn on_close<F, Fut>(&mut self, act: F)
    where
        F: Fn(Caller, CloseCode, String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.closed.push(Arc::new(move |caller, code, reason| Box::pin(act(caller, code, reason))));
    }

    /// Returns whether an event has a handler.
    pub(crate) fn handles(&self, event: &EventName) -> bool {
        self.handlers.contains_key(event)
    }

    /// What the handler of an event will do; `None` when there is none.
    pub(crate) fn call(
        &self,
        event: &EventName,
        caller: Caller,
        data: Json,
    ) -> Option<Later<Result<Json, EventError>>> {
        self.handlers.get(event).map(|handler| handler(caller, data))
    }

    /// Whether anybody wants to know of connections that open and close.
    pub(crate) fn watch_connections(&self) -> bool {
        !self.opened.is_empty() || !self.closed.is_empty()
    }

    /// What is to be done when a connection opens.
    pub(crate) fn opened(&self, caller: &Caller) -> Later<()> {
        let acts: Vec<_> = self.opened.iter().map(|act| act(caller.clone())).collect();
        Box::pin(one_by_one(acts))
    }

    /// What is to be done when a connection is over.
    pub(crate) fn closed(&self, caller: &Caller, code: CloseCode, reason: &str) -> Later<()> {
        let acts: Vec<_> = self.closed.iter().map(|act| act(caller.clone(), code, reason.to_owned())).collect();
        Box::pin(one_by_one(acts))
    }
}

async fn one_by_one(acts: Vec<Later<()>>) {
    for act in acts {
        act.await;
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.handlers.keys()).finish()
    }
}
