//! Registration and calls of hooks.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use yodel_protocol::{CloseCode, ErrorCode, EventName, Json, RoomName};

use crate::auth::Identity;
use crate::hooks::caller::Caller;
use crate::hooks::error::{HookError, Rejection, RequestError};
use crate::hooks::panics;
use crate::hooks::publication::Publication;
use crate::hooks::request_head::RequestHead;

/// A running hook.
pub type HookFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

type AuthenticateHook = Arc<dyn Fn(RequestHead) -> HookFuture<Result<Option<Identity>, Rejection>> + Send + Sync>;
type ConnectHook = Arc<dyn Fn(Caller, RequestHead) -> HookFuture<Result<(), Rejection>> + Send + Sync>;
type JoinHook = Arc<dyn Fn(Caller, RoomName) -> HookFuture<Result<(), RequestError>> + Send + Sync>;
type PublishHook = Arc<dyn Fn(Caller, Publication) -> HookFuture<Result<Publication, RequestError>> + Send + Sync>;
type CallHook = Arc<dyn Fn(Caller, Json) -> HookFuture<Result<Json, RequestError>> + Send + Sync>;
type DisconnectHook = Arc<dyn Fn(Caller, CloseCode, String) -> HookFuture<()> + Send + Sync>;

/// The hooks of a server: async functions of the embedding program that the server calls.
///
/// Each hook may be registered once, and each call name once; [`Hooks::check`] returns the first
/// error. A hook that is not registered costs nothing.
///
/// **Order.** A connection is not read while `on_connect`, `on_join` or `on_publish` runs for it, so its
/// requests take effect in the order in which they were sent. Other connections are not delayed. Handlers
/// of `on_call` run concurrently, at most 64 per connection.
///
/// **Cancellation.** When the connection ends, running `on_join` and `on_publish` hooks are dropped at
/// their next await, and nothing is joined or published. `authenticate` is dropped when the peer
/// disconnects before the response. `on_connect`, `on_call` and `on_disconnect` run to their end, and a
/// graceful shutdown waits for them until its drain timeout.
///
/// **Panics.** A hook that panics closes its connection with 1011, internal error. The handler of a call that
/// panics causes an error reply instead.
///
/// `on_publish` does not receive direct messages, nor messages that the program publishes by
/// [`Handle`](crate::Handle) or the HTTP API.
#[derive(Clone, Default)]
pub struct Hooks {
    authenticate: Option<AuthenticateHook>,
    connect: Option<ConnectHook>,
    join: Option<JoinHook>,
    publish: Option<PublishHook>,
    disconnect: Option<DisconnectHook>,
    calls: HashMap<EventName, CallHook>,
    error: Option<HookError>,
}

impl Hooks {
    /// Registers the authentication of requests that open a WebSocket or an event stream.
    ///
    /// `Ok(Some(identity))` accepts the connection with this identity, and a token in the request is
    /// ignored. `Ok(None)` leaves the decision to the settings of the server. `Err` rejects the connection:
    /// with an HTTP status in plain mode and for event streams, with a close code in `yodel.v1`. The hook
    /// runs after the checks of handshake and origin, and before the connection counts against any limit.
    /// It is not called for a token in an `auth` frame of `yodel.v1`, nor for requests to the HTTP API.
    ///
    /// ```
    /// use yodel_server::{Hooks, Identity, Rejection, RequestHead};
    ///
    /// let mut hooks = Hooks::default();
    /// hooks.authenticate(async |request: RequestHead| match request.header("x-session") {
    ///     Some("s3cret") => Ok(Some(Identity::builder("ada")?.build())),
    ///     Some(_) => Err(Rejection::unauthorized("unknown session")),
    ///     None => Ok(None),
    /// });
    /// hooks.check()?;
    /// # Ok::<(), yodel_server::HookError>(())
    /// ```
    pub fn authenticate<F, Fut>(&mut self, hook: F)
    where
        F: Fn(RequestHead) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<Identity>, Rejection>> + Send + 'static,
    {
        let hook = Arc::new(hook);
        let run = Arc::new(move |request| call_when_polled(&hook, move |hook| hook(request)));
        self.reject_duplicate("authenticate", self.authenticate.is_some());
        self.authenticate = Some(run);
    }

