//! The hooks that a program has registered, and how the server calls them.

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

type Authenticate = Arc<dyn Fn(RequestHead) -> HookFuture<Result<Option<Identity>, Rejection>> + Send + Sync>;
type Connect = Arc<dyn Fn(Caller, RequestHead) -> HookFuture<Result<(), Rejection>> + Send + Sync>;
type Join = Arc<dyn Fn(Caller, RoomName) -> HookFuture<Result<(), RequestError>> + Send + Sync>;
type Publish = Arc<dyn Fn(Caller, Publication) -> HookFuture<Result<Publication, RequestError>> + Send + Sync>;
type Call = Arc<dyn Fn(Caller, Json) -> HookFuture<Result<Json, RequestError>> + Send + Sync>;
type Disconnect = Arc<dyn Fn(Caller, CloseCode, String) -> HookFuture<()> + Send + Sync>;

/// The hooks of a server: async functions of the embedding program that the server calls.
///
/// Each hook may be registered once, and each call name once; [`Hooks::check`] returns the first
/// mistake. A hook that is not registered costs nothing.
///
/// **Order.** A connection is not read while `on_connect`, `on_join` or `on_publish` runs for it, so its
/// requests take effect in the order in which they were sent. Other connections go on. Handlers of
/// `on_call` run concurrently, at most 64 of a connection.
///
/// **Cancellation.** When the connection ends, running `on_join` and `on_publish` hooks are dropped at
/// their next await, and nothing is joined or published. `authenticate` is dropped when the peer goes
/// away before the response. `on_connect`, `on_call` and `on_disconnect` run to their end, and a graceful
/// shutdown waits for them within its deadline.
///
/// **Panics** close the connection they concern with 1011, internal error; the handler of a call that
/// panics is an error reply instead.
///
/// Messages that the program itself publishes, by [`Handle`](crate::Handle) or by the HTTP API, and
/// direct messages between clients are not passed to `on_publish`.
#[derive(Clone, Default)]
pub struct Hooks {
    authenticate: Option<Authenticate>,
    connect: Option<Connect>,
    join: Option<Join>,
    publish: Option<Publish>,
    disconnect: Option<Disconnect>,
    calls: HashMap<EventName, Call>,
    mistake: Option<HookError>,
}

impl Hooks {
    /// Registers the authentication of requests that open a WebSocket or an event stream.
    ///
    /// `Ok(Some(identity))` accepts the connection as this identity, and a token in the request is
    /// ignored. `Ok(None)` leaves the decision to the server's own settings. `Err` refuses the connection:
    /// in plain mode and for event streams with an HTTP status, in `yodel.v1` with a close code. The hook
    /// runs after the checks of origin and handshake, and before the connection counts against any limit.
    /// A token that a `yodel.v1` client sends later in an `auth` frame is checked by the server alone, and
    /// so is access to the HTTP API.
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
        let run = Arc::new(move |request| later(&hook, move |hook| hook(request)));
        self.note_duplicate("authenticate", self.authenticate.is_some());
        self.authenticate = Some(run);
    }

    /// Registers a hook that runs for each connection once its identity is known, before anything that it
    /// sends is handled. A `yodel.v1` client that authenticates in a frame gets there with that frame.
    ///
    /// `Err` closes a WebSocket with the code and reason of the rejection, and answers a request for an
    /// event stream with 403. While the hook runs, direct messages to the client are delivered already;
    /// rooms and broadcasts are not.
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
        let run = Arc::new(move |caller, request| later(&hook, move |hook| hook(caller, request)));
        self.note_duplicate("on_connect", self.connect.is_some());
        self.connect = Some(run);
    }

    /// Registers a hook that runs before a connection joins a room, after its permission was checked.
    ///
    /// It runs for `join` frames, event streams, and plain-mode connections to the lobby. `Err` is the
    /// error reply to a frame; an event stream gets the matching HTTP status; a plain-mode connection is
    /// closed with 1008, policy violation.
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
        let run = Arc::new(move |caller, room| later(&hook, move |hook| hook(caller, room)));
        self.note_duplicate("on_join", self.join.is_some());
        self.join = Some(run);
    }

    /// Registers a hook that runs before a message of a client is published, after the client's
    /// permission was checked.
    ///
    /// It runs for `publish` and `broadcast` frames and for plain-mode messages to the lobby, and returns
    /// the message that is published. `Err` is the error reply to a frame; a plain-mode message is
    /// dropped, since plain mode has no replies. A message that is repeated with its idempotency key is
    /// passed to the hook again.
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
        let run = Arc::new(move |caller, message| later(&hook, move |hook| hook(caller, message)));
        self.note_duplicate("on_publish", self.publish.is_some());
        self.publish = Some(run);
    }

    /// Registers the handler of a call: a `call` frame with this event name. Its data is deserialized
    /// into `T`, and the result serialized into the `result` frame; data of another shape is an error
    /// reply with `bad_request`, as is a call without a handler.
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
            Err(error) => return self.note(HookError::Name { name: event.to_owned(), error }),
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
            self.note(HookError::Duplicate(format!("on_call({event:?})")));
        }
    }

    /// Registers a hook that runs when a connection that `on_connect` accepted, or that no hook had to
    /// accept, has ended. It gets the close code and reason that were sent, or 1006 without a close frame.
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
        let run = Arc::new(move |caller, code, reason| later(&hook, move |hook| hook(caller, code, reason)));
        self.note_duplicate("on_disconnect", self.disconnect.is_some());
        self.disconnect = Some(run);
    }

    /// Returns whether the registrations are valid.
    ///
    /// # Errors
    /// The first mistake: a hook or a call that is registered twice, or a call with an invalid name.
    pub fn check(&self) -> Result<(), HookError> {
        self.mistake.clone().map_or(Ok(()), Err)
    }

    fn note_duplicate(&mut self, hook: &str, is_registered: bool) {
        if is_registered {
            self.note(HookError::Duplicate(hook.to_owned()));
        }
    }

    fn note(&mut self, mistake: HookError) {
        self.mistake.get_or_insert(mistake);
    }
}

