//! The session of an identity on one connection, from authentication to the `on_disconnect` hook. The same
//! for plain mode, `yodel.v1` and event streams.
//!
//! | content | file |
//! |---|---|
//! | session: directory entry, presence key, hooks | here |
//! | authentication: by hook, then by settings | `authentication` |
//! | identity, sender and presence key | `principal` |
//! | running `on_connect` hook | `connecting` |
//! | expiry of the identity | `expiry` |

pub mod authentication;
mod connecting;
mod context;
mod expiry;
mod principal;

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use yodel_protocol::{ClientId, CloseCode};

use crate::auth::Identity;
use crate::backplane::message::Sender;
use crate::encode::SharedPayload;
use crate::hooks::error::Rejection;
use crate::hooks::panics::{self, HookPanicked};
use crate::hooks::request_head::RequestHead;
use crate::hub::{Client, DirectoryEntry, Hub, Subscription};

use connecting::Connecting;
use expiry::Expiry;

pub use context::{SessionContext, SessionSubscriber};
pub use principal::Principal;

/// Messages that a connection receives in addition to those of its rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiveOptions {
    /// Direct messages to its user or client.
    pub direct: bool,
    /// Broadcasts to all connections.
    pub broadcasts: bool,
}

/// The session of an identity on one connection. Dropping it removes the connection from the directory and
/// ends its subscription to broadcasts, without an `on_disconnect` hook.
#[derive(Debug)]
pub struct IdentitySession {
    principal: Arc<Principal>,
    expiry: Option<Expiry>,
    connect_state: ConnectState,
    _entry: DirectoryEntry<SharedPayload>,
    broadcasts: Option<Subscription<SharedPayload>>,
}

#[derive(Debug)]
enum ConnectState {
    Connecting(Box<Connecting>),
    Connected,
    Rejected,
}

impl IdentitySession {
    /// Registers a connection in the directory, and starts the `on_connect` hook if one is registered and
    /// `request` is given. Subscribes to broadcasts at once, or when the hook has accepted the connection.
    pub fn new(
        identity: Identity,
        sender: Sender,
        subscriber: SessionSubscriber,
        options: ReceiveOptions,
        request: Option<RequestHead>,
        context: &SessionContext<'_>,
    ) -> Self {
        let expiry = identity.rejected_from().map(|expires| Expiry::new(expires, context.hub));
        let (id, user) = (sender.client.clone(), sender.user.clone());
        let (peer, since, receives_direct) = (context.peer, context.hub.unix_ms(), options.direct);
        let entry = context.hub.register(Client {
            id,
            user,
            peer,
            since,
            receives_direct,
            subscriber: Arc::clone(&subscriber),
        });
        let principal = Arc::new(Principal::new(identity, sender));
        let hook = request.and_then(|request| context.hooks.start_on_connect(|| principal.caller(context), request));
        let broadcast_subscriber = options.broadcasts.then_some(subscriber);
        let (connect_state, broadcasts) = match hook {
            Some(hook) => (ConnectState::Connecting(Box::new(Connecting::new(hook, broadcast_subscriber))), None),
            None => (ConnectState::Connected, broadcast_subscriber.map(|subscriber| context.hub.subscribe(subscriber))),
        };
        Self { principal, expiry, connect_state, _entry: entry, broadcasts }
    }

    /// Returns the sender of the connection's messages.
    pub fn sender(identity: &Identity, client: ClientId, prefix: Option<Box<str>>) -> Sender {
        Sender { client, user: authentication::user(identity), prefix }
    }

    /// Returns identity, sender and presence key. Renewing the identity replaces them.
    pub fn principal(&self) -> &Arc<Principal> {
        &self.principal
    }

    /// Replaces the identity by another one of the same user.
    pub fn renew(&mut self, identity: Identity, hub: &Hub<SharedPayload>) {
        self.expiry = identity.rejected_from().map(|expires| Expiry::new(expires, hub));
        self.principal = Arc::new(self.principal.renewed(identity));
    }

    /// Polls until the identity has expired.
    pub fn poll_expired(&mut self, hub: &Hub<SharedPayload>, context: &mut Context<'_>) -> Poll<()> {
        self.expiry.as_mut().map_or(Poll::Pending, |expiry| expiry.poll(hub, context))
    }

    /// Returns whether `on_connect` accepted the connection or is not registered.
    pub fn is_connected(&self) -> bool {
        matches!(self.connect_state, ConnectState::Connected)
    }

    /// Polls the `on_connect` hook. Ready at once without a running hook.
    ///
    /// # Errors
    /// Returns an error if the hook rejected the connection, now or earlier.
    pub fn poll_connected(
        &mut self,
        session: &SessionContext<'_>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Rejection>> {
        if self.is_connected() {
            return Poll::Ready(Ok(()));
        }
        // Taken out during the call: a hook that panics must not be polled again, and has not accepted the
        // connection.
        let ConnectState::Connecting(mut connecting) =
            std::mem::replace(&mut self.connect_state, ConnectState::Rejected)
        else {
            return Poll::Ready(Err(Rejection::internal()));
        };
        match connecting.poll(context) {
            Poll::Pending => {
                self.connect_state = ConnectState::Connecting(connecting);
                Poll::Pending
            }
            Poll::Ready(Ok(())) => {
                self.connect_state = ConnectState::Connected;
                self.broadcasts = connecting.subscriber().map(|subscriber| session.hub.subscribe(subscriber));
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(rejection)) => Poll::Ready(Err(rejection)),
        }
    }

    /// Waits for the `on_connect` hook, for a task that has to survive a panic of the hook.
    ///
    /// # Errors
    /// The outer error if the hook panicked, the inner one if it rejected the connection.
    pub async fn finish_connecting(
        &mut self,
        session: &SessionContext<'_>,
    ) -> Result<Result<(), Rejection>, HookPanicked> {
        panics::catch_panic("on_connect", poll_fn(|context| self.poll_connected(session, context))).await
    }

    /// Ends the session. The `on_disconnect` hook runs in its own task, after `on_connect`, unless that
    /// rejected the connection.
    pub fn disconnect(self, code: CloseCode, reason: &str, context: &SessionContext<'_>) {
        let connecting = match self.connect_state {
            ConnectState::Connecting(connecting) => Some(connecting),
            ConnectState::Connected => None,
            ConnectState::Rejected => return,
        };
        let disconnected = context.hooks.start_on_disconnect(|| self.principal.caller(context), code, reason);
        if connecting.is_none() && disconnected.is_none() {
            return;
        }
        context.tasks.spawn(async move {
            let accepted = match connecting {
                Some(connecting) => connecting.finish().await.is_ok(),
                None => true,
            };
            if let Some(disconnected) = disconnected.filter(|_| accepted) {
                disconnected.await;
            }
        });
    }
}

#[cfg(test)]
mod tests;