    /// Registers a hook that runs for each connection when its identity is known, before its messages are
    /// handled. For a `yodel.v1` client that authenticates with an `auth` frame, it runs after that frame.
    ///
    /// `Err` closes a WebSocket with the code and reason of the rejection, and rejects a request for an event
    /// stream with the matching HTTP status. While the hook runs, the client receives direct messages, but
    /// neither broadcasts nor messages of rooms.
    ///
    /// ```
    /// use yodel_server::{Caller, Hooks, Rejection, RequestHead};
    ///
    /// let mut hooks = Hooks::default();
    /// hooks.on_connect(async |caller: Caller, request: RequestHead| {
    ///     if request.header("user-agent").is_some_and(|agent| agent.starts_with("BadBot")) {
    ///         return Err(Rejection::forbidden("no bots"));
    ///     }
    ///     println!("{} connected from {}", caller.client, caller.peer);
    ///     Ok(())
    /// });
    /// ```
    pub fn on_connect<F, Fut>(&mut self, hook: F)
    where
        F: Fn(Caller, RequestHead) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Rejection>> + Send + 'static,
    {
        let hook = Arc::new(hook);
        let run = Arc::new(move |caller, request| call_when_polled(&hook, move |hook| hook(caller, request)));
        self.reject_duplicate("on_connect", self.connect.is_some());
        self.connect = Some(run);
    }