/// How the server calls hooks.
impl Hooks {
    /// Returns whether a hook takes the head of a request, so that one has to be made.
    pub(crate) fn takes_request_head(&self) -> bool {
        self.authenticate.is_some() || self.connect.is_some()
    }

    /// Returns whether `on_connect` is registered.
    pub(crate) fn has_connect(&self) -> bool {
        self.connect.is_some()
    }

    /// Returns whether connections need a name because a hook is called for each.
    pub(crate) fn watches_connections(&self) -> bool {
        self.connect.is_some() || self.disconnect.is_some()
    }

    /// Asks the `authenticate` hook; `Ok(None)` when it is not registered or leaves the decision.
    pub(crate) async fn identify(&self, request: Option<&RequestHead>) -> Result<Option<Identity>, Rejection> {
        let (Some(hook), Some(request)) = (&self.authenticate, request) else { return Ok(None) };
        let running = hook(request.clone());
        panics::caught("authenticate", running).await.unwrap_or_else(|_| Err(Rejection::internal()))
    }

    /// Starts `on_connect`; `None` when it is not registered.
    pub(crate) fn connect(
        &self,
        caller: impl FnOnce() -> Caller,
        request: RequestHead,
    ) -> Option<HookFuture<Result<(), Rejection>>> {
        self.connect.as_ref().map(|hook| hook(caller(), request))
    }

    /// Starts `on_join`; `None` when it is not registered.
    pub(crate) fn join(
        &self,
        caller: impl FnOnce() -> Caller,
        room: &RoomName,
    ) -> Option<HookFuture<Result<(), RequestError>>> {
        self.join.as_ref().map(|hook| hook(caller(), room.clone()))
    }

    /// Starts `on_publish`, or returns the message when it is not registered.
    pub(crate) fn publish(
        &self,
        caller: impl FnOnce() -> Caller,
        message: Publication,
    ) -> Result<HookFuture<Result<Publication, RequestError>>, Publication> {
        match &self.publish {
            Some(hook) => Ok(hook(caller(), message)),
            None => Err(message),
        }
    }

    /// Starts the handler of a call; `None` without one.
    pub(crate) fn call(
        &self,
        event: &EventName,
        caller: impl FnOnce() -> Caller,
        data: Json,
    ) -> Option<HookFuture<Result<Json, RequestError>>> {
        self.calls.get(event).map(|handler| handler(caller(), data))
    }

    /// Starts `on_disconnect`; `None` when it is not registered.
    pub(crate) fn disconnect(
        &self,
        caller: impl FnOnce() -> Caller,
        code: CloseCode,
        reason: &str,
    ) -> Option<HookFuture<()>> {
        self.disconnect.as_ref().map(|hook| hook(caller(), code, reason.to_owned()))
    }
}

/// Calls a hook when the future is first polled: what the call itself panics with is a panic of the
/// future.
fn later<F, Fut>(hook: &Arc<F>, call: impl FnOnce(&F) -> Fut + Send + 'static) -> HookFuture<Fut::Output>
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
        assert_eq!(hooks.check(), Ok(()), "once is no mistake");
        twice(&mut hooks);
        hooks.check()
    }

    #[test]
    fn a_second_registration_is_a_mistake_and_names_the_hook() {
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
    fn an_invalid_call_name_is_a_mistake_and_the_first_mistake_is_returned() {
        let mut hooks = Hooks::default();
        hooks.on_call("", async |_, (): ()| Ok(()));
        hooks.on_connect(async |_, _| Ok(()));
        hooks.on_connect(async |_, _| Ok(()));
        assert!(matches!(hooks.check(), Err(HookError::Name { name, .. }) if name.is_empty()));
    }

    #[test]
    fn two_calls_of_different_names_are_no_mistake() {
        let mut hooks = Hooks::default();
        hooks.on_call("a", async |_, (): ()| Ok(()));
        hooks.on_call("b", async |_, (): ()| Ok(()));
        assert_eq!(hooks.check(), Ok(()));
    }
}