    /// Registers a hook that runs before a connection joins a room, after the check of its permission.
    ///
    /// It runs for `join` frames, event streams, and plain-mode connections to the lobby. `Err` becomes the
    /// error reply to the frame, the HTTP status of the event stream, or close code 1008, policy violation,
    /// of the plain-mode connection.
    ///
    /// ```
    /// use yodel_server::{Caller, Hooks, RequestError, RoomName};
    ///
    /// let mut hooks = Hooks::default();
    /// hooks.on_join(async |caller: Caller, room: RoomName| {
    ///     let own = caller.user.is_some_and(|user| room.as_str() == format!("inbox-{user}"));
    ///     if own { Ok(()) } else { Err(RequestError::forbidden("not your inbox")) }
    /// });
    /// ```
    pub fn on_join<F, Fut>(&mut self, hook: F)
    where
        F: Fn(Caller, RoomName) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), RequestError>> + Send + 'static,
    {
        let hook = Arc::new(hook);
        let run = Arc::new(move |caller, room| call_when_polled(&hook, move |hook| hook(caller, room)));
        self.reject_duplicate("on_join", self.join.is_some());
        self.join = Some(run);
    }

    /// Registers a hook that runs before a message of a client is published, after the check of its
    /// permission.
    ///
    /// It runs for `publish` and `broadcast` frames and for plain-mode messages to the lobby, and returns
    /// the message to publish. `Err` becomes the error reply to the frame; a plain-mode message is dropped,
    /// because plain mode has no replies. A publish that is repeated with its idempotency key runs the hook
    /// again.
    ///
    /// ```
    /// use yodel_server::{Caller, Hooks, Publication, RequestError};
    ///
    /// let mut hooks = Hooks::default();
    /// hooks.on_publish(async |_caller: Caller, mut message: Publication| {
    ///     let Some(text) = message.text() else { return Err(RequestError::forbidden("text only")) };
    ///     let mild = text.replace("damn", "****");
    ///     message.set_text(&mild);
    ///     Ok(message)
    /// });
    /// ```
    pub fn on_publish<F, Fut>(&mut self, hook: F)
    where
        F: Fn(Caller, Publication) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Publication, RequestError>> + Send + 'static,
    {
        let hook = Arc::new(hook);
        let run = Arc::new(move |caller, message| call_when_polled(&hook, move |hook| hook(caller, message)));
        self.reject_duplicate("on_publish", self.publish.is_some());
        self.publish = Some(run);
    }

    /// Registers the handler of `call` frames with this event name. The data is deserialized into `T`, and
    /// the result is serialized into the `result` frame. The error reply is `bad_request` if the data does
    /// not match `T`, or if an event has no handler.
    ///
    /// ```
    /// use yodel_server::{Caller, Hooks, RequestError};
    ///
    /// let mut hooks = Hooks::default();
    /// hooks.on_call("math/add", async |_: Caller, (a, b): (i64, i64)| Ok::<_, RequestError>(a + b));
    /// ```
    pub fn on_call<T, R, F, Fut>(&mut self, event: &str, handler: F)
    where
        T: DeserializeOwned + Send + 'static,
        R: Serialize,
        F: Fn(Caller, T) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, RequestError>> + Send + 'static,
    {
        let name = match EventName::new(event) {
            Ok(name) => name,
            Err(error) => return self.record_error(HookError::Name { name: event.to_owned(), error }),
        };
        let handler = Arc::new(handler);
        let run = move |caller: Caller, data: Json| -> HookFuture<Result<Json, RequestError>> {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                let data =
                    data.to::<T>().map_err(|error| RequestError::new(ErrorCode::BadRequest, error.to_string()))?;
                let result = handler(caller, data).await?;
                Json::from_value(&result).map_err(|error| RequestError::new(ErrorCode::Internal, error.to_string()))
            })
        };
        if self.calls.insert(name, Arc::new(run)).is_some() {
            self.record_error(HookError::Duplicate(format!("on_call({event:?})")));
        }
    }

    /// Registers a hook that runs after the end of each connection, except those that `on_connect` rejected.
    /// Its arguments are the close code and reason; the code is 1006 if the connection was lost.
    ///
    /// ```
    /// use yodel_server::{Caller, CloseCode, Hooks};
    ///
    /// let mut hooks = Hooks::default();
    /// hooks.on_disconnect(async |caller: Caller, code: CloseCode, _reason: String| {
    ///     println!("{} disconnected with {code}", caller.client);
    /// });
    /// ```
    pub fn on_disconnect<F, Fut>(&mut self, hook: F)
    where
        F: Fn(Caller, CloseCode, String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let hook = Arc::new(hook);
        let run = Arc::new(move |caller, code, reason| call_when_polled(&hook, move |hook| hook(caller, code, reason)));
        self.reject_duplicate("on_disconnect", self.disconnect.is_some());
        self.disconnect = Some(run);
    }

    /// Checks that the registrations are valid.
    ///
    /// # Errors
    /// The first error: a hook or call that is registered twice, or a call with an invalid name.
    pub fn check(&self) -> Result<(), HookError> {
        self.error.clone().map_or(Ok(()), Err)
    }

    fn reject_duplicate(&mut self, hook: &str, is_registered: bool) {
        if is_registered {
            self.record_error(HookError::Duplicate(hook.to_owned()));
        }
    }

    fn record_error(&mut self, error: HookError) {
        self.error.get_or_insert(error);
    }
}

/// Calls of hooks by the server.
impl Hooks {
    /// Returns whether a registered hook has a request head as its argument.
    pub(crate) fn takes_request_head(&self) -> bool {
        self.authenticate.is_some() || self.connect.is_some()
    }

    /// Returns whether `on_connect` is registered.
    pub(crate) fn has_connect(&self) -> bool {
        self.connect.is_some()
    }

    /// Returns whether every connection needs an identity session, because a hook is called for each.
    pub(crate) fn has_connection_hooks(&self) -> bool {
        self.connect.is_some() || self.disconnect.is_some()
    }

    /// Runs the `authenticate` hook. Returns `Ok(None)` if it is not registered or leaves the decision to the
    /// settings.
    ///
    /// # Errors
    /// Returns an error if the hook rejects the request or panics.
    pub(crate) async fn run_authenticate(&self, request: Option<&RequestHead>) -> Result<Option<Identity>, Rejection> {
        let (Some(hook), Some(request)) = (&self.authenticate, request) else { return Ok(None) };
        let running = hook(request.clone());
        panics::catch_panic("authenticate", running).await.unwrap_or_else(|_| Err(Rejection::internal()))
    }

    /// Starts the `on_connect` hook; `None` if it is not registered.
    pub(crate) fn start_on_connect(
        &self,
        caller: impl FnOnce() -> Caller,
        request: RequestHead,
    ) -> Option<HookFuture<Result<(), Rejection>>> {
        self.connect.as_ref().map(|hook| hook(caller(), request))
    }

    /// Starts the `on_join` hook; `None` if it is not registered.
    pub(crate) fn start_on_join(
        &self,
        caller: impl FnOnce() -> Caller,
        room: &RoomName,
    ) -> Option<HookFuture<Result<(), RequestError>>> {
        self.join.as_ref().map(|hook| hook(caller(), room.clone()))
    }

    /// Starts the `on_publish` hook. Returns the message as the error if the hook is not registered.
    pub(crate) fn start_on_publish(
        &self,
        caller: impl FnOnce() -> Caller,
        message: Publication,
    ) -> Result<HookFuture<Result<Publication, RequestError>>, Publication> {
        match &self.publish {
            Some(hook) => Ok(hook(caller(), message)),
            None => Err(message),
        }
    }

    /// Starts the handler of a call; `None` if the event has no handler.
    pub(crate) fn start_call(
        &self,
        event: &EventName,
        caller: impl FnOnce() -> Caller,
        data: Json,
    ) -> Option<HookFuture<Result<Json, RequestError>>> {
        self.calls.get(event).map(|handler| handler(caller(), data))
    }

    /// Starts the `on_disconnect` hook; `None` if it is not registered.
    pub(crate) fn start_on_disconnect(
        &self,
        caller: impl FnOnce() -> Caller,
        code: CloseCode,
        reason: &str,
    ) -> Option<HookFuture<()>> {
        self.disconnect.as_ref().map(|hook| hook(caller(), code, reason.to_owned()))
    }
}

/// Calls a hook when its future is first polled, so that a panic of the call itself is a panic of the future.
fn call_when_polled<F, Fut>(hook: &Arc<F>, call: impl FnOnce(&F) -> Fut + Send + 'static) -> HookFuture<Fut::Output>
where
    F: Send + Sync + 'static,
    Fut: Future + Send + 'static,
{
    let hook = Arc::clone(hook);
    Box::pin(async move { call(&hook).await })
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks").field("calls", &self.calls.keys()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered(twice: impl Fn(&mut Hooks)) -> Result<(), HookError> {
        let mut hooks = Hooks::default();
        twice(&mut hooks);
        assert_eq!(hooks.check(), Ok(()), "a single registration is valid");
        twice(&mut hooks);
        hooks.check()
    }

    #[test]
    fn rejects_a_second_registration_and_names_the_hook() {
        let duplicate = |name: &str| Err(HookError::Duplicate(name.to_owned()));
        assert_eq!(registered(|hooks| hooks.authenticate(async |_| Ok(None))), duplicate("authenticate"));
        assert_eq!(registered(|hooks| hooks.on_connect(async |_, _| Ok(()))), duplicate("on_connect"));
        assert_eq!(registered(|hooks| hooks.on_join(async |_, _| Ok(()))), duplicate("on_join"));
        assert_eq!(registered(|hooks| hooks.on_publish(async |_, message| Ok(message))), duplicate("on_publish"));
        assert_eq!(registered(|hooks| hooks.on_disconnect(async |_, _, _| ())), duplicate("on_disconnect"));
        let call = |hooks: &mut Hooks| hooks.on_call("a", async |_, (): ()| Ok(()));
        assert_eq!(registered(call), duplicate("on_call(\"a\")"));
    }

    #[test]
    fn returns_the_first_error_of_several() {
        let mut hooks = Hooks::default();
        hooks.on_call("", async |_, (): ()| Ok(()));
        hooks.on_connect(async |_, _| Ok(()));
        hooks.on_connect(async |_, _| Ok(()));
        assert!(matches!(hooks.check(), Err(HookError::Name { name, .. }) if name.is_empty()));
    }

    #[test]
    fn accepts_calls_of_different_names() {
        let mut hooks = Hooks::default();
        hooks.on_call("a", async |_, (): ()| Ok(()));
        hooks.on_call("b", async |_, (): ()| Ok(()));
        assert_eq!(hooks.check(), Ok(()));
    }
}
